"""Many files sent at once wait for each other, and nobody else waits for them."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.errors import ReadersBusy
from app.main import create_app
from app.registers.files import reader
from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.imports import reading_queue
from app.registers.imports.sent_register import read_sent
from tests.conftest import COUNTY, Api, County, sample_page
from tests.serving import serving

PAGE = sample_page(2024, "2024-05-31")
LIST = "/tasks?checklist=1"
READ = reader.read_register_file


class SlowFiles:
    """Reads no file to its end until `may_end` is set, and counts those at work."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.at_work: list[str] = []
        self.most_at_work = 0

    def read(self, data: bytes, name: str, _soffice: str, _given: Given) -> Any:
        self.at_work.append(name)
        self.most_at_work = max(self.most_at_work, len(self.at_work))
        assert self.may_end.wait(90)
        self.at_work.remove(name)
        return READ(data, name)

    def wait_for(self, name: str) -> None:
        """Wait until a file is being read, and another one beside it."""
        until = perf_counter() + 60
        while name not in self.at_work or len(self.at_work) < reading_queue.AT_ONCE:
            assert perf_counter() < until, self.at_work
            sleep(0.01)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowFiles:
    files = SlowFiles()
    monkeypatch.setattr(reader, "read_register_file", files.read)
    return files


@contextmanager
def sending(address: str, slow: SlowFiles, *sent: tuple[Api, str]) -> Iterator[list[int]]:
    """Send a file of each name, all at once. When the block has ended they are read, and their statuses are there."""

    def send(api: Api, name: str) -> int:
        headers = {"Authorization": f"Bearer {api.key}"}
        files = {"file": (name, PAGE)}
        place = f"{address}/api/v1/registers/imports"
        return httpx.post(place, data={"jurisdiction": COUNTY}, files=files, headers=headers, timeout=30).status_code

    statuses: list[int] = []
    with ThreadPoolExecutor(len(sent)) as pool:
        answers = [pool.submit(send, *one) for one in sent]
        try:
            yield statuses
        finally:
            slow.may_end.set()
        statuses += [answer.result() for answer in answers]


def waits(address: str, api: Api) -> float:
    """The longest that `/readyz` and a list are waited for."""
    longest = 0.0
    for path in ("/readyz", f"/api/v1{LIST}") * 3:
        begun = perf_counter()
        answer = httpx.get(address + path, headers={"Authorization": f"Bearer {api.key}"}, timeout=5)
        assert answer.status_code == 200, answer.text
        longest = max(longest, perf_counter() - begun)
    return longest


def test_seven_slow_files_of_one_clerk_delay_nobody_else(settings: Settings, county: County, slow: SlowFiles) -> None:
    clerk, other = county.as_role("coordinator"), county.as_role("admin")
    with serving(create_app(settings, county.database)) as address:
        sent = [(clerk, f"{number}.txt") for number in range(7)]
        with sending(address, slow, *sent, (other, "other.txt")) as statuses:
            slow.wait_for("other.txt")
            longest = waits(address, clerk)

    assert longest < 1
    assert slow.most_at_work == 2
    assert statuses == [201] * 8


def test_a_page_that_is_only_read_waits_in_the_queue_too(
    settings: Settings, county: County, slow: SlowFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_queue, "MOST_WAITING_OF_KEY", 0)
    clerk = county.as_role("coordinator")
    slow.may_end.set()
    page = clerk.post("/registers/readings", {"page": PAGE.decode()})
    file = clerk.request("POST", "/registers/imports", data={"jurisdiction": COUNTY}, files={"file": ("1.txt", PAGE)})

    assert [(one.status_code, one.json()["code"]) for one in (page, file)] == [(503, "readers_busy")] * 2


def test_who_would_wait_too_long_is_refused(slow: SlowFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_queue, "MOST_WAITING_OF_KEY", 1)

    async def send() -> list[Any]:
        queue = reading_queue.ReadingQueue(seconds=0.1)
        files = [(PAGE, f"{number}.txt", "", NOTHING_GIVEN) for number in range(3)]
        sent = [asyncio.create_task(queue.read(1, read_sent, *file)) for file in files]
        await asyncio.wait(sent[1:])
        slow.may_end.set()
        return await asyncio.gather(*sent, return_exceptions=True)

    read, late, refused_at_once = asyncio.run(send())

    assert (read.name, [type(one) for one in (late, refused_at_once)]) == ("0.txt", [ReadersBusy] * 2)
    assert ReadersBusy.headers["Retry-After"].isdigit()
