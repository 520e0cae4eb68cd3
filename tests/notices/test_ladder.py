"""Issue 23: on which day a rung fires, by the calendar of 2026 (1 to 3 January and 1 to 7 October are off)."""

from datetime import date, datetime

import pytest

from app.clock import SHANGHAI
from app.notices.hours import is_working_moment, next_moment
from app.notices.reminders.ladder import fires_on, reached
from app.notices.reminders.schemas import DEFAULT, Rung
from app.obligations.lights import Light
from app.workdays.calendar import Calendar

CALENDAR = Calendar()


def rung(**when: int) -> Rung:
    return Rung(colour=Light.YELLOW, receivers=["unit"], **when)


@pytest.mark.parametrize(
    ("when", "due_on", "day"),
    [
        ({"working_days": 0}, "2026-06-10", "2026-06-10"),
        ({"working_days": 0}, "2026-06-14", "2026-06-12"),  # a Sunday: it never comes after the last day
        ({"working_days": -3}, "2026-06-10", "2026-06-05"),  # over a weekend
        ({"working_days": -1}, "2026-10-08", "2026-09-30"),  # over the National Day's holiday
        ({"working_days": 1}, "2026-06-12", "2026-06-15"),
        ({"working_days": 5}, "2026-06-12", "2026-06-22"),  # the 19th is 端午节
        ({"share": 50}, "2026-06-11", "2026-06-08"),  # the 6th is a Saturday
    ],
)
def test_a_rung_fires_on_a_working_day(when: dict[str, int], due_on: str, day: str) -> None:
    found = fires_on(rung(**when), date(2026, 6, 1), date.fromisoformat(due_on), CALENDAR)

    assert found.isoformat() == day


def test_of_the_rungs_whose_day_has_come_the_last_one_fires() -> None:
    due_on = date(2026, 6, 30)
    days = ["2026-06-12", "2026-06-15", "2026-06-26", "2026-06-30", "2026-07-01", "2026-07-06", "2026-07-07"]
    found = [reached(DEFAULT, date(2026, 1, 1), due_on, date.fromisoformat(day), CALENDAR) for day in days]

    assert [one and one.key for one in found] == [None, "-10", "-3", "+0", "+1", "+1", "+5"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "quiet", "then"),
    [
        ("2026-06-10T09:00", None, "2026-06-10T09:00"),
        ("2026-06-10T07:00", None, "2026-06-10T08:30"),
        ("2026-06-10T17:30", None, "2026-06-11T08:30"),
        ("2026-06-12T18:00", None, "2026-06-15T08:30"),  # Friday evening
        ("2026-09-30T20:00", None, "2026-10-08T08:30"),
        ("2026-10-10T09:00", None, "2026-10-10T09:00"),  # a Saturday that is worked
        ("2026-06-10T09:00", ("22:00", "10:00"), "2026-06-10T10:00"),
        ("2026-06-10T13:00", ("12:00", "14:00"), "2026-06-10T14:00"),
        ("2026-06-10T11:00", ("12:00", "14:00"), "2026-06-10T11:00"),
    ],
)
def test_people_are_written_to_in_working_hours(at: str, quiet: tuple[str, str] | None, then: str) -> None:
    assert next_moment(CALENDAR, moment(at), quiet) == moment(then)
    assert is_working_moment(CALENDAR, moment(then))
