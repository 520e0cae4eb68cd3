"""What is posted past the framework is written to the letter as the long way writes it."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlmodel import Session, select

from app import clock
from app.access.actors import Actor, Known, NotKnown
from app.access.models import ActorRole
from app.checklists.models import Audience, Checklist, ChecklistState
from app.checklists.queries import may_see, unit_sees
from app.database.engine import Database
from app.errors import DubanError
from app.journal import recorder
from app.journal.verification import verify
from app.obligations.queries import get_obligation, hold
from app.updates.actions import post_update
from app.updates.posting import Posting
from app.updates.schemas import StatusUpdateCreate
from tests.conftest import COUNTY, Api, County, FakeClock

UNITS = ["城关镇", "马店镇"]
TABLES = {
    "status_update": "obligation_id = {id} ORDER BY id",
    "evidence": "update_id IN (SELECT id FROM status_update WHERE obligation_id = {id}) ORDER BY id",
    "obligation": "id = {id}",
    "obligation_span": "obligation_id = {id} ORDER BY id",
    "journal_entry": "stream = 'checklist:1' ORDER BY seq DESC LIMIT 2",
    "journal_stream": "name = 'checklist:1'",
}
LINKS = [{"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}, {"url": "http://a.cn/?q=1"}]


class Undone(Exception):
    pass


@pytest.fixture(autouse=True)
def one_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "secrets", SimpleNamespace(token_hex=lambda size: "5a" * size))


def rows(connection: Connection, obligation_id: int) -> dict[str, list[Any]]:
    return {
        table: [
            tuple(row)
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {which.format(id=obligation_id)}")  # noqa: S608
        ]
        for table, which in TABLES.items()
    }


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A session of which nothing stays, not even the numbers that it gave."""
    with suppress(Undone), database.session(writes=True) as session:
        yield session
        raise Undone
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            for table in ("status_update", "evidence", "obligation_span"):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false)"  # noqa: S608
                    f" FROM {table}"
                )


Outcome = tuple[Any, dict[str, list[Any]]]


def long_way(database: Database, actor: Actor, obligation_id: int, report: StatusUpdateCreate) -> Outcome:
    with undone(database) as session:
        try:
            held = hold(session, get_obligation(session, actor, obligation_id), clock.now())
            said: Any = post_update(session, held, report, by=actor).model_dump_json()
            session.flush()
        except DubanError as error:
            return error, {}
        return said, rows(session.connection(), obligation_id)


def short_way(database: Database, known: Known, obligation_id: int, report: StatusUpdateCreate) -> Outcome:
    posting = Posting(database.engine.dialect)
    try:
        with database.writing() as connection:
            said = posting.post(connection, obligation_id, report, by=known, at=clock.now())
            return said.model_dump_json(), rows(connection, obligation_id)
    except (DubanError, NotKnown) as error:
        return error, {}


def access_head(database: Database) -> str:
    with database.reading() as connection:
        return str(
            connection.exec_driver_sql("SELECT head_hash FROM journal_stream WHERE name = 'access'").scalar_one()
        )


def a_report(chance: random.Random) -> StatusUpdateCreate:
    report: dict[str, Any] = {"state": chance.choice(["in_progress"] * 3 + ["completed"]), "narrative": "已按月公开。"}
    if report["state"] == "in_progress" and chance.random() < 0.7:
        report["percent"] = chance.choice([0, 50, 100])
    if chance.random() < 0.3:
        report["figures"] = [{"metric": "个", "number": chance.choice([3, 10.5, 12])}]
    if chance.random() < 0.3:
        report["evidence"] = LINKS[: chance.choice([1, 2])]
    if chance.random() < 0.3:
        report |= {"reported_by": "张三", "approved_by": "李四", "next_steps": "继续。"}
    return StatusUpdateCreate.model_validate(report)


def the_office_acts(chance: random.Random, office: Api, auditor: Api, owed: int) -> None:
    """Something that changes what may be reported; refused where it does not fit, which is as good."""
    waiting = office.get("/updates", awaiting_review=True).json()["items"]
    findings = office.get(f"/obligations/{owed}/findings").json()["items"]
    steps: list[Callable[[], Any]] = [
        lambda: office.post(f"/obligations/{owed}/reopening", {"reason": "抽查未见。"}),
        lambda: office.post(f"/obligations/{owed}/waiver", {"reason": "职责已划转。"}),
        lambda: auditor.post(
            f"/obligations/{owed}/findings", {"kind": "spot_check", "narrative": "未见公开。", "due_on": "2025-12-31"}
        ),
        lambda: office.put("/checklists/1/archival"),
        *[lambda: office.delete("/checklists/1/archival")] * 3,
    ]
    for one in waiting:
        verdict = {"judgement": chance.choice(["accepted", "returned"]), "reason": "不实。"}
        steps += [partial(office.post, f"/updates/{one['id']}/review", verdict)] * 2
    for one in findings:
        steps += [partial(auditor.post, f"/findings/{one['id']}/closure", {"reason": "属实。"})] * 2
    assert chance.choice(steps)().status_code < 500


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_write_the_same_to_the_letter(county: County, database: Database, now: FakeClock, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    office, auditor = county.as_role("admin"), county.as_role("auditor")
    keys = {name: county.as_unit(name) for name in UNITS}
    owed = {name: county.obligation(1, name)["id"] for name in UNITS}
    key_ids = {one["name"]: one["id"] for one in office.all("/keys")}
    targets = [{"metric": "个", "comparison": "at_least", "number": 10}]
    task = county.task(1)
    office.patch(f"/tasks/{task['id']}", {"targets": targets, "revision": task["revision"]})
    checklist = office.get("/checklists/1").json()
    if seed % 2:
        office.patch("/checklists/1", {"asks_for_review": True, "revision": checklist["revision"]})
    written = 0
    for step in range(30):
        now.set(f"202{3 + step // 15}-{step % 12 + 1:02}-{1 + step % 28:02}")
        name = chance.choice(UNITS)
        whose = chance.choice([name] * 8 + ["马店镇", "长集镇"])
        unit = frozenset({county.units[whose]})
        actor = Actor(ActorRole.REPORTER, COUNTY, unit, key_ids[name], f"key:{key_ids[name]}")
        report = a_report(chance)
        before = long_way(database, actor, owed[name], report)
        after = short_way(database, Known(actor, None, access_head(database)), owed[name], report)
        if isinstance(before[0], DubanError):
            assert isinstance(after[0], NotKnown) or after[0].problem() == before[0].problem()
        else:
            written += 1
            assert after == before
        the_office_acts(chance, office, auditor, owed[name])

    with database.session(writes=False) as session:
        assert not verify(session).faults
    assert written > 4
    assert keys


@pytest.mark.parametrize("audience", [None, *Audience])
@pytest.mark.parametrize("scope", ["34", "341522", "341523", "3415"])
def test_the_predicate_of_what_a_unit_sees_agrees_with_its_sql(
    county: County, database: Database, audience: Audience | None, scope: str
) -> None:
    actor = Actor(ActorRole.REPORTER, scope, frozenset({1}))
    with undone(database) as session:
        checklist = session.get_one(Checklist, county.checklist_id)
        checklist.audience = audience
        checklist.state = checklist.state if audience else ChecklistState.DRAFT
        session.flush()
        seen = session.exec(select(Checklist.id).where(may_see(actor))).first()

        assert unit_sees(actor, checklist) is (seen is not None)
