"""长期推进: a unit reports on a standing duty, and only the office ends it."""

from datetime import date

import pytest
from sqlmodel import col, select

from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.states import ObligationState
from tests.conftest import Api, County, FakeClock


@pytest.mark.parametrize("asks_for_review", [False, True])
def test_a_unit_reports_on_a_standing_duty_and_does_not_complete_it(county: County, asks_for_review: bool) -> None:
    office, unit, task = county.as_role("coordinator"), county.as_unit("城关镇"), county.task(1)
    revision = office.get("/checklists/1").json()["revision"]
    office.patch("/checklists/1", {"revision": revision, "asks_for_review": asks_for_review})
    wanted = {"revision": task["revision"], "schedule": {"kind": "standing"}}
    assert office.patch(f"/tasks/{task['id']}", wanted).status_code == 200
    path = f"/obligations/{county.obligation(1, '城关镇')['id']}"
    claimed = unit.post(f"{path}/updates", {"state": "completed", "narrative": "已办结。"})
    reported = unit.post(f"{path}/updates", {"state": "in_progress", "narrative": "持续推进。"})
    ended = office.post(f"{path}/waiver", {"reason": "该项工作已结束。"})

    assert (claimed.status_code, claimed.json()["code"]) == (409, "only_office_ends")
    assert reported.status_code == 201
    assert (ended.status_code, ended.json()["state"]) == (201, "waived")


def test_what_was_completed_without_a_last_day_is_neither_on_time_nor_in_the_rate(county: County) -> None:
    """As an earlier version let units complete standing duties."""
    done = county.obligation(1, "城关镇")["id"]
    with county.database.session(writes=True) as session:
        row = session.get_one(Obligation, done)
        row.state, row.due_on, row.completed_on = ObligationState.COMPLETED, None, date(2023, 5, 1)
    auditor, unit = county.as_role("auditor"), county.units["城关镇"]
    (tally,) = auditor.all("/tallies/by-unit", unit=unit)
    (ranked,) = auditor.all("/oversight/ranking", unit=unit)

    assert auditor.get(f"/obligations/{done}").json()["timeliness"] == "completed"
    assert (tally["completed"], tally["completed_on_time"], tally["on_time_rate"]) == (1, 0, None)
    assert (ranked["rank"], ranked["counted"]) == (None, 0)


def stale_on(api: Api, task: int, day: str, **query: str) -> list[bool]:
    return [one["stale"] for one in api.all("/obligations", task=task, as_of=day, **query)]


def a_standing_task(county: County, checklist: int) -> int:
    """One to be reported on every 30 days, owed by 司法局."""
    office = county.as_role("coordinator")
    section = office.post(f"/checklists/{checklist}/sections", {"title": "长期工作"}).json()["id"]
    wanted = {"checklist_id": checklist, "section_id": section, "requirement": "持续推进。"}
    task: int = office.post("/tasks", wanted | {"schedule": {"kind": "standing", "report_every_days": 30}}).json()["id"]
    assert office.put(f"/tasks/{task}/units/{county.units['司法局']}", {}).status_code == 201
    return task


def test_silence_counts_from_the_day_on_which_units_were_told(county: County, now: FakeClock) -> None:
    office, auditor = county.as_role("coordinator"), county.as_role("auditor")
    wanted = {"jurisdiction": "341522", "title": "长期工作清单", "year": 2023}
    checklist = office.post("/checklists", wanted).json()["id"]
    task = a_standing_task(county, checklist)
    now.set("2023-07-31")
    as_a_draft = stale_on(auditor, task, "2023-07-31")
    now.set("2023-08-01")
    assert office.put(f"/checklists/{checklist}/publication", {"audience": "units"}).status_code == 200
    assert office.delete(f"/checklists/{checklist}/publication").status_code == 200
    now.set("2023-08-20")
    assert office.put(f"/checklists/{checklist}/publication", {"audience": "units"}).status_code == 200
    answered = {}
    for day in ("2023-08-31", "2023-09-01"):
        now.set(day)
        answered[day] = stale_on(auditor, task, day)
    now.set("2023-12-01")
    silent = auditor.all("/oversight/contradictions", kind="silent", checklist=checklist)

    assert as_a_draft == stale_on(auditor, task, "2023-07-31") == [False]
    assert answered == {"2023-08-31": [False], "2023-09-01": [True]}
    assert {day: stale_on(auditor, task, day, known_on=day) for day in answered} == answered
    assert {day: stale_on(auditor, task, day) for day in answered} == answered
    assert [one["silent_since"] for one in silent] == ["2023-08-01"]


def test_silence_counts_from_the_day_from_which_it_is_owed(county: County, now: FakeClock) -> None:
    task, auditor = a_standing_task(county, 1), county.as_role("auditor")
    with county.database.session(writes=True) as session:
        owed = session.exec(select(Obligation).where(col(Obligation.task_id) == task)).one()
        span = session.exec(select(ObligationSpan).where(col(ObligationSpan.obligation_id) == owed.id)).one()
        owed.starts_on = span.starts_on = date(2023, 8, 1)
    answered = {}
    for day in ("2023-08-31", "2023-09-01"):
        now.set(day)
        answered[day] = stale_on(auditor, task, day)
    now.set("2023-12-01")

    assert answered == {"2023-08-31": [False], "2023-09-01": [True]}
    assert {day: stale_on(auditor, task, day) for day in answered} == answered
