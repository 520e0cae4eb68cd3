"""Issue 18, findings do not launder: lateness is decided once, by the first claim that held."""

from datetime import date
from typing import Any

import pytest

from app import clock
from app.access.actors import OPERATOR
from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.migrate import downgrade, upgrade
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import lock_obligation
from app.obligations.states import ObligationState
from app.updates.finding_models import Finding, FindingKind
from app.updates.finding_upgrade import moved_by_closed_findings, open_findings_follow
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

DONE = {"state": "completed", "narrative": "已公开。"}
FINDING = {"kind": "look_back", "narrative": "页面已无法打开。", "due_on": "2024-02-29"}
ANSWER = {"narrative": "已恢复。"}
CONCLUSION = {"conclusion": "合格。"}
CLAIMED = {"late": "2024-01-08", "on time": "2023-12-20"}
TALLIES = ("/tallies/by-unit", "/tallies/by-task", "/tallies/by-section", "/tallies/by-jurisdiction",
           "/oversight/ranking", "/oversight/trend")  # fmt: skip


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("司法局")


@pytest.fixture
def auditor(county: County) -> Api:
    return county.as_role("auditor")


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def owed(county: County) -> int:
    """What 司法局 owes by 2023-12-31."""
    return int(county.as_role("coordinator").all("/obligations", unit=county.units["司法局"])[0]["id"])


def finish(unit: Api, owed: int, now: FakeClock, day: str) -> None:
    now.set(day)
    done(unit.post(f"/obligations/{owed}/updates", DONE))


def find(auditor: Api, owed: int, now: FakeClock, **more: Any) -> int:
    now.set("2024-02-01")
    return int(done(auditor.post(f"/obligations/{owed}/findings", FINDING | more))["id"])


def close(unit: Api, auditor: Api, finding: int, now: FakeClock, answered: str, closed: str, **more: Any) -> Any:
    now.set(answered)
    done(unit.post(f"/findings/{finding}/answers", ANSWER))
    now.set(closed)
    return done(auditor.post(f"/findings/{finding}/closure", CONCLUSION | more))


def shown(api: Api, owed: int, **day: str) -> tuple[str, str | None, str, str | None]:
    """State, day of completion, what the dates say, last day."""
    one = next(one for one in api.all("/obligations", limit=200, **day) if one["id"] == owed)
    return one["state"], one["completed_on"], one["timeliness"], one["due_on"]


def rate(auditor: Api, county: County, **day: str) -> tuple[float, int, int, int]:
    """Of 司法局: its rate, and what that is made of."""
    (row,) = auditor.all("/tallies/by-unit", unit=county.units["司法局"], **day)
    return row["on_time_rate"], row["completed_on_time"], row["completed_late"], row["overdue"]


@pytest.mark.parametrize(("claimed", "word"), [("late", "completed_late"), ("on time", "completed_on_time")])
@pytest.mark.parametrize("answered", ["2024-02-10", "2024-03-10"])
def test_a_finding_changes_neither_when_the_work_was_due_nor_when_it_was_done(
    county: County, unit: Api, auditor: Api, owed: int, now: FakeClock, claimed: str, word: str, answered: str
) -> None:
    finish(unit, owed, now, CLAIMED[claimed])
    finding = find(auditor, owed, now)
    now.set("2024-01-31")
    before = rate(auditor, county)
    now.set("2024-02-01")
    opened = rate(auditor, county), shown(auditor, owed)
    now.set("2024-03-05")
    passed = rate(auditor, county), shown(auditor, owed)
    close(unit, auditor, finding, now, answered="2024-03-10", closed="2024-03-12")
    closed = rate(auditor, county), shown(auditor, owed)

    assert opened == passed == (before, ("in_progress", None, word, "2023-12-31"))
    assert closed == (before, ("completed", "2024-03-10", word, "2023-12-31"))
    assert owed not in {one["obligation_id"] for one in auditor.all("/overdue", as_of="2024-03-05", limit=200)}
    assert rate(auditor, county, as_of="2024-02-20") == before


def test_open_work_with_a_finding_is_as_overdue_as_it_was(auditor: Api, owed: int, now: FakeClock) -> None:
    now.set("2023-12-01")
    done(auditor.post(f"/obligations/{owed}/findings", FINDING))

    now.set("2023-12-31")
    assert shown(auditor, owed) == ("not_started", None, "due_soon", "2023-12-31")
    now.set("2024-01-01")
    assert shown(auditor, owed) == ("not_started", None, "overdue", "2023-12-31")


@pytest.mark.parametrize("claimed", CLAIMED)
def test_a_claim_that_did_not_hold_is_as_late_as_its_correction(
    unit: Api, auditor: Api, owed: int, now: FakeClock, claimed: str
) -> None:
    finish(unit, owed, now, CLAIMED[claimed])
    finding = find(auditor, owed, now, claim_held=False)
    opened = shown(auditor, owed)
    ended = close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12")

    assert opened == ("in_progress", None, "overdue", "2023-12-31")
    assert ended["claim_held"] is False
    assert shown(auditor, owed) == ("completed", "2024-02-12", "completed_late", "2023-12-31")
    assert shown(auditor, owed, as_of="2024-01-31")[:2] == ("completed", CLAIMED[claimed])


def test_a_correction_accepted_by_the_last_day_is_on_time(unit: Api, auditor: Api, owed: int, now: FakeClock) -> None:
    finish(unit, owed, now, "2023-12-01")
    finding = done(auditor.post(f"/obligations/{owed}/findings", FINDING | {"claim_held": False}))["id"]
    opened = shown(auditor, owed)[2]
    close(unit, auditor, finding, now, answered="2023-12-05", closed="2023-12-31")

    assert (opened, shown(auditor, owed)[1:3]) == ("not_yet_due", ("2023-12-31", "completed_on_time"))


def test_at_closure_the_auditor_may_say_that_the_claim_did_not_hold(
    unit: Api, auditor: Api, owed: int, now: FakeClock
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    finding = find(auditor, owed, now)
    opened = shown(auditor, owed)[2]
    ended = close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12", claim_held=False)

    assert (opened, ended["claim_held"]) == ("completed_on_time", False)
    assert shown(auditor, owed) == ("completed", "2024-02-12", "completed_late", "2023-12-31")


def test_at_closure_the_auditor_may_say_that_the_claim_held_after_all(
    county: County, unit: Api, auditor: Api, office: Api, owed: int, now: FakeClock
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    finding = find(auditor, owed, now, claim_held=False)
    done(office.put(f"/obligations/{owed}/extension-opening", {"reason": "核查。"}))
    done(unit.post(f"/obligations/{owed}/extensions", {"reason": "核查。", "due_on": "2024-03-31"}))
    done(office.put("/extensions/1/decision", {"decision": "granted", "reason": "核查。"}))
    ended = close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12", claim_held=True)
    light = office.get(f"/obligations/{owed}").json()["light_reason"]

    assert ended["claim_held"] is True
    assert shown(auditor, owed) == ("completed", "2024-02-10", "completed_on_time", "2023-12-31")
    assert light == "done_on_time"
    assert shown(auditor, owed, as_of="2024-02-01")[2] == "not_yet_due"


@pytest.mark.parametrize(
    ("wanted", "word", "when_done_again"),
    [({}, "completed_on_time", "completed_on_time"), ({"claim_held": False}, "overdue", "completed_late")],
)
def test_reopening_says_whether_the_claim_held(
    unit: Api, auditor: Api, office: Api, owed: int, now: FakeClock, wanted: Any, word: str, when_done_again: str
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    now.set("2024-02-01")
    reopened = done(office.post(f"/obligations/{owed}/reopening", {"reason": "抽查未见公开。", **wanted}))
    finish(unit, owed, now, "2024-02-10")

    assert (reopened["state"], reopened["timeliness"], reopened["due_on"]) == ("in_progress", word, "2023-12-31")
    assert shown(auditor, owed) == ("completed", "2024-02-10", when_done_again, "2023-12-31")


def test_what_is_decided_is_given_no_later_last_day(
    county: County, unit: Api, auditor: Api, office: Api, owed: int, now: FakeClock
) -> None:
    extension = done(unit.post(f"/obligations/{owed}/extensions", {"reason": "延后。", "due_on": "2024-03-31"}))["id"]
    finish(unit, owed, now, CLAIMED["late"])
    find(auditor, owed, now)
    task = office.get(f"/tasks/{office.get(f'/obligations/{owed}').json()['task']['id']}").json()
    refused = [
        office.put(f"/extensions/{extension}/decision", {"decision": "granted"}),
        office.put(f"/obligations/{owed}/extension-opening", {"reason": "可以。"}),
        unit.post(f"/obligations/{owed}/extensions", {"reason": "延后。", "due_on": "2024-04-30"}),
    ]
    schedule = {"kind": "on", "due_on": "2024-06-30"}
    done(office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "schedule": schedule}))

    assert {(one.status_code, one.json()["code"]) for one in refused} == {(409, "lateness_decided")}
    assert shown(auditor, owed)[2:] == ("completed_late", "2023-12-31")


def test_a_finding_is_overdue_by_its_own_last_day_in_every_tally(
    county: County, unit: Api, auditor: Api, owed: int, now: FakeClock
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    finding = find(auditor, owed, now)
    now.set("2024-03-05")
    close_to = {"2024-01-31": (0, 0), "2024-02-01": (1, 0), "2024-02-29": (1, 0), "2024-03-01": (1, 1)}
    found = {
        (path, day): tuple(
            sum(row[name] for row in auditor.all(path, as_of=day)) for name in ("findings_open", "findings_overdue")
        )
        for path in TALLIES
        for day in close_to
    }
    listed = [one["id"] for one in auditor.all("/findings", overdue=True)]
    close(unit, auditor, finding, now, answered="2024-03-10", closed="2024-03-12")

    assert found == {(path, day): counted for path in TALLIES for day, counted in close_to.items()}
    assert (listed, auditor.all("/findings", overdue=True)) == ([finding], [])
    assert [row["findings_overdue"] for row in auditor.all("/tallies/by-unit", as_of="2024-03-11", limit=200)].count(1)


@pytest.mark.parametrize(("answered", "is_late"), [("2024-02-29", False), ("2024-03-01", True)])
def test_the_time_that_the_auditor_takes_does_not_count_against_the_unit(
    county: County, unit: Api, auditor: Api, owed: int, now: FakeClock, answered: str, is_late: bool
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    finding = find(auditor, owed, now)
    now.set(answered)
    done(unit.post(f"/findings/{finding}/answers", {"narrative": "已恢复公开。"}))
    now.set("2024-03-10")
    done(unit.post(f"/findings/{finding}/answers", {"narrative": "另附说明。"}))
    light = auditor.get(f"/obligations/{owed}").json()["light_reason"]
    counted = sum(row["findings_overdue"] for row in auditor.all("/tallies/by-unit", limit=200))
    listed = [one["id"] for one in auditor.all("/findings", overdue=True)]
    done(auditor.post(f"/findings/{finding}/extension", {"due_on": "2024-03-20", "reason": "还须补充。"}))
    now.set("2024-03-21")
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert faults == []
    assert light == ("finding_overdue" if is_late else "finding_open")
    assert (counted, listed) == (int(is_late), [finding] * is_late)
    assert auditor.get(f"/obligations/{owed}").json()["light_reason"] == "finding_overdue"


def test_a_finding_in_a_draft_counts_against_nobody(
    unit: Api, auditor: Api, office: Api, owed: int, now: FakeClock
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    find(auditor, owed, now)
    done(office.delete("/checklists/1/publication"))
    now.set("2024-03-05")

    assert auditor.all("/findings", overdue=True) == []
    assert len(auditor.all("/findings")) == 1


def test_the_journal_has_what_the_auditor_said(
    unit: Api, auditor: Api, owed: int, now: FakeClock, database: Database
) -> None:
    finish(unit, owed, now, CLAIMED["late"])
    finding = find(auditor, owed, now, claim_held=False)
    close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12", claim_held=True)

    with database.session(writes=False) as session:
        assert not verify(session).faults


@pytest.mark.own_database
def test_what_the_auditor_said_comes_back_with_its_column(
    settings: Settings, unit: Api, auditor: Api, owed: int, now: FakeClock, database: Database
) -> None:
    finish(unit, owed, now, CLAIMED["late"])
    find(auditor, owed, now, claim_held=False)
    downgrade(settings, "6e0b3f9a27c4")
    upgrade(settings)

    with database.session(writes=False) as session:
        assert not verify(session).faults


def open_as_an_older_version_did(database: Database, owed: int) -> None:
    """A finding due on 2024-02-29, which became the last day of the work."""
    day = date(2024, 2, 29)
    with database.session(writes=True) as session:
        locked = lock_obligation(session, session.get_one(Obligation, owed), clock.now())
        one = locked.obligation
        one.state, one.completed_on, one.finding_due_on = ObligationState.IN_PROGRESS, None, day
        one.extended_to = one.due_on = day
        finding = Finding(
            checklist_id=one.checklist_id,
            obligation_id=one.id,
            unit_id=one.unit_id,
            kind=FindingKind.LOOK_BACK,
            narrative="未见。",
            due_on=day,
            has_reopened=True,
            opened_at=locked.moment,
        )
        session.add(finding)
        session.flush()
        journal_change(session, locked, "finding.opened", by=OPERATOR, rows=[finding])


@pytest.mark.parametrize(("claimed", "word"), [("late", "completed_late"), ("on time", "completed_on_time")])
def test_a_finding_that_an_older_version_opened_follows_once(
    unit: Api, auditor: Api, owed: int, now: FakeClock, database: Database, claimed: str, word: str
) -> None:
    finish(unit, owed, now, CLAIMED[claimed])
    now.set("2024-02-01")
    open_as_an_older_version_did(database, owed)
    now.set("2024-03-05")
    with database.session(writes=True) as session:
        followed, again = (open_findings_follow(session, clock.now()) for _ in range(2))
        assert not verify(session).faults
    now.set("2024-03-10")
    light = auditor.get(f"/obligations/{owed}").json()
    entries = [one for one in auditor.all("/journal/checklist:1", limit=200) if one["verb"] == "findings.followed"]
    close(unit, auditor, 1, now, answered="2024-03-10", closed="2024-03-12")

    assert followed == [(1, date(2024, 2, 29), date(2023, 12, 31), date.fromisoformat(CLAIMED[claimed]))]
    assert (again, [one["who"] for one in entries]) == ([], ["upgrade"])
    assert (light["light_reason"], light["extended_to"]) == ("finding_overdue", None)
    assert light["has_missed"] is (claimed == "late")
    assert shown(auditor, owed) == ("completed", "2024-03-10", word, "2023-12-31")
    assert shown(auditor, owed, as_of="2024-03-04")[2:] == ("overdue", "2024-02-29")


def test_the_days_that_an_older_version_moved_are_listed(
    county: County, unit: Api, auditor: Api, owed: int, now: FakeClock, database: Database
) -> None:
    finish(unit, owed, now, CLAIMED["late"])
    now.set("2024-02-01")
    open_as_an_older_version_did(database, owed)
    with database.session(writes=False) as session:
        open_ones = moved_by_closed_findings(session)
    close(unit, auditor, 1, now, answered="2024-02-10", closed="2024-02-12")
    with database.session(writes=True) as session:
        session.get_one(Finding, 1).claim_held = None  # as an older version leaves it
        session.flush()
        closed_ones = moved_by_closed_findings(session)

    assert open_ones == []
    assert closed_ones == [(1, owed, date(2023, 12, 31), date(2024, 2, 29))]


def test_one_that_cannot_be_looked_into_prevents_the_whole_sample(
    county: County, auditor: Api, office: Api, owed: int, now: FakeClock
) -> None:
    others = [county.obligation(1, name)["id"] for name in ("城关镇", "河口镇")]
    done(office.post(f"/obligations/{others[1]}/waiver", {"reason": "撤销"}))
    items = [{"obligation_id": one, **FINDING, "kind": "spot_check"} for one in (owed, *others)]
    refused = auditor.post("/findings", {"items": items})
    twice = auditor.post("/findings", {"items": [items[0], items[0]]})
    unknown = auditor.post("/findings", {"items": [items[0], {**items[1], "obligation_id": 999_999}]})
    passed = auditor.post("/findings", {"items": [{**items[0], "due_on": "2023-05-31"}]})
    nothing = auditor.all("/findings")
    opened = done(auditor.post("/findings", {"items": items[:2]}))["items"]

    answers = [(one.status_code, one.json()["code"], one.json()["index"]) for one in (refused, twice, unknown, passed)]
    assert answers == [
        (409, "obligation_closed", 2),
        (409, "finding_open", 1),
        (404, "not_found", 1),
        (422, "invalid_request", 0),
    ]
    assert passed.json()["errors"][0]["field"] == "body.items.0.due_on"
    assert nothing == []
    assert [one["obligation_id"] for one in opened] == [owed, others[0]]
    assert [one["obligation_id"] for one in auditor.all("/findings")] == [others[0], owed]


def test_only_an_auditor_opens_findings_on_a_sample(unit: Api, office: Api, owed: int) -> None:
    answers = [one.post("/findings", {"items": [{"obligation_id": owed, **FINDING}]}) for one in (unit, office)]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "role_not_allowed")}


@pytest.mark.parametrize(("claim_held", "done_on"), [(True, "2024-02-10"), (False, "2024-02-12")])
def test_work_that_nobody_owes_any_more_is_done_as_it_was(
    county: County,
    unit: Api,
    auditor: Api,
    office: Api,
    owed: int,
    now: FakeClock,
    claim_held: bool,
    done_on: str,
) -> None:
    finish(unit, owed, now, CLAIMED["late"])
    finding = find(auditor, owed, now)
    before = rate(auditor, county)
    task = office.get(f"/obligations/{owed}").json()["task"]["id"]
    removed = office.delete(f"/tasks/{task}/units/{county.units['司法局']}", reason="误派。")
    ended = shown(auditor, owed), rate(auditor, county)
    close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12", claim_held=claim_held)

    assert removed.is_success
    assert ended == (("completed", CLAIMED["late"], "completed_late", "2023-12-31"), before)
    assert shown(auditor, owed) == ("completed", done_on, "completed_late", "2023-12-31")


def test_a_finding_on_a_task_that_was_withdrawn_can_be_ended(
    unit: Api, auditor: Api, office: Api, owed: int, now: FakeClock
) -> None:
    finish(unit, owed, now, CLAIMED["on time"])
    finding = find(auditor, owed, now)
    task = office.get(f"/obligations/{owed}").json()["task"]["id"]
    withdrawn = office.put(f"/tasks/{task}/withdrawal", {"reason": "不再办理。"})
    close(unit, auditor, finding, now, answered="2024-02-10", closed="2024-02-12")

    assert withdrawn.is_success, withdrawn.text
    assert auditor.get(f"/findings/{finding}").json()["state"] == "closed"
    assert shown(auditor, owed)[2] == "completed_on_time"
