"""长期推进: a unit reports on a standing duty, and only the office ends it."""

import pytest

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
