"""Clients behind nginx, as docs/operating.md sets it up: the server is under /duban/, and its addresses work there."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.config import Settings
from app.main import create_app
from tests.clients.conftest import Story, run
from tests.conftest import County
from tests.serving import free_port, serving

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # what is sent is the same on both
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
LOCATION = re.compile(r"```nginx\n(location .*?)```", re.DOTALL)
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


@pytest.fixture
def behind(county: County, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of the server behind nginx."""
    if NGINX is None:
        pytest.skip("takes nginx, such as by apt-get install nginx")
    found = LOCATION.search(OPERATING.read_text("utf-8"))
    assert found
    port = free_port()
    with serving(create_app(settings, county.database)) as url:
        location = found[1].replace("http://127.0.0.1:8000", url)
        config = tmp_path / "nginx.conf"
        config.write_text(CONFIG.format(folder=tmp_path, port=port, location=location))
        with subprocess.Popen([NGINX, "-c", config, "-e", "stderr"], stderr=subprocess.PIPE) as nginx:  # noqa: S603
            try:
                yield answering(f"http://127.0.0.1:{port}/duban", nginx)
            finally:
                nginx.terminate()


def answering(url: str, nginx: subprocess.Popen[bytes]) -> str:
    for _ in range(100):
        if nginx.poll() is not None and nginx.stderr:
            raise AssertionError(nginx.stderr.read().decode())
        try:
            httpx.get(f"{url}/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return url
    raise AssertionError("nginx does not answer")


def test_a_short_client_works_behind_nginx(story: Story, county: County, behind: str) -> None:
    told = story(behind, county.as_unit("城关镇").key or "")

    assert (told["owed"], told["left"]) == (15, 14)
    assert told["refused"] == "closed: /duban/problems/obligation_closed"


def test_curl_follows_what_it_is_answered_behind_nginx(behind: str) -> None:
    origin = behind.removesuffix("/duban")

    def curl(address: str) -> str:
        return run("curl", "-si", origin + address)

    first = curl("/duban/api/v1/tasks?limit=1")
    link = re.search(r"(?i)^link: <([^>]*)>", first, re.MULTILINE)
    assert link
    document = json.loads(curl("/duban/openapi.json").partition("\n\n")[2])
    scripts = re.findall(r"src=\"([^\"]*)\"", curl("/duban/docs"))

    assert link[1].startswith("/duban/api/v1/tasks?")
    assert "200" in curl(link[1]).splitlines()[0]
    assert [server["url"] for server in document["servers"]] == ["/duban"]
    assert scripts
    assert all("200" in curl(script).splitlines()[0] for script in scripts)
    assert "/duban/problems/missing_key" in curl("/duban/api/v1/keys")
