"""What each day is, and who says so."""

from datetime import date

import pytest
from chinese_calendar import is_workday  # type: ignore[import-untyped]

from app.workdays.announced import ANNOUNCED_YEARS
from app.workdays.calendar import Calendar, DayKind, Entry, Source, decided_by
from app.workdays.notices import is_whole_year
from tests.workdays import notices

PLAIN = Calendar()


def every_day(first: int, last: int) -> list[date]:
    return [date.fromordinal(number) for number in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal())]


def test_every_day_that_the_package_knows_is_as_the_package_says() -> None:
    wrong = [day for day in every_day(2004, 2026) if PLAIN.is_working(day) != is_workday(day)]

    assert range(2004, 2027) == ANNOUNCED_YEARS
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2023, 9, 28), DayKind.WORKING_DAY, None),
        (date(2023, 9, 29), DayKind.HOLIDAY, "中秋"),
        (date(2023, 10, 1), DayKind.HOLIDAY, "国庆节"),
        (date(2023, 10, 7), DayKind.MAKE_UP_DAY, "国庆节"),
        (date(2023, 10, 14), DayKind.WEEKEND, "星期六"),
    ],
)
def test_a_day_says_why(day: date, kind: DayKind, name: str | None) -> None:
    one = PLAIN.day(day)

    assert (one.kind, one.name, one.source, one.is_published) == (kind, name, Source.PACKAGE, True)


def test_a_year_that_nobody_published_is_assumed_and_says_so() -> None:
    monday = PLAIN.day(date(2027, 1, 4))

    assert (monday.is_working, monday.source, monday.is_published) == (True, Source.ASSUMED, False)
    assert PLAIN.missing_years([monday]) == (2027,)


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2031, 5, 2), date(2030, 10, 3)])
def test_the_fixed_holidays_are_off_even_before_their_year_is_published(day: date) -> None:
    assert not PLAIN.is_working(day)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (Entry(True, "春节"), "春节"),
        (Entry(True), None),
        (Entry(False, "停电"), "停电"),
        (Entry(False), "放假"),  # a Monday
    ],
)
def test_a_day_of_the_table_has_the_name_that_it_was_given(entry: Entry, name: str | None) -> None:
    monday = date(2027, 2, 1)

    assert Calendar({monday: entry}).day(monday)[:3] == (monday, entry.is_working, name)


def test_a_fixed_holiday_is_named_before_its_year_is_published() -> None:
    assert PLAIN.day(date(2027, 1, 1)).name == "元旦"


def test_a_calendar_answers_from_its_first_day_on() -> None:
    first = date(2027, 1, 4)

    assert Calendar(since=first).is_working(first)
    with pytest.raises(ValueError, match="2027-01-03 lies before 2027-01-04"):
        Calendar(since=first).is_working(date(2027, 1, 3))


def test_the_table_stands_above_the_package() -> None:
    closed = Calendar({date(2023, 10, 7): Entry(False, "停电")})
    one = closed.day(date(2023, 10, 7))

    assert (one.is_working, one.name, one.source) == (False, "停电", Source.TABLE)
    assert closed.is_working(date(2023, 10, 8))


def test_one_day_in_the_table_publishes_that_day_and_not_its_year() -> None:
    calendar = Calendar({date(2027, 1, 4): Entry(True)})

    assert calendar.day(date(2027, 1, 4)).is_published
    assert not calendar.day(date(2027, 1, 5)).is_published
    assert not calendar.is_year_published(2027)


def test_a_complete_year_is_published_day_by_day() -> None:
    calendar = Calendar({}, frozenset({2027}))

    assert all(calendar.day(day).is_published for day in every_day(2027, 2027))
    assert calendar.day(date(2027, 1, 5)).source is Source.TABLE


def test_the_last_days_of_a_year_wait_for_the_next_notice_if_that_can_reach_back() -> None:
    calendar = Calendar({}, frozenset({2027, 2028}))
    last_days = [calendar.day(date(2028, 12, number)) for number in (28, 29, 30, 31)]

    assert date(2029, 1, 1).weekday() == 0
    assert [one.is_published for one in last_days] == [True, False, False, False]
    assert calendar.missing_years(last_days) == (2029,)
    assert calendar.day(date(2027, 12, 31)).is_published  # 1 January 2028 is a Saturday


def test_every_notice_since_2004_reached_back_only_to_days_that_wait_for_it() -> None:
    weekday = [day for day in every_day(2004, 2025) if is_workday(day) != (day.weekday() < 5)]
    reached = {day for day in weekday if (day.month, day.day) >= (12, 25)}

    assert reached == {date(2006, 12, 30), date(2006, 12, 31), date(2007, 12, 29), date(2007, 12, 31)} | {
        date(2011, 12, 31),
        date(2018, 12, 29),
        date(2018, 12, 31),
    }
    assert all(decided_by(day) == day.year + 1 for day in reached)


def test_a_calendar_does_not_answer_for_days_that_were_not_loaded() -> None:
    with pytest.raises(ValueError, match="lies before 2023-01-01"):
        Calendar(since=date(2023, 1, 1)).day(date(2022, 12, 31))


def entries(days: list[dict[str, object]]) -> dict[date, Entry]:
    return {date.fromisoformat(str(one["day"])): Entry(bool(one["is_working"]), str(one["name"])) for one in days}


def test_a_notice_with_seven_holidays_and_make_up_days_tells_a_whole_year() -> None:
    assert is_whole_year(entries(notices.as_json()), 2027)
    assert not is_whole_year(entries(notices.as_json()), 2026)


@pytest.mark.parametrize("missing", [name for name, *_ in notices.OFF])
def test_a_list_without_one_of_the_seven_does_not(missing: str) -> None:
    assert not is_whole_year(entries([one for one in notices.as_json() if one["name"] != missing]), 2027)


def test_bare_holidays_without_make_up_days_do_not() -> None:
    assert not is_whole_year(entries([one for one in notices.as_json() if not one["is_working"]]), 2027)


def test_each_single_day_does() -> None:
    year = {date(2027, 1, 1).replace(day=1): Entry(False)} | {day: Entry(True) for day in every_day(2027, 2027)}

    assert not is_whole_year(year, 2027)  # 31 December is not among them
    assert is_whole_year(year | {date(2027, 12, 31): Entry(True)}, 2027)
