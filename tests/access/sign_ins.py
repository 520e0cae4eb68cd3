"""Sign-ins by account, as a browser goes through them."""

from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from httpx import Response

from tests.access.accounts import CALLBACK, CLIENT
from tests.access.issuers import AUDIENCE, TestIssuer
from tests.client import Client


class HasClient(Protocol):
    @property
    def client(self) -> Client: ...


BEGIN = "/sign-in/with-account"


def of(issuer: str, **more: Any) -> dict[str, Any]:
    """The settings."""
    return {"oidc_issuer": issuer, "oidc_audience": AUDIENCE, "oidc_client_id": CLIENT, **more}


def begin(browser: HasClient, next_: str = "", **headers: str) -> dict[str, str]:
    """What the browser was sent to the issuer with."""
    answer = browser.client.get(BEGIN, params={"next": next_}, headers=headers)
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def finish(
    browser: HasClient, issuer: TestIssuer, sent: dict[str, str], /, subject: str = "f3a1", **claims: Any
) -> Response:
    """The issuer signs the account in, and sends the browser back with a code."""
    token = issuer.token(subject, **{"aud": CLIENT, "nonce": sent["nonce"], **claims})
    issuer.gives = (200, {"id_token": token, "access_token": "x", "token_type": "Bearer"})
    return came_back(browser, state=sent["state"], code="c0de")


def came_back(browser: HasClient, /, **answer: str) -> Response:
    return browser.client.get(f"{CALLBACK}?{urlencode(answer)}")
