"""The one writer of updates: what a unit says is stored as it said it, and the journal agrees with every row."""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from app.access.actors import ANONYMOUS, Actor
from app.access.models import ActorRole
from app.checklists.models import Audience, Checklist, ChecklistState
from app.checklists.queries import may_see, sees
from app.database.engine import Database
from app.database.prepared import PreparedTable
from app.journal.rows import table_of
from app.journal.verification import verify
from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.updates.models import SAID, Evidence, StatusUpdate
from app.updates.releases.schemas import WaitingReportPublic
from app.updates.schemas import StatusUpdateCreate, StatusUpdatePublic
from tests.conftest import Api, County, FakeClock

UNITS = ["城关镇", "马店镇"]
LINKS = [{"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}, {"url": "http://a.cn/?q=1"}]


def a_report(chance: random.Random) -> dict[str, Any]:
    report: dict[str, Any] = {"state": chance.choice(["in_progress"] * 3 + ["completed"]), "narrative": "已按月公开。"}
    if report["state"] == "in_progress" and chance.random() < 0.7:
        report["percent"] = chance.choice([0, 50, 100])
    if chance.random() < 0.3:
        report["figures"] = [{"metric": "个", "number": chance.choice([3, 10.5, 12])}]
    if chance.random() < 0.3:
        report["evidence"] = LINKS[: chance.choice([1, 2])]
    if chance.random() < 0.3:
        report |= {"reported_by": "张三", "approved_by": "李四", "next_steps": "继续。"}
    return report


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


def test_every_member_of_a_report_is_stored_and_shown_whether_it_counts_or_waits() -> None:
    members = set(StatusUpdateCreate.model_fields) - {"evidence", "reported_by", "approved_by"}  # links, and who signs

    assert members == SAID
    assert members <= set(StatusUpdatePublic.model_fields)
    assert members <= set(WaitingReportPublic.model_fields)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_answered_is_stored_and_the_journal_agrees(
    county: County, database: Database, now: FakeClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    office, auditor = county.as_role("admin"), county.as_role("auditor")
    units = {name: county.as_unit(name) for name in UNITS}
    owed = {name: county.obligation(1, name)["id"] for name in UNITS}
    targets = [{"metric": "个", "comparison": "at_least", "number": 10}]
    task = county.task(1)
    office.patch(f"/tasks/{task['id']}", {"targets": targets, "revision": task["revision"]})
    checklist = office.get("/checklists/1").json()
    if seed % 2:
        office.patch("/checklists/1", {"asks_for_review": True, "revision": checklist["revision"]})
    answers = []
    for step in range(30):
        now.set(f"202{3 + step // 15}-{step % 12 + 1:02}-{1 + step % 28:02}")
        name, report = chance.choice(UNITS), a_report(chance)
        path = chance.choice(
            [f"/obligations/{owed[name]}/updates", f"/tasks/{task['id']}/units/{county.units[name]}/updates"]
        )
        answer = units[name].post(path, report)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            answers.append((name, report, answer.json()))
        the_office_acts(chance, office, auditor, owed[name])

    assert len(answers) > 4
    for name, report, shown in answers:
        [stored] = [one for one in office.all("/updates", unit=county.units[name]) if one["id"] == shown["id"]]
        links = [{"title": "", **link} for link in report.get("evidence", [])]
        whole = 100 if report["state"] == "completed" else None
        assert {**stored, "review": None} == shown
        assert shown["obligation_id"] == owed[name]
        assert (shown["state"], shown["narrative"]) == (report["state"], report["narrative"])
        assert shown["percent"] == (whole or report.get("percent"))
        assert shown["figures"] == report.get("figures", [])
        assert shown["next_steps"] == report.get("next_steps", "")
        assert (shown["reported_by"], shown["approved_by"]) == (
            report.get("reported_by", name),
            report.get("approved_by", ""),
        )
        assert [{"url": one["url"], "title": one["title"]} for one in shown["evidence"]] == links
    with database.session(writes=False) as session:
        assert not verify(session).faults


def test_every_field_of_a_report_is_stored_and_shown() -> None:
    columns = {column.key for column in table_of(StatusUpdate).columns}

    assert StatusUpdateCreate.model_fields.keys() - columns == {"evidence"}  # rows of their own
    assert StatusUpdateCreate.model_fields.keys() <= StatusUpdatePublic.model_fields.keys()


@pytest.mark.parametrize("model", [StatusUpdate, Evidence, ObligationSpan])
def test_rows_without_a_session_have_the_models_defaults(database: Database, model: Any) -> None:
    needed = {name: None for name, one in model.model_fields.items() if one.is_required()}
    made = vars(PreparedTable(model, database.engine.dialect).make(**needed))
    of_model = vars(model(**needed))

    assert made == {name: of_model.get(name, getattr(model(**needed), name)) for name in model.model_fields}
    assert made.keys() == {column.key for column in table_of(model).columns}


def test_two_rows_without_a_session_share_no_list(database: Database) -> None:
    table = PreparedTable(Obligation, database.engine.dialect)
    one, other = table.make(), table.make()
    one.reached.append({})

    assert other.reached == []


WATCHERS = [
    ANONYMOUS,
    *(
        Actor(role, scope, frozenset({1} if role is ActorRole.REPORTER else ()))
        for role in (ActorRole.REPORTER, ActorRole.AUDITOR)
        for scope in ("34", "341522", "341523", "3415")
    ),
]


@pytest.mark.parametrize("audience", [None, *Audience])
def test_the_predicate_of_who_sees_a_checklist_agrees_with_its_sql(
    county: County, database: Database, audience: Audience | None
) -> None:
    counted: Counter[bool] = Counter()
    with database.session(writes=True) as session:
        checklist = session.get_one(Checklist, county.checklist_id)
        checklist.audience = audience
        checklist.state = checklist.state if audience else ChecklistState.DRAFT
        session.flush()
        for actor in WATCHERS:
            seen = session.exec(select(Checklist.id).where(may_see(actor.viewer))).first() is not None
            counted[seen] += 1

            assert sees(actor, checklist) is seen, actor
        session.rollback()
    assert counted[True]
