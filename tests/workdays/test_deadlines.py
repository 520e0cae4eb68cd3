"""The counting of deadlines: single cases, and properties for any calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workdays.calendar import Calendar, Entry
from app.workdays.deadlines import calendar_days_after, working_days_after

PLAIN = Calendar()
DAY = timedelta(days=1)

event_days = st.dates(date(2022, 6, 1), date(2028, 6, 1))
spans = st.integers(1, 60)
calendars = st.builds(
    Calendar,
    st.dictionaries(st.dates(date(2022, 6, 1), date(2028, 12, 31)), st.builds(Entry, st.booleans()), max_size=200),
    st.frozensets(st.integers(2026, 2030)),
)


@pytest.mark.parametrize(
    ("event_on", "due_on"),
    [
        (date(2023, 9, 28), date(2023, 10, 9)),  # over 中秋 and 国庆; 7 and 8 October are worked
        (date(2023, 1, 19), date(2023, 1, 29)),  # a Sunday that is worked
        (date(2026, 2, 13), date(2026, 2, 25)),  # over 春节; Saturday the 14th is worked
    ],
)
def test_three_working_days(event_on: date, due_on: date) -> None:
    found = working_days_after(PLAIN, event_on, 3)

    assert (found.due_on, found.provisional, found.reason) == (due_on, False, None)


def test_what_was_counted_and_skipped_is_shown() -> None:
    found = working_days_after(PLAIN, date(2023, 9, 28), 3)

    assert [one.day for one in found.counted] == [date(2023, 10, day) for day in (7, 8, 9)]
    assert [one.name for one in found.skipped] == ["中秋", *["国庆节"] * 7]


def test_what_needs_a_year_that_is_not_published_is_provisional_and_names_it() -> None:
    found = working_days_after(PLAIN, date(2026, 12, 30), 3)

    assert (found.provisional, found.missing_years) == (True, (2027,))
    assert "2027" in (found.reason or "")


def test_what_ends_in_the_published_year_is_not() -> None:
    assert not working_days_after(PLAIN, date(2026, 12, 30), 1).provisional
    assert not calendar_days_after(PLAIN, date(2026, 12, 30), 1).provisional


def test_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    found = calendar_days_after(PLAIN, date(2023, 9, 28), 3)

    assert found.due_on == date(2023, 10, 7)
    assert [one.day for one in found.skipped] == [date(2023, 10, day) for day in range(1, 7)]


def test_without_rolling_they_stay_and_depend_on_no_calendar() -> None:
    found = calendar_days_after(PLAIN, date(2029, 9, 28), 3, roll=False)

    assert (found.due_on, found.provisional) == (date(2029, 10, 1), False)


def test_a_year_between_is_not_needed_for_calendar_days() -> None:
    calendar = Calendar({}, frozenset({2028}))
    found = calendar_days_after(calendar, date(2026, 12, 1), 400)

    assert found.due_on == date(2028, 1, 5)
    assert not found.provisional


@pytest.mark.parametrize("count", [working_days_after, calendar_days_after])
def test_a_period_is_not_counted_backward(count: object) -> None:
    assert callable(count)

    with pytest.raises(ValueError, match="forward"):
        count(PLAIN, date(2023, 1, 1), -1)


@given(calendars, event_days)
def test_day_zero_is_the_day_itself_or_the_first_working_day_after_it(calendar: Calendar, event_on: date) -> None:
    found = working_days_after(calendar, event_on, 0)

    assert found.counted == ()
    assert (found.due_on == event_on) is calendar.is_working(event_on)
    assert not any(calendar.is_working(event_on + passed * DAY) for passed in range((found.due_on - event_on).days))


@given(calendars, event_days, spans)
def test_a_period_never_ends_on_a_day_off(calendar: Calendar, event_on: date, number: int) -> None:
    assert calendar.is_working(working_days_after(calendar, event_on, number).due_on)
    assert calendar.is_working(calendar_days_after(calendar, event_on, number).due_on)


@given(calendars, event_days, spans)
def test_a_longer_period_never_ends_earlier(calendar: Calendar, event_on: date, number: int) -> None:
    working = [working_days_after(calendar, event_on, span).due_on for span in range(number + 1)]
    days = [calendar_days_after(calendar, event_on, span).due_on for span in range(number + 1)]

    assert all(one < other for one, other in pairwise(working[1:]))
    assert working[0] <= working[1]
    assert days == sorted(days)


@given(calendars, event_days, spans)
def test_a_later_event_never_ends_earlier(calendar: Calendar, event_on: date, number: int) -> None:
    one, other = (working_days_after(calendar, day, number).due_on for day in (event_on, event_on + DAY))

    assert one <= other
    assert (one == other) is not calendar.is_working(event_on + DAY)


@given(calendars, event_days, spans)
def test_counting_back_leads_to_the_event_or_the_working_day_before_it(
    calendar: Calendar, event_on: date, number: int
) -> None:
    day = working_days_after(calendar, event_on, number).due_on
    for _ in range(number):
        day = last_working_day(calendar, day - DAY)

    assert day == last_working_day(calendar, event_on)


def last_working_day(calendar: Calendar, until: date) -> date:
    return until if calendar.is_working(until) else last_working_day(calendar, until - DAY)


@given(calendars, event_days, st.integers(1, 20), st.integers(1, 20))
def test_periods_of_working_days_add_up(calendar: Calendar, event_on: date, first: int, second: int) -> None:
    half = working_days_after(calendar, event_on, first).due_on

    assert working_days_after(calendar, half, second).due_on == (
        working_days_after(calendar, event_on, first + second).due_on
    )


@given(calendars, event_days, spans)
def test_every_day_after_the_event_was_counted_or_skipped(calendar: Calendar, event_on: date, number: int) -> None:
    for found in (working_days_after(calendar, event_on, number), calendar_days_after(calendar, event_on, number)):
        seen = sorted(one.day for one in (*found.counted, *found.skipped))

        assert seen == [event_on + passed * DAY for passed in range(1, (found.due_on - event_on).days + 1)]
        assert len(found.counted) == number
        assert found.counted[-1].day == found.due_on
        assert not any(one.is_working for one in found.skipped)


@given(calendars, event_days, spans, st.sets(st.dates(date(2026, 12, 29), date(2030, 12, 31)), max_size=300))
def test_what_is_not_provisional_stays_whatever_is_published_later(
    calendar: Calendar, event_on: date, number: int, off: set[date]
) -> None:
    """Later notices name days that are not published yet, as they please."""
    unknown = {day for day in off if not calendar.day(day).is_published}
    later = Calendar({**calendar.entries, **dict.fromkeys(unknown, Entry(False))}, frozenset(range(2026, 2040)))

    for count in (working_days_after, calendar_days_after):
        found = count(calendar, event_on, number)
        assert found.provisional or found.due_on == count(later, event_on, number).due_on
        assert not count(later, event_on, number).provisional
