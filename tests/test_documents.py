"""The README and docs/: short, and every command and request in them does what it says, on the demo.

Blocks marked `sh` are typed, one after another, by the reader of one file; so are the rows `| METHOD /path | by | … |`.
Blocks with other marks are not run: `make` installs and starts servers, `docker` and `nginx` have no place here.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from typer.testing import CliRunner

from app import clock
from app.cli import app as command
from app.cli.demo import SAMPLE, prepare_demo
from app.config import Settings, get_settings
from app.main import create_app
from tests.conftest import FakeClock
from tests.serving import serving

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
DOCUMENTS = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_RUN = {"make", "docker", "ini", "nginx", "mermaid", "json"}
ROW = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S+?)`(?: `(\{.*?\})`)? \| (\w*)", re.MULTILINE)
DUBAN = re.compile(r"((?:[A-Z_]+=\S+ )*)\.venv/bin/duban (.*)")
TODAY = datetime(2026, 11, 29, 9, tzinfo=clock.SHANGHAI)


class Step(NamedTuple):
    """A command, or a request of a table: then `line` is its method."""

    line: str
    path: str = ""
    body: str = ""
    caller: str = ""


def steps(document: Path) -> Iterator[Step]:
    """What a reader does, from the beginning to the end; a command that goes on after a backslash is one."""
    text = document.read_text("utf-8")
    for found in sorted([*BLOCK.finditer(text), *ROW.finditer(text)], key=lambda one: one.start()):
        if found.re is ROW:
            yield Step(*found.groups(default=""))
        elif found[1] == "sh":
            yield from (Step(line) for line in found[2].replace("\\\n", "").splitlines() if line.strip())
        else:
            assert found[1] in NOT_RUN, f"{document.name}: a block marked {found[1]!r}"


class Reader:
    """Somebody at a shell, in a folder with a demo that is served at `url`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        stored = (folder / "demo.keys").read_text("ascii").splitlines()
        self.keys = dict(line.removeprefix("export ").split("=", 1) for line in stored)

    def types(self, line: str) -> None:
        """Raises: AssertionError: it failed, or a request was refused."""
        if found := DUBAN.fullmatch(line):
            get_settings.cache_clear()
            words, _, out = found[2].partition(" > ")
            set_before = dict(one.split("=", 1) for one in found[1].split())
            done = CliRunner().invoke(command, shlex.split(words, comments=True), env=set_before)
            assert done.exit_code == 0, f"{line}\n{done.output}"
            if out:
                Path(out.strip()).write_text(done.stdout, "utf-8")
            return
        script = 'curl() { command curl --silent --fail-with-body "$@"; }\n' + line.replace(
            "http://127.0.0.1:8000", self.url
        )
        done_by = ["bash", "-euc", script]
        ended = subprocess.run(  # noqa: S603  our own words
            done_by, capture_output=True, text=True, check=False, cwd=self.folder, env=os.environ | self.keys
        )
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"

    def asks(self, method: str, path: str, body: str, caller: str) -> None:
        key = self.keys[caller.upper()]
        content: Any = json.loads(body) if body else None
        headers = {"Authorization": f"Bearer {key}"}
        answer = httpx.request(method, f"{self.url}/api/v1{path}", json=content, headers=headers, timeout=30)
        assert answer.is_success, f"{method} {path} {body} by {caller}: {answer.text}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `make demo` leaves it on the day for which the documents were written, and a reader's own files."""
    folder = tmp_path_factory.mktemp("demo")
    page = (SAMPLE / "register.txt").read_text("utf-8").format(year=2026, published_on="2026-09-30")
    (folder / "page.txt").write_text(page, "utf-8")
    (folder / "units.csv").write_bytes((SAMPLE / "units.csv").read_bytes())
    (folder / "公开截图.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(clock, "now", lambda: TODAY)
        prepare_demo(Settings(database_url="sqlite:///demo.db"), port=8000, at=TODAY)
    return folder


@pytest.fixture
def reader(
    demo: Path, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: FakeClock
) -> Iterator[Reader]:
    now.moment = TODAY
    folder = tmp_path / "demo"
    shutil.copytree(demo, folder)
    monkeypatch.chdir(folder)
    begins = document.name == "importing.md"  # with a database of its own
    monkeypatch.setenv("DUBAN_DATABASE_URL", "sqlite:///duban.db" if begins else "sqlite:///demo.db")
    monkeypatch.setenv("DUBAN_SIGNING_KEY", "7f" * 32)
    get_settings.cache_clear()
    settings = Settings(database_url="sqlite:///demo.db", storage="files", rate_limit="", rate_limit_anonymous="")
    with serving(create_app(settings)) as url:
        yield Reader(folder, url)
    get_settings.cache_clear()


@pytest.mark.parametrize("document", [READMES[0], *DOCUMENTS[2:]], ids=lambda document: document.name)
def test_what_a_document_says_to_type_works(reader: Reader, document: Path) -> None:
    for step in steps(document):
        if step.path:
            reader.asks(*step)
        else:
            reader.types(step.line)


def test_the_readmes_tell_the_same_week_in_eight_requests() -> None:
    english, chinese = ([step.line for step in steps(document)] for document in READMES)

    assert english == chinese
    assert len(english) == 8


def test_documents_are_short() -> None:
    lengths = {document.name: len(document.read_text("utf-8").splitlines()) for document in DOCUMENTS}

    assert lengths["README.md"] <= 150
    assert lengths["README.zh.md"] <= 150
    assert max(lengths.values()) <= 200


def test_links_between_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
