"""红黄绿灯: why an obligation shows as it does."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import false, func, select
from sqlmodel import Session, col

from app.checklists.models import Checklist
from app.obligations.lights import Light, LightReason, light_of, light_reason, reason_of, worst
from app.obligations.models import Obligation
from app.obligations.roles import Role
from app.obligations.stands import stand_on
from app.obligations.states import ObligationState, Timeliness, timeliness
from tests.conftest import County, FakeClock

DAY = date(2023, 6, 10)
S = ObligationState


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def shown(state: ObligationState = S.IN_PROGRESS, due_on: date | None = None, **facts: Any) -> str | None:
    """The reason on DAY, with 7 yellow days and no red ones unless `facts` say otherwise."""
    names = ("done_on", "claimed_on", "has_missed", "finding_due_on", "finding_answered_on", "stale")
    facts = {**dict.fromkeys(names), "has_missed": False, "stale": False, "yellow_days": 7, "red_days": None} | facts
    return light_reason(state, due_on, on=DAY, **facts)


CASES: list[tuple[str, str | None]] = [
    (str(shown(S.WAIVED, days(-1))), "None"),
    (str(shown(S.COMPLETED, days(0), done_on=days(0))), "done_on_time"),
    (str(shown(S.COMPLETED, days(-2), done_on=days(-1))), "caught_up_late"),
    (str(shown(S.COMPLETED, days(9), done_on=days(0), has_missed=True)), "caught_up_late"),
    (str(shown(due_on=days(-1))), "overdue"),
    (str(shown(due_on=days(-1), done_on=days(-1))), "done_on_time"),
    (str(shown(due_on=days(-2), done_on=days(-1))), "caught_up_late"),
    (str(shown(due_on=days(1), done_on=days(0), red_days=3, has_missed=True)), "caught_up_late"),
    (str(shown(due_on=days(-2), done_on=days(-1), finding_due_on=days(0))), "finding_open"),
    (str(shown(due_on=days(-2), done_on=days(-2), finding_due_on=days(-1))), "finding_overdue"),
    (str(shown(S.RETURNED, days(-2), done_on=days(-2))), "returned"),
    (str(shown(S.SUBMITTED, days(-1), done_on=days(-2), claimed_on=days(-1))), "awaiting_review"),
    (str(shown(due_on=days(0))), "due_soon"),
    (str(shown(due_on=days(7))), "due_soon"),
    (str(shown(due_on=days(8))), "not_yet_due"),
    (str(shown(due_on=days(3), red_days=3)), "nearly_due"),
    (str(shown(due_on=days(4), red_days=3)), "due_soon"),
    (str(shown(due_on=days(0), red_days=10, yellow_days=0)), "nearly_due"),
    (str(shown(due_on=days(1), red_days=10, yellow_days=0)), "not_yet_due"),
    (str(shown(S.SUBMITTED, days(-1), claimed_on=days(-1))), "awaiting_review"),
    (str(shown(S.SUBMITTED, days(-2), claimed_on=days(-1))), "overdue"),
    (str(shown(S.SUBMITTED, days(1), claimed_on=days(0), red_days=3)), "awaiting_review"),
    (str(shown(S.RETURNED, days(30))), "returned"),
    (str(shown(S.RETURNED, days(-1))), "overdue"),
    (str(shown(due_on=days(30), finding_due_on=days(-1))), "finding_overdue"),
    (str(shown(due_on=days(30), finding_due_on=days(0))), "finding_open"),
    (str(shown(due_on=days(30), finding_due_on=days(-3), finding_answered_on=days(-3))), "finding_open"),
    (str(shown(due_on=days(30), finding_due_on=days(-3), finding_answered_on=days(-2))), "finding_overdue"),
    (str(shown(due_on=days(30), has_missed=True)), "missed_before"),
    (str(shown(stale=True)), "stale"),
    (str(shown()), "no_last_day"),
    (str(shown(due_on=days(-9), finding_due_on=days(-1), suspended_on=days(0))), "suspended"),
    (str(shown(due_on=days(-1), suspended_on=days(1))), "overdue"),
    (str(shown(S.WAIVED, suspended_on=days(0))), "None"),
]


@pytest.mark.parametrize("place", range(len(CASES)))
def test_a_light_shows_for_its_reason(place: int) -> None:
    found, expected = CASES[place]

    assert found == expected


def test_red_is_what_is_late_or_nearly_green_what_asks_for_nothing_and_grey_what_rests() -> None:
    lights = {light: [reason.value for reason in LightReason if reason.light is light] for light in Light}

    assert lights[Light.RED] == ["overdue", "finding_overdue", "nearly_due"]
    assert lights[Light.GREY] == ["suspended"]
    assert lights[Light.GREEN] == ["awaiting_review", "not_yet_due", "no_last_day", "done_on_time"]


def test_a_group_shows_its_worst() -> None:
    assert worst([LightReason.DONE_ON_TIME, None, LightReason.DUE_SOON]) is LightReason.DUE_SOON
    assert worst([LightReason.SUSPENDED, LightReason.DONE_ON_TIME]) is LightReason.DONE_ON_TIME
    assert worst([None]) is None
    assert light_of(None) is None


def strewn(session: Session, chance: random.Random) -> list[Obligation]:
    """Every obligation of the county, put into a random state around DAY."""
    rows = [*session.scalars(select(Obligation).order_by(col(Obligation.id)))]
    for row in rows:
        row.state = chance.choice([*ObligationState])
        row.due_on = chance.choice([None, days(chance.randrange(-12, 13))])
        row.completed_on = days(chance.randrange(-12, 1)) if row.state is S.COMPLETED else None
        row.held_on = days(chance.randrange(-12, 1)) if chance.random() < 0.2 else None
        row.claimed_on = days(chance.randrange(-12, 1)) if row.state is S.SUBMITTED else None
        row.reason = "撤销" if row.state is S.WAIVED else None
        row.has_missed = chance.random() < 0.2
        row.finding_due_on = days(chance.randrange(-3, 4)) if chance.random() < 0.2 else None
        row.finding_answered_on = row.finding_due_on and chance.choice([None, days(chance.randrange(-4, 1))])
        rests = row.state not in (S.COMPLETED, S.WAIVED) and chance.random() < 0.3
        row.suspended_on = days(chance.randrange(-6, 4)) if rests else None
    session.flush()
    return rows


@pytest.mark.parametrize(("yellow_days", "red_days"), [(7, None), (5, 2), (0, 8)])
def test_the_database_judges_as_the_functions_do(county: County, yellow_days: int, red_days: int | None) -> None:
    stand = stand_on(None, today=DAY)
    late = [func.coalesce(one, false()) for one in (stand.is_overdue, Obligation.overdue(DAY))]
    columns = (col(Obligation.id), stand.light_rank(), stand.timeliness, *late)
    with county.database.session(writes=True) as session:
        rows = strewn(session, random.Random(7))  # noqa: S311  the same rows each time
        checklist = session.get_one(Checklist, county.checklist_id)
        checklist.yellow_days, checklist.red_days = yellow_days, red_days
        session.flush()
        judged = select(*columns).join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
        found = {id_: (reason_of(rank), word, *both) for id_, rank, word, *both in session.execute(judged)}
    expected = {}
    for row in rows:
        facts = (row.state, row.due_on, row.done_on, row.claimed_on)
        missed = (row.has_missed, row.finding_due_on, row.finding_answered_on, False)
        rests = row.suspended_on
        reason = light_reason(*facts, *missed, on=DAY, yellow_days=yellow_days, red_days=red_days, suspended_on=rests)
        word = timeliness(*facts, on=DAY, soon=yellow_days, suspended_on=rests)
        expected[row.id] = (reason, word, *[row.is_overdue(DAY)] * 2)

    assert found == expected
    assert {word for _, word, *_ in expected.values()} == set(Timeliness)
    assert {(reason, late) for reason, _, late, _ in expected.values()} > {("suspended", True), ("suspended", False)}
    assert len({reason for reason, *_ in expected.values()}) > 10


def test_red_comes_after_yellow(county: County) -> None:
    office = county.as_role("coordinator")
    wanted = {"jurisdiction": "341522", "title": "红黄灯", "year": 2027, "yellow_days": 3, "red_days": 4}
    refused = office.post("/checklists", wanted)
    made = office.post("/checklists", wanted | {"red_days": 3})
    path = f"/checklists/{made.json()['id']}"
    more = office.patch(path, {"revision": 1, "red_days": 5})
    less = office.patch(path, {"revision": 1, "yellow_days": 2})
    both = office.patch(path, {"revision": 1, "yellow_days": 9, "red_days": 5})

    assert [made.status_code, both.status_code] == [201, 200]
    assert (both.json()["yellow_days"], both.json()["red_days"]) == (9, 5)
    for answer in (refused, more, less):
        problem = answer.json()
        fields = [error["field"] for error in problem["errors"]]
        assert (answer.status_code, problem["code"], fields) == (422, "invalid_request", ["body.red_days"])
    assert "give 3 or less" in refused.text


def test_a_checklist_whose_red_days_are_more_can_still_be_renamed(county: County) -> None:
    with county.database.session(writes=True) as session:
        checklist = session.get_one(Checklist, county.checklist_id)
        checklist.yellow_days, checklist.red_days = 0, 8
        revision = checklist.revision
        session.commit()
    renamed = county.as_role("coordinator").patch("/checklists/1", {"revision": revision, "title": "改名"})

    assert renamed.status_code == 200


@pytest.fixture
def standing_task(county: County, now: FakeClock) -> Any:
    """A task without a last day, to be reported on every 30 days, from 2023-06-01 on; 司法局 reported on 07-01."""
    office = county.as_role("coordinator")
    schedule = {"kind": "standing", "report_every_days": 30}
    wanted = {"checklist_id": 1, "section_id": 1, "requirement": "持续推进。", "schedule": schedule}
    task = office.post("/tasks", wanted).json()
    assert office.put(f"/tasks/{task['id']}/units/{county.units['司法局']}", {"role": Role.LEAD}).status_code == 201
    now.set("2023-07-01")
    report = {"state": "in_progress", "narrative": "正在推进。"}
    path = f"/tasks/{task['id']}/units/{county.units['司法局']}/updates"
    assert county.as_unit("司法局").post(path, report).status_code == 201
    return task


def test_what_was_silent_on_a_past_day_is_stale_on_that_day(county: County, standing_task: Any, now: FakeClock) -> None:
    now.set("2023-09-01")
    auditor = county.as_role("auditor")

    def on(day: str) -> list[tuple[bool, str, str]]:
        items = auditor.all("/obligations", task=standing_task["id"], as_of=day)
        return [(item["stale"], item["light"], item["light_reason"]) for item in items]

    assert on("2023-06-30") == [(False, "green", "no_last_day")]  # units were told on 06-01, not as the year began
    assert on("2023-07-01") == on("2023-07-31") == [(False, "green", "no_last_day")]
    assert on("2023-08-01") == on("2023-09-01") == [(True, "yellow", "stale")]


def test_stale_ones_can_be_filtered(county: County, standing_task: Any, now: FakeClock) -> None:
    now.set("2023-09-01")
    auditor = county.as_role("auditor")
    stale = auditor.all("/obligations", stale="true")
    others = auditor.all("/obligations", stale="false", limit=200)

    assert [item["task"]["id"] for item in stale] == [standing_task["id"]]
    assert auditor.all("/obligations", stale="true", as_of="2023-07-31") == []
    assert len(others) == 539


def test_a_task_shows_the_worst_light_of_its_units(county: County, now: FakeClock) -> None:
    def of_first() -> tuple[str, str]:
        # what is written below goes around the journal, and a cached answer or task would still be valid
        app: Any = county.client.app
        app.state.task_fragments._cache.clear()
        task = county.another(county.as_role("coordinator")).get("/tasks/1").json()
        return task["light"], task["light_reason"]

    before = of_first()
    now.set("2024-01-05")
    late = of_first()
    with county.database.session(writes=True) as session:
        owed = select(Obligation).where(col(Obligation.task_id) == 1)
        for row in session.scalars(owed):
            row.state, row.completed_on = S.COMPLETED, date(2023, 12, 30 if row.id % 2 else 31)
    done = of_first()

    assert (before, late, done) == (("green", "not_yet_due"), ("red", "overdue"), ("green", "done_on_time"))


def test_every_open_state_is_judged() -> None:
    assert all(shown(state, days(-1)) == "overdue" for state in S if state not in ("completed", "waived"))
