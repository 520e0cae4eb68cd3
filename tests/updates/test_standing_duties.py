"""长期推进: a unit reports on a standing duty, and only the office ends it."""

from datetime import date

import pytest

from app.obligations.models import Obligation
from app.obligations.states import ObligationState
from tests.conftest import County


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
    (standing,) = auditor.all("/overdue/by-unit", unit=unit)
    (ranked,) = auditor.all("/oversight/ranking", unit=unit)

    assert auditor.get(f"/obligations/{done}").json()["timeliness"] == "completed"
    assert (standing["completed"], standing["completed_on_time"], standing["on_time_rate"]) == (1, 0, None)
    assert (ranked["rank"], ranked["counted"]) == (None, 0)
