"""It must show, 4: the answer for a past day never changes."""

import pytest

from app.obligations.states import Timeliness
from tests.conftest import Api, County, FakeClock

DONE = {"state": "completed", "narrative": "已完成,信息已公开。"}


def overdue_ids(auditor: Api, day: str) -> set[int]:
    return {item["obligation_id"] for item in auditor.all("/overdue", as_of=day, limit=200)}


@pytest.fixture
def completed_late(county: County, now: FakeClock) -> int:
    """Completed on 2024-01-05, reopened on 2024-01-20; now it is 2024-02-01."""
    obligation: int = county.obligation(1, "城关镇")["id"]
    now.set("2024-01-05")
    assert county.as_unit("城关镇").post(f"/obligations/{obligation}/updates", DONE).status_code == 201
    now.set("2024-01-20")
    wanted = {"reason": "抽查未见公开", "claim_held": False}
    reopened = county.as_role("coordinator").post(f"/obligations/{obligation}/reopening", wanted)
    assert reopened.status_code == 201
    now.set("2024-02-01")
    return obligation


def test_what_was_due_on_new_years_eve_is_overdue_on_new_years_day(county: County, now: FakeClock) -> None:
    now.set("2024-02-01")
    items = county.as_role("auditor").all("/overdue", as_of="2024-01-01", limit=200)

    assert len(items) == 539
    assert {(item["due_on"], item["days_overdue"]) for item in items} == {("2023-12-31", 1)}


def test_the_last_day_itself_is_not_overdue(county: County, now: FakeClock) -> None:
    now.set("2024-02-01")

    assert overdue_ids(county.as_role("auditor"), "2023-12-31") == set()


def test_completed_late_is_overdue_until_then_and_again_after_it_was_reopened(
    county: County, completed_late: int
) -> None:
    auditor = county.as_role("auditor")
    days = ("2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06", "2024-01-19", "2024-01-20", "2024-02-01")
    answers = {day: completed_late in overdue_ids(auditor, day) for day in days}

    assert answers == {
        "2024-01-03": True,
        "2024-01-04": True,
        "2024-01-05": False,
        "2024-01-06": False,
        "2024-01-19": False,
        "2024-01-20": True,
        "2024-02-01": True,
    }


def test_a_later_day_is_refused(county: County, now: FakeClock) -> None:
    now.set("2024-02-01")
    refused = county.as_role("auditor").get("/overdue", as_of="2024-02-02")

    assert (refused.status_code, refused.json()["code"]) == (422, "as_of_in_future")


def test_a_cursor_keeps_its_day_past_midnight(county: County, now: FakeClock) -> None:
    now.set("2024-02-01T23:59:59")
    auditor = county.as_role("auditor")
    first = auditor.get("/overdue", limit=200).json()
    now.set("2024-02-02T00:00:01")
    second = auditor.get("/overdue", limit=200, cursor=first["next_cursor"]).json()

    assert {item["days_overdue"] for item in first["items"] + second["items"]} == {32}
    assert not {item["obligation_id"] for item in first["items"]} & {item["obligation_id"] for item in second["items"]}


def test_by_unit_names_overdue_late_and_soon_apart(county: County, completed_late: int) -> None:
    auditor = county.as_role("auditor")

    def of_chengguan(day: str) -> tuple[int, int]:
        rows = auditor.all("/tallies/by-unit", as_of=day, limit=200)
        row = next(row for row in rows if row["unit"]["name"] == "城关镇人民政府")
        assert sum(row[word] for word in Timeliness) == 15
        return row["overdue"], row["completed_late"]

    assert of_chengguan("2024-01-03") == (15, 0)
    assert of_chengguan("2024-01-06") == (14, 1)
    assert of_chengguan("2024-02-01") == (15, 0)
    assert auditor.all("/tallies/by-unit", as_of="2023-12-28")[0]["due_soon"] > 0
