"""Files of evidence in an S3-compatible store: rclone's, which checks every signature."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from typer.testing import Result

from app.config import Settings, get_settings
from app.database.engine import Database
from app.main import create_app
from app.storage import bucket as buckets
from app.storage.bucket import Bucket
from tests.beyond.programs import program, running
from tests.cli.conftest import Run, run
from tests.client import Client
from tests.conftest import Api, County
from tests.serving import free_port

__all__ = ["run"]

PDF = b"%PDF-1.7\n" + b"0" * 5000
NAME = "localhost"  # the bucket's, and the first part of the host's, as the virtual-hosted style has it
PLACE = f"s3://{NAME}/county"
sqlite = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
postgresql = pytest.mark.parametrize("shared", ["postgresql"], indirect=True)


class Store:
    """An S3 server on a folder, always at the same address."""

    def __init__(self, folder: Path, style: str) -> None:
        self.port, self.folder = free_port(), folder
        by_host = style == "virtual-hosted"
        bucket = f"{NAME}:{self.port}" if by_host else NAME  # rclone reads a host up to its first dot
        (folder / bucket).mkdir(parents=True)
        serve = ["serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--auth-key", "key,secret"]
        style_of_addresses = f"--force-path-style={str(not by_host).lower()}"
        self._command = [program("rclone"), "--config", "", *serve, style_of_addresses, str(folder)]

    def up(self) -> AbstractContextManager[object]:
        return running(self._command, self.port, self.folder.parent / "s3.log")

    def files(self) -> list[bytes]:
        return files_in(self.folder)


def files_in(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def style() -> str:
    return "path"


@pytest.fixture
def store(style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(tmp_path / "s3", style)
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", str(style == "virtual-hosted"))
    monkeypatch.setenv("DUBAN_STORAGE", PLACE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://localhost:{store.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(buckets, "AGAIN_SECONDS", 0.0)
    return store


@pytest.fixture
def unit(county: County, settings: Settings, database: Database, store: Store) -> Iterator[Api]:
    """A unit, at a server whose files lie in the bucket."""
    changed = settings.model_copy(update={"storage": PLACE, "request_timeout": 16})
    with Client(create_app(changed, database)) as client:
        yield Api(client, county.as_unit("城关镇").key)


@pytest.fixture
def update(county: County, unit: Api) -> Any:
    return report(county, unit).json()


def report(county: County, unit: Api) -> Response:
    owed = county.obligation(1, "城关镇")["id"]
    return unit.post(f"/obligations/{owed}/updates", {"state": "in_progress", "narrative": "正在推进。"})


def send(unit: Api, update: Any, content: bytes = PDF) -> Response:
    return unit.request("POST", f"/updates/{update['id']}/evidence", files={"file": ("图.pdf", content)})


@sqlite
@pytest.mark.parametrize("style", ["path", pytest.param("virtual-hosted", marks=pytest.mark.long)])
def test_a_file_is_stored_read_verified_and_erased(
    county: County, unit: Api, update: Any, store: Store, run: Run
) -> None:
    with store.up():
        sent = send(unit, update)
        path = f"/evidence/{sent.json()['id']}/file"
        whole, part = unit.get(path), unit.request("GET", path, headers={"Range": "bytes=0-7"})
        lay_there, verified = store.files(), run("verify")
        Bucket(PLACE, 4).write(sha256(PDF).hexdigest(), b"something else")
        damaged, found = unit.get(path), run("verify")
        redacted = redact_last(county, unit)

    assert sent.status_code == 201, sent.text
    assert lay_there == [whole.content] == [PDF]
    assert (part.status_code, part.content) == (206, PDF[:8])
    assert (verified.exit_code, found.exit_code) == (0, 1), verified.output
    assert (damaged.status_code, damaged.json()["code"]) == (503, "file_damaged")
    assert redacted.status_code == 200
    assert store.files() == []


def redact_last(county: County, at: Api) -> Response:
    admin = Api(at.client, county.as_role("admin").key)
    seq = admin.all("/journal/checklist:1", limit=200)[-1]["seq"]
    return admin.put(f"/journal/checklist:1/{seq}/redaction", {"reason": "当事人要求删除"})


@sqlite
def test_while_the_store_is_away_a_file_is_503_and_writes_nothing_and_all_else_goes_on(
    county: County, unit: Api, update: Any, store: Store, run: Run
) -> None:
    away = send(unit, update)
    report_meanwhile = report(county, unit)
    evidence = county.as_role("auditor").all("/updates")[0]["evidence"]
    with store.up():
        later = send(unit, update)
    read, verified = unit.get(f"/evidence/{later.json()['id']}/file"), run("verify")

    assert (away.status_code, away.json()["code"], away.headers["retry-after"]) == (503, "storage_unavailable", "5")
    assert report_meanwhile.status_code == 201
    assert evidence == []
    assert later.status_code == 201
    assert (read.status_code, read.json()["code"]) == (503, "storage_unavailable")
    assert verified.exit_code == 1
    assert "storage_unavailable" in verified.output


@pytest.mark.long
@postgresql
def test_a_store_that_does_not_answer_delays_nobody(county: County, unit: Api, update: Any, store: Store) -> None:
    """Its address takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", store.port)), ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        sending = pool.submit(send, unit, update)
        time.sleep(0.2)
        status, took = report(county, unit).status_code, time.monotonic() - begun
        sent, waited = sending.result(), time.monotonic() - begun

    assert (status, sent.status_code, sent.json()["code"]) == (201, 503, "storage_unavailable")
    assert took < 1.5 < waited < 16


@pytest.mark.long
@sqlite
def test_files_are_moved_into_a_store_and_back_and_a_stopped_move_goes_on(
    county: County, settings: Settings, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, back = settings.storage, str(tmp_path / "back")
    unit = county.as_unit("城关镇")
    update = report(county, unit).json()
    contents = [PDF + bytes([65 + number]) for number in range(3)]
    for content in contents:
        assert send(unit, update, content).status_code == 201
    move = partial(moved, run, monkeypatch)
    without = move(folder, PLACE)
    with store.up():
        first = move(folder, PLACE)
        Bucket(PLACE, 4).erase(sha256(contents[0]).hexdigest())
        again = move(folder, PLACE)
        redact_last(county, unit)
        last = move(folder, PLACE, "--erase-unnamed")
        returned = move(PLACE, back)

    assert (without.exit_code, "storage_unavailable" in without.output) == (1, True)
    assert first.output.startswith("3 files copied, 0 were there, 0 damaged; 0 that no evidence names")
    assert again.output.startswith("1 files copied, 2 were there, 0 damaged")
    assert last.output.startswith("0 files copied, 2 were there, 0 damaged; 1 that no evidence names erased")
    assert returned.output.startswith("2 files copied")
    assert store.files() == contents[:2]
    assert files_in(Path(back)) == contents[:2]


def moved(run: Run, patch: pytest.MonkeyPatch, source: str, target: str, *more: str) -> Result:
    patch.setenv("DUBAN_STORAGE", source)
    get_settings.cache_clear()
    return run("evidence", "move", target, *more)


@pytest.mark.long
@sqlite
def test_a_backup_reads_from_a_store_and_is_restored_into_one(
    county: County, unit: Api, update: Any, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with store.up():
        assert send(unit, update).status_code == 201
        made, tried = run("backup", tmp_path / "backup"), run("drill")
        monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
        get_settings.cache_clear()
        not_empty = run("restore", tmp_path / "backup")
        monkeypatch.setenv("DUBAN_STORAGE", f"s3://{NAME}/elsewhere")
        get_settings.cache_clear()
        restored = run("restore", tmp_path / "backup")

    assert [one.exit_code for one in (made, tried, not_empty, restored)] == [0, 0, 2, 0], made.output + restored.output
    assert store.files() == [PDF, PDF]
