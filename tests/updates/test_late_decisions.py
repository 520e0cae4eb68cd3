"""The office decides after the last day on what was asked for before it: its wait counts against nobody."""

from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

DONE = {"state": "completed", "narrative": "已办结。"}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit("司法局")


@pytest.fixture
def owed(county: County) -> str:
    """The address of an obligation whose last day is 2023-12-31."""
    found = county.as_role("coordinator").all("/obligations", unit=county.units["司法局"])[0]
    return f"/obligations/{found['id']}"


def ask(unit: Api, owed: str, due_on: str) -> str:
    """Returns where the office decides."""
    asked = done(unit.post(f"{owed}/extensions", {"reason": "招标延后。", "due_on": due_on}))
    return f"/extensions/{asked['id']}/decision"


def shown(api: Api, owed: str) -> tuple[Any, ...]:
    one = done(api.get(owed))
    return one["timeliness"], one["light_reason"], one["has_missed"]


def test_what_was_asked_for_in_time_and_is_granted_late_has_missed_nothing(
    county: County, unit: Api, owed: str, now: FakeClock
) -> None:
    office = county.as_role("coordinator")
    now.set("2023-12-31")
    decision = ask(unit, owed, "2024-01-31")
    now.set("2024-01-05")
    done(unit.post(f"{owed}/updates", {"state": "in_progress", "narrative": "正在办理。"}))
    waiting = shown(unit, owed)
    now.set("2024-01-08")
    done(office.put(decision, {"decision": "granted", "reason": "情况属实。"}))
    granted = shown(unit, owed)
    now.set("2024-01-20")
    done(unit.post(f"{owed}/updates", DONE))
    late = {
        day: owed.endswith(tuple(f"/{one['obligation_id']}" for one in unit.all("/overdue", as_of=day, limit=200)))
        for day in ("2023-12-31", "2024-01-01", "2024-01-07", "2024-01-08")
    }

    assert waiting == ("overdue", "overdue", True)
    assert granted == ("not_yet_due", "not_yet_due", False)
    assert shown(unit, owed) == ("completed_on_time", "done_on_time", False)
    assert [*late.values()] == [False, True, True, False]  # what was answered for those days stays


def test_what_was_asked_for_after_the_last_day_has_missed_it(
    county: County, unit: Api, owed: str, now: FakeClock
) -> None:
    office = county.as_role("coordinator")
    now.set("2024-01-03")
    done(office.put(f"{owed}/extension-opening", {"reason": "可以申请"}))
    decision = ask(unit, owed, "2024-02-29")
    done(office.put(decision, {"decision": "granted", "reason": "跨年"}))

    assert shown(unit, owed) == ("not_yet_due", "missed_before", True)


def test_a_day_that_has_passed_when_it_is_granted_is_missed(
    county: County, unit: Api, owed: str, now: FakeClock
) -> None:
    office = county.as_role("coordinator")
    now.set("2023-12-30")
    decision = ask(unit, owed, "2024-01-05")
    now.set("2024-01-10")
    done(office.put(decision, {"decision": "granted", "reason": "跨年"}))
    granted = done(unit.get(owed))
    done(unit.post(f"{owed}/updates", DONE))

    assert (granted["timeliness"], granted["days_overdue"]) == ("overdue", 5)
    assert shown(unit, owed) == ("completed_late", "caught_up_late", True)
