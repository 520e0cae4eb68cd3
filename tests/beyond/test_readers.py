"""nginx before a writer and two readers, as in docs/scaling.md: which server answers, and which when one is gone."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.main import create_app
from tests.clients.test_nginx import NGINX, answering
from tests.conftest import County
from tests.serving import free_port, serving

pytestmark = [pytest.mark.long, pytest.mark.parametrize("shared", ["sqlite"], indirect=True)]  # nginx sees no database
FILE = re.compile(r"```nginx\n(events .*?)```", re.DOTALL)
SCALING = Path(__file__).parents[2] / "docs" / "scaling.md"
WRITER, READERS = 8000, (8001, 8002)
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Noted:
    """An app, and the methods of the requests that came to it."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.methods: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.methods.append(scope["method"])
        await self.app(scope, receive, send)


@pytest.fixture
def apps(county: County, settings: Settings) -> dict[int, Noted]:
    """By their ports in the page: a writer and two readers."""
    reading = settings.model_copy(update={"read_only": True})
    places = {WRITER: settings} | dict.fromkeys(READERS, reading)
    return {port: Noted(create_app(place, county.database)) for port, place in places.items()}


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """The servers that run until the test, or this stack, ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def proxy(apps: dict[int, Noted], servers: ExitStack, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of nginx with the page's own file, at ports that are free here."""
    if NGINX is None:
        pytest.skip("takes nginx, such as by apt-get install nginx")
    found, port = FILE.search(SCALING.read_text("utf-8")), free_port()
    assert found
    text = found[1].replace("listen 80;", f"listen 127.0.0.1:{port};")
    for one, app in apps.items():
        address = servers.enter_context(serving(app)).removeprefix("http://")
        text = text.replace(f"127.0.0.1:{one}", address)
    folders = "".join(f"{name}_temp_path {tmp_path / name};" for name in FOLDERS)
    config = tmp_path / "nginx.conf"
    head = f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr;\n"
    config.write_text(head + text.replace("http {", f"http {{ access_log off; {folders}"))
    with subprocess.Popen([NGINX, "-c", config, "-e", "stderr"], stderr=subprocess.PIPE) as nginx:  # noqa: S603
        try:
            with httpx.Client(base_url=answering(f"http://127.0.0.1:{port}", nginx)) as client:
                yield client
        finally:
            nginx.terminate()


def test_only_what_comes_without_a_key_and_changes_nothing_goes_to_a_reader(
    proxy: httpx.Client, apps: dict[int, Noted], county: County
) -> None:
    for app in apps.values():
        app.methods.clear()
    owed = county.obligation(1, "城关镇")["id"]
    key = {"Authorization": f"Bearer {county.as_unit('城关镇').key}"}
    public = [proxy.get("/api/v1/tasks").status_code for _ in range(4)]
    posted = proxy.post(
        f"/api/v1/obligations/{owed}/updates", json={"state": "completed", "narrative": "完成"}, headers=key
    )
    own = proxy.get("/api/v1/me/todo", headers=key)
    refused = proxy.post(f"/api/v1/obligations/{owed}/updates", json={})

    assert public == [200, 200, 200, 200]
    assert (posted.status_code, own.status_code, refused.status_code) == (201, 200, 401)
    assert apps[WRITER].methods == ["POST", "GET", "POST"]
    assert sorted(len(apps[port].methods) for port in READERS) == [2, 2]


def test_without_readers_the_writer_answers(proxy: httpx.Client, apps: dict[int, Noted]) -> None:
    for port in READERS:
        apps[port].app = _gone
    apps[WRITER].methods.clear()
    statuses = [proxy.get("/api/v1/tasks").status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert apps[WRITER].methods == ["GET", "GET", "GET"]


async def _gone(scope: Any, _receive: Any, send: Any) -> None:
    """A reader whose standby is away."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})
