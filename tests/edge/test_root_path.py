"""A server that a proxy serves under a path: every address in its responses works there."""

import re
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.main import create_app
from tests.conftest import County
from tests.edge.conftest import Serve
from tests.serving import serving

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # no database knows of addresses


@pytest.mark.parametrize("root_path", ["/gov/duban", "/api"])
@pytest.mark.parametrize("left", [True, False])
def test_every_address_in_a_response_works_under_the_root_path(
    county: County, serve: Serve, root_path: str, left: bool
) -> None:
    """left: whether the proxy leaves the root path in the address, or takes it off."""
    client, key = serve(root_path=root_path), county.as_unit("城关镇").key
    headers, before = {"Authorization": f"Bearer {key}"}, root_path if left else ""

    def get(path: str) -> httpx.Response:
        return client.get(before + path, headers=headers)

    page, todo = get("/api/v1/tasks?limit=1"), get("/api/v1/me/todo").json()
    refusal = get("/api/v1/keys").json()

    assert page.headers["link"].startswith(f"<{root_path}/api/v1/tasks?")
    assert todo["unit"]["to_acknowledge"]["path"].startswith(f"{root_path}/api/v1/obligations?")
    assert refusal["type"] == f"{root_path}/problems/role_not_allowed"
    assert refusal["instance"] == f"{root_path}/api/v1/keys"
    assert f'href="{root_path}/problems"' in get("/problems/not_found").text


def test_the_documentation_finds_its_scripts_under_the_root_path(serve: Serve) -> None:
    client = serve(root_path="/duban")
    for page in ("/docs", "/redoc"):
        text = client.get(page).text
        own = set(re.findall(r"[\"'](/[\w./-]+)[\"']", text)) - {"/docs/oauth2-redirect"}

        assert own
        assert all(address.startswith("/duban/") for address in own), own
        assert all(client.get(address).status_code == 200 for address in own), own
    assert [server["url"] for server in client.get("/openapi.json").json()["servers"]] == ["/duban"]


# by the proxies that are trusted: what one says, and where the server then is
SAID = {
    "127.0.0.0/8": [("/duban", "/duban"), ("/other/", "/other"), ("//elsewhere.example", "/own"), ("/", "")],
    "192.0.2.1": [("/duban", "/own")],
    "": [("/duban", "/own")],
}


def test_a_trusted_proxy_says_where_the_server_is_and_nobody_else(county: County, settings: Settings) -> None:
    for proxies, said in SAID.items():
        changed: Any = settings.model_dump() | {"trusted_proxies": proxies, "root_path": "/own"}
        with serving(create_app(Settings(**changed), county.database)) as url:
            for prefix, root_path in said:
                answer = httpx.get(f"{url}/api/v1/tasks?limit=1", headers={"X-Forwarded-Prefix": prefix})

                assert answer.headers["link"].startswith(f"<{root_path}/api/v1/tasks?"), (proxies, prefix)
