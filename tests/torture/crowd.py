"""Township officials who report all at once, with files, and click again whenever they got no answer."""

import hashlib
import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from sqlmodel import col, func, select

from app.database.engine import Database
from app.journal.verification import verify
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.storage import Storage
from app.updates.models import Evidence, StatusUpdate

COMPLETED = 0.01  # share of the reports that close their obligation: fifty kills long, something has to stay open
WITH_FILE = 0.2  # share of the other reports that a file follows


@dataclass
class Official:
    """One unit's key, and the obligations that it answers for."""

    key: str
    obligation_ids: list[int]


@dataclass
class Crowd:
    """Reports until the block ends. What was acknowledged stands by its id: the words, or what is in the file."""

    address: str
    officials: Sequence[Official]
    acknowledged: dict[int, str] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    unacknowledged: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._report, args=(one,)) for one in self.officials]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int, within: float = 120) -> None:
        """Until so many more reports are acknowledged."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + within
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, f"{len(self.acknowledged)} acknowledged, {self.statuses[-20:]}"
            time.sleep(0.01)

    def _report(self, official: Official) -> None:
        headers = {"Authorization": f"Bearer {official.key}"}
        with httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=30) as client:
            left = list(official.obligation_ids)
            while left and not self._over.is_set():
                obligation_id, narrative = random.choice(left), str(uuid.uuid4())  # noqa: S311
                state = "completed" if random.random() < COMPLETED else "in_progress"  # noqa: S311
                report = {"state": state, "narrative": narrative}
                path = f"/obligations/{obligation_id}/updates"
                update_id = self._send_until_answered(client, path, narrative, self.acknowledged, json=report)
                if update_id and state == "completed":
                    left.remove(obligation_id)
                elif update_id and random.random() < WITH_FILE:  # noqa: S311
                    text = str(uuid.uuid4())
                    path, file = f"/updates/{update_id}/evidence", {"file": ("说明.txt", text.encode())}
                    self._send_until_answered(client, path, text, self.files, files=file)

    def _send_until_answered(
        self, client: httpx.Client, path: str, text: str, acknowledged: dict[int, str], **sent: Any
    ) -> int | None:
        """The id of what was made."""
        self.unacknowledged.add(text)
        while not self._over.is_set():
            try:
                answer = client.post(path, headers={"Idempotency-Key": text}, **sent)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            self.statuses.append(answer.status_code)
            if answer.status_code == 201:
                made = int(answer.json()["id"])
                acknowledged[made] = text
                self.unacknowledged.discard(text)
                return made
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                self.surprises.append(answer.text)
                return None
            time.sleep(0.02)
        return None


def assert_intact(database: Database, storage: Storage, crowd: Crowd) -> None:
    """What was acknowledged is there, once; nothing is half written; every chain, every row and every file verifies."""
    with database.session(writes=False) as session:
        reports = {one.id: one.narrative for one in session.exec(select(StatusUpdate)).all()}
        stored = {one.id: one.sha256 for one in session.exec(select(Evidence)).all()}
        report = verify(session)
        latest = session.exec(
            select(StatusUpdate.obligation_id, func.max(StatusUpdate.id)).group_by(col(StatusUpdate.obligation_id))
        ).all()
        claimed = {obligation_id: session.get_one(StatusUpdate, update_id).state for obligation_id, update_id in latest}
        states = {one.id: one.state for one in session.exec(select(Obligation)).all()}
        open_spans = session.exec(select(ObligationSpan).where(col(ObligationSpan.to_at).is_(None))).all()

    assert not crowd.surprises, crowd.surprises[:3]
    assert not crowd.acknowledged.items() - reports.items()
    assert {*reports.values()} - {*crowd.acknowledged.values()} <= crowd.unacknowledged
    assert len({*reports.values()}) == len(reports), "a report that was sent again was kept twice"
    sent = {number: hashlib.sha256(text.encode()).hexdigest() for number, text in crowd.files.items()}
    unanswered = {hashlib.sha256(text.encode()).hexdigest() for text in crowd.unacknowledged}
    assert not sent.items() - stored.items()
    assert {*stored.values()} - {*sent.values()} <= unanswered
    assert len({*stored.values()}) == len(stored), "a file that was sent again was kept twice"
    assert all(storage.read(str(one)) for one in stored.values())
    assert {key: str(states[key]) for key in claimed} == {key: str(state) for key, state in claimed.items()}
    assert {span.obligation_id: span.state for span in open_spans} == states
    assert len(open_spans) == len(states)
    assert not report.faults, report.faults[:3]
