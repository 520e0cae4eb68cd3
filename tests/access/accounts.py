"""A real identity provider from a package, in a thread of the test's own: with accounts, their passwords, and forms."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import urljoin

import httpx
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.serving import free_port

CLIENT, SECRET, PASSWORD = "duban-pages", "kept &+ secret:é", "correct horse"
CALLBACK = "/sign-in/callback"


class Provider:
    """Canaille, with a client and accounts of our own."""

    def __init__(self, app: Any, url: str) -> None:
        from canaille.app import models  # type: ignore[import-untyped]
        from canaille.backends import Backend  # type: ignore[import-untyped]

        self.app, self.url, self._models, self._backend = app, url, models, Backend.instance

    def enter_client(self, *callbacks: str, method: str = "client_secret_basic") -> None:
        with self.app.app_context():
            client = self._models.Client(
                client_id=CLIENT,
                client_name="督办",
                client_secret=SECRET,
                client_id_issued_at=datetime.now(UTC),
                redirect_uris=list(callbacks),
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "profile", "groups"],
                token_endpoint_auth_method=method,
                id_token_signed_response_alg="RS256",  # noqa: S106
            )
            self._backend.save(client)
            client.audience = [client]
            self._backend.save(client)

    def enter_account(self, name: str, display_name: str, *groups: str) -> None:
        """An account; its `sub` is its name."""
        with self.app.app_context():
            user = self._models.User(
                user_name=name,
                formatted_name=display_name,
                family_name=display_name,
                password=PASSWORD,
                emails=[f"{name}@example.org"],
            )
            self._backend.save(user)
            for group in groups:
                self._backend.save(self._models.Group(display_name=group, members=[user]))

    def sign_in(self, address: str, name: str, password: str = PASSWORD) -> str:
        """Fill in the provider's forms as the holder of an account, until it leads elsewhere. Returns where to."""
        with self.app.app_context():  # in memory it mixes up the codes of one client that nobody has used
            for left in self._backend.query(self._models.AuthorizationCode):
                self._backend.delete(left)
        with httpx.Client(base_url=self.url) as browser:
            answer = browser.get(address)
            for _ in range(10):
                if answer.status_code in {302, 303}:
                    address = answer.headers["location"]
                    if not urljoin(f"{self.url}/", address).startswith(f"{self.url}/"):
                        return address
                    answer = browser.get(address)
                    continue
                typed = {"login": name, "password": password, "answer": "accept"}
                found = re.findall(r'<(?:input|button)[^>]* name="(\w+)"[^>]*', answer.text)
                hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
                form = {field: typed[field] for field in found if field in typed} | hidden
                answer = browser.post(str(answer.url), data=form)
        raise AssertionError(answer.text)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


@contextmanager
def serving_provider() -> Iterator[Provider]:
    from canaille import create_app  # type: ignore[import-untyped]

    port, key = free_port(), RSAKey.generate_key(2048, {"kid": "provider"})
    config = {
        "SECRET_KEY": "0" * 32,
        "PREFERRED_URL_SCHEME": "http",
        "SERVER_NAME": f"127.0.0.1:{port}",
        "CANAILLE": {
            "DATABASE": "memory",
            "JAVASCRIPT": False,
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
            "LOGGING": {"version": 1, "disable_existing_loggers": False},
        },
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
    }
    with patch.dict(os.environ, {"AUTHLIB_INSECURE_TRANSPORT": "1"}):
        app = create_app(config=config)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Provider(app, f"http://127.0.0.1:{port}")
        server.shutdown()
        thread.join()
        server.server_close()
