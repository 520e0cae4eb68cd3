"""Issue 23: reminders by rule, off until they are switched on; and what would be sent, before anything is."""

from typing import Any

import pytest

from app.cli import app as command
from app.config import Settings
from app.notices.jobs import run_once
from app.notices.texts import SHOWN
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

RULES = "/checklists/1/reminder-rules"
RUNG = {"working_days": -3, "colour": "yellow", "receivers": ["unit", "office"]}


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def tick(county: County, settings: Settings, now: FakeClock) -> Any:
    return lambda: run_once(county.database, settings, lambda: now.moment)


def test_the_default_ladder_is_off_and_can_be_switched_on_as_it_is(office: Api) -> None:
    before = done(office.get(RULES))
    after = done(office.put(RULES, {"is_on": True}))

    assert (before["is_on"], before["is_default"], after["is_on"], after["is_default"]) == (False, True, True, False)
    assert before["rungs"] == after["rungs"]
    assert [rung["working_days"] for rung in before["rungs"]] == [-10, -3, 0, 1, 5]


def test_a_ladder_that_says_two_things_is_refused(office: Api) -> None:
    wrong: list[Any] = [
        [{**RUNG, "share": 50}],
        [{"colour": "red", "receivers": ["unit"]}],
        [{**RUNG, "receivers": []}],
        [{**RUNG, "working_days": 300}],
        [RUNG, {**RUNG, "colour": "red"}],
    ]
    answers = [office.put(RULES, {"is_on": True, "rungs": rungs}).json()["code"] for rungs in wrong]

    assert answers == ["invalid_request"] * len(wrong)


def test_a_rung_fires_once_and_many_lines_are_one_message(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    done(office.put(RULES, {"is_on": True, "rungs": [RUNG]}))
    now.set("2023-12-26")  # the last working day of the year is Friday the 29th
    for _ in range(2):
        tick()
    (notice,) = office.all("/me/notices")
    owed = len(office.all("/obligations", checklist=1, limit=200))
    now.set("2023-12-27")
    tick()

    assert owed > SHOWN
    assert (len(notice["lines"]), notice["more"]) == (SHOWN, f"and {owed - SHOWN} more")
    assert len(office.all("/me/notices")) == 1
    assert len(county.as_unit("城关镇").all("/me/notices")) == 1


def test_what_was_done_meanwhile_leaves_the_message(county: County, office: Api, tick: Any, now: FakeClock) -> None:
    done(office.put(RULES, {"is_on": True, "rungs": [RUNG]}))
    unit = county.as_unit("城关镇")
    owed = unit.all("/obligations", checklist=1)
    now.set("2023-12-26")
    tick()
    before = unit.all("/me/notices")[0]["lines"]
    for one in owed:
        done(unit.post(f"/obligations/{one['id']}/updates", {"state": "completed", "narrative": "已公开。"}))

    assert len(before) == len(owed)
    assert unit.all("/me/notices")[0]["is_current"] is False


def test_nobody_is_reminded_on_days_off_and_out_of_working_hours(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    done(office.put(RULES, {"is_on": True}))
    for moment in ("2023-12-29T08:00", "2023-12-29T18:00", "2023-12-30T10:00"):
        now.set(moment)
        tick()

    assert office.all("/me/notices") == county.as_unit("城关镇").all("/me/notices") == []


def test_a_draft_reminds_nobody(office: Api, tick: Any, now: FakeClock, county: County) -> None:
    done(office.put(RULES, {"is_on": True}))
    done(office.delete("/checklists/1/publication"))
    now.set("2023-12-26")
    tick()

    assert county.as_unit("城关镇").all("/me/notices") == []


def test_the_preview_says_who_would_get_what_and_changes_nothing(county: County, office: Api, tick: Any) -> None:
    found = done(office.get("/notices/preview", day="2023-12-26"))
    off = done(office.get("/notices/preview", day="2023-12-30"))
    named = {one["unit_name"]: one for one in found["items"]}
    owed = county.as_unit("城关镇").all("/obligations", checklist=1)

    assert (found["is_working"], off["is_working"], off["items"]) == (True, False, [])
    assert len(named["城关镇人民政府"]["lines"]) == len(owed)
    assert {line["rung"] for line in named["城关镇人民政府"]["lines"]} == {"-3"}
    assert office.all("/me/notices") == []


def test_the_command_lists_the_same(county: County, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    from typer.testing import CliRunner

    monkeypatch.setattr("app.cli.terminal.settings_or_exit", lambda: settings)
    told = CliRunner().invoke(command, ["notices", "preview", "--day", "2023-12-26"])

    assert told.exit_code == 0, told.output
    assert "城关镇" in told.output
    assert "rung -3" in told.output


def test_what_was_overdue_before_the_first_tick_and_what_is_imported_late_is_not_news(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    now.set("2024-01-10")
    tick()
    due = {"kind": "on", "due_on": "2024-01-05"}
    body = {"checklist_id": 1, "section_id": 1, "requirement": "补录的", "schedule": due, "starts_on": "2023-12-01"}
    task = done(office.post("/tasks", body))["id"]
    done(office.put(f"/tasks/{task}/units/{county.units['城关镇']}", {"starts_on": "2023-12-01"}))
    now.set("2024-01-11")
    tick()

    assert office.all("/overdue", checklist=1, limit=200)
    assert office.all("/notices/events") == []
