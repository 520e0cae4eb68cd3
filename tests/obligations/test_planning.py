"""Which periods a schedule makes: no gaps, no overlaps, no doubles, and the last days that the register states."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklists.schedules import (
    AfterEvent,
    AnySchedule,
    ByDefault,
    HalfYearly,
    Milestone,
    Milestones,
    Monthly,
    OnDay,
    Quarterly,
    SpanUnit,
    Standing,
    TenDays,
    TimesPerYear,
    Weekly,
    Yearly,
)
from app.checklists.schemas import MOST_DAYS
from app.obligations.period_models import PERIOD_KEY
from app.obligations.planning import PlannedPeriod, Span, plan

YEAR = Span(date(2023, 1, 1), date(2023, 12, 31), date(2023, 12, 31), 2023)
ONE_DAY = timedelta(days=1)

CADENCES = st.one_of(
    st.builds(Weekly, weekday=st.integers(1, 7)),
    st.just(TenDays()),
    st.builds(Monthly, day=st.none() | st.integers(1, 31)),
    st.builds(Quarterly, month=st.integers(1, 3), day=st.none() | st.integers(1, 31)),
    st.builds(HalfYearly, month=st.integers(1, 6), day=st.none() | st.integers(1, 31)),
    st.builds(Yearly, month=st.integers(1, 12), day=st.none() | st.integers(1, 31)),
)
SCHEDULES = st.one_of(
    CADENCES,
    st.builds(TimesPerYear, times=st.integers(1, 24)),
    st.just(ByDefault()),
    st.builds(Standing, report_every_days=st.integers(1, 366)),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    starts_on = draw(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
    ends_on = starts_on + timedelta(days=draw(st.integers(0, 1500)))
    return Span(starts_on, ends_on, ends_on, starts_on.year)


def days_of(schedule: AnySchedule, span: Span = YEAR) -> list[str]:
    return [f"{one.due_on:%m-%d}" for one in plan(schedule, span)]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (OnDay(due_on=date(2023, 6, 30)), ["06-30"]),
        (ByDefault(), ["12-31"]),
        (Quarterly(day=20), ["03-20", "06-20", "09-20", "12-20"]),
        (Quarterly(), ["03-31", "06-30", "09-30", "12-31"]),
        (Quarterly(month=1, day=10), ["01-10", "04-10", "07-10", "10-10"]),
        (HalfYearly(), ["06-30", "12-31"]),
        (Yearly(month=11, day=15), ["11-15"]),
        (TimesPerYear(times=4), ["12-31"] * 4),
    ],
)
def test_a_schedule_is_due_on_the_days_that_it_states(schedule: AnySchedule, expected: list[str]) -> None:
    assert days_of(schedule) == expected


def in_words(one: PlannedPeriod) -> str:
    """`2023-Q1 01-01 to 03-31, due 03-20 (stated)`, and what else the period has."""
    due = f"due {one.due_on:%m-%d}" if one.due_on else "no last day"
    title = f" {one.title}" if one.title else ""
    expected = f", expected {one.expected_on:%m-%d}" if one.expected_on else ""
    return f"{one.key} {one.starts_on:%m-%d} to {one.ends_on:%m-%d}, {due} ({one.due_source}){title}{expected}"


FEBRUARY_TO_AUGUST = Span(date(2024, 2, 10), date(2024, 8, 1), date(2024, 7, 31), 2024)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (OnDay(due_on=date(2024, 6, 30)), ["2024 02-10 to 08-01, due 06-30 (stated)"]),
        (ByDefault(), ["2024 02-10 to 08-01, due 07-31 (default)"]),
        (Standing(report_every_days=30), ["2024 02-10 to 08-01, no last day (none)"]),
        (AfterEvent(event="会议召开", days=5, unit=SpanUnit.WORKING_DAYS), []),
        (
            Monthly(day=9),
            [  # February's day had passed; July's and August's are within the span, and August has one day of it
                "2024-03 03-01 to 03-31, due 03-09 (stated)",
                "2024-04 04-01 to 04-30, due 04-09 (stated)",
                "2024-05 05-01 to 05-31, due 05-09 (stated)",
                "2024-06 06-01 to 06-30, due 06-09 (stated)",
                "2024-07 07-01 to 07-31, due 07-09 (stated)",
                "2024-08 08-01 to 08-01, due 08-01 (stated)",
            ],
        ),
        (
            Quarterly(month=1, day=31),
            [
                "2024-Q2 04-01 to 06-30, due 04-30 (stated)",
                "2024-Q3 07-01 to 08-01, due 07-31 (stated)",
            ],
        ),
        (
            HalfYearly(month=2, day=10),
            [
                "2024-H1 02-10 to 06-30, due 02-10 (stated)",
                "2024-H2 07-01 to 08-01, due 08-01 (stated)",
            ],
        ),
        (Yearly(month=2), ["2024 02-10 to 08-01, due 02-29 (stated)"]),
        (
            TimesPerYear(times=4),
            [
                "2024-1of4 02-10 to 03-23, due 08-01 (stated), expected 03-23",
                "2024-2of4 03-24 to 05-06, due 08-01 (stated), expected 05-06",
                "2024-3of4 05-07 to 06-18, due 08-01 (stated), expected 06-18",
                "2024-4of4 06-19 to 08-01, due 08-01 (stated), expected 08-01",
            ],
        ),
        (
            Milestones(
                milestones=[
                    Milestone(due_on=date(2024, 3, 1), words="方案"),
                    Milestone(due_on=date(2024, 3, 1), words="公示"),
                    Milestone(due_on=date(2024, 3, 31), words="验收"),
                ]
            ),
            [  # steps of one day share it
                "2024-M1 02-10 to 03-01, due 03-01 (stated) 方案",
                "2024-M2 03-01 to 03-01, due 03-01 (stated) 公示",
                "2024-M3 03-02 to 03-31, due 03-31 (stated) 验收",
            ],
        ),
    ],
)
def test_a_schedule_makes_these_periods_of_a_span(schedule: AnySchedule, expected: list[str]) -> None:
    assert [in_words(one) for one in plan(schedule, FEBRUARY_TO_AUGUST)] == expected


def test_times_per_year_are_whole_months_only_where_they_divide_a_whole_year() -> None:
    thrice, five_times = (plan(TimesPerYear(times=times), YEAR) for times in (3, 5))

    assert [f"{one.starts_on:%m-%d}" for one in thrice] == ["01-01", "05-01", "09-01"]
    assert [f"{one.starts_on:%m-%d}" for one in five_times] == ["01-01", "03-15", "05-27", "08-08", "10-20"]


def test_a_day_that_a_month_does_not_have_is_its_last() -> None:
    assert days_of(Monthly(day=31))[:4] == ["01-31", "02-28", "03-31", "04-30"]
    assert days_of(Monthly(day=28)) == [f"{month:02}-28" for month in range(1, 13)]


def test_a_span_of_two_years_does_not_stop_at_new_year() -> None:
    span = Span(date(2023, 7, 1), date(2024, 6, 30), date(2024, 6, 30), 2023)

    assert [one.key for one in plan(Quarterly(), span)] == ["2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2"]
    assert len(plan(TimesPerYear(times=4), span)) == 8


def test_a_stretch_begins_on_a_first_and_a_span_may_end_on_one() -> None:
    span = Span(date(2023, 1, 1), date(2024, 2, 1), date(2024, 2, 1), 2023)

    assert in_words(plan(Monthly(), span)[0]) == "2023-01 01-01 to 01-31, due 01-31 (stated)"
    assert in_words(plan(Monthly(), span)[-1]) == "2024-02 02-01 to 02-01, due 02-01 (stated)"
    assert in_words(plan(TenDays(), span)[-1]) == "2024-02-D1 02-01 to 02-01, due 02-01 (stated)"
    assert [in_words(one) for one in plan(Yearly(), span)] == [
        "2023 01-01 to 12-31, due 12-31 (stated)",
        "2024 01-01 to 02-01, due 02-01 (stated)",
    ]


def test_a_week_is_that_of_the_calendar_and_ends_with_the_span() -> None:
    january = Span(date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 15), 2026)  # from a Thursday to a Thursday

    planned = [(one.key, f"{one.starts_on:%m-%d}", f"{one.due_on:%m-%d}") for one in plan(Weekly(), january)]

    assert planned == [("2026-W01", "01-01", "01-04"), ("2026-W02", "01-05", "01-11"), ("2026-W03", "01-12", "01-15")]


def test_a_week_whose_day_had_passed_before_the_span_is_left_out() -> None:
    january = Span(date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 15), 2026)

    assert days_of(Weekly(weekday=3), january) == ["01-07", "01-14"]


def test_the_days_that_a_year_shares_with_the_last_week_of_another_are_that_week() -> None:
    days = Span(date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 4), 2027)

    assert [one.key for one in plan(Weekly(), days)] == ["2026-W53", "2027-W01"]


def test_each_third_of_a_month_is_due_by_its_last_day() -> None:
    days = Span(date(2024, 2, 5), date(2024, 3, 12), date(2024, 3, 12), 2024)

    planned = [(one.key, f"{one.starts_on:%m-%d}", f"{one.due_on:%m-%d}") for one in plan(TenDays(), days)]

    assert planned == [
        ("2024-02-D1", "02-05", "02-10"),
        ("2024-02-D2", "02-11", "02-20"),
        ("2024-02-D3", "02-21", "02-29"),
        ("2024-03-D1", "03-01", "03-10"),
        ("2024-03-D2", "03-11", "03-12"),
    ]


def test_the_longest_span_has_a_bounded_number_of_periods() -> None:
    longest = Span(date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=MOST_DAYS), date(2034, 1, 1), 2024)

    assert len(plan(Weekly(), longest)) == 522
    assert len(plan(TenDays(), longest)) == 361


def test_milestones_follow_each_other_with_their_own_words() -> None:
    steps = [
        Milestone(due_on=date(2023, 3, 31), words="完成方案"),
        Milestone(due_on=date(2023, 9, 30), words="完成建设"),
    ]
    first, second = plan(Milestones(milestones=steps), YEAR)

    assert (first.title, first.starts_on, first.due_on) == ("完成方案", date(2023, 1, 1), date(2023, 3, 31))
    assert (second.title, second.starts_on, second.due_on) == ("完成建设", date(2023, 4, 1), date(2023, 9, 30))
    assert {first.due_source, second.due_source} == {"stated"}


def test_the_pace_of_times_per_year_is_soft() -> None:
    periods = plan(TimesPerYear(times=4), YEAR)

    assert [f"{one.expected_on:%m-%d}" for one in periods] == ["03-31", "06-30", "09-30", "12-31"]
    assert {one.due_on for one in periods} == {date(2023, 12, 31)}


def test_there_are_not_more_times_than_days() -> None:
    three_days = Span(date(2023, 12, 29), date(2023, 12, 31), date(2023, 12, 31), 2023)

    assert [one.starts_on.day for one in plan(TimesPerYear(times=4), three_days)] == [29, 30, 31]


@given(SCHEDULES, spans())
def test_no_key_comes_twice(schedule: AnySchedule, span: Span) -> None:
    keys = [one.key for one in plan(schedule, span)]

    assert len({*keys}) == len(keys)
    assert all(len(key) <= 20 for key in keys)


@given(SCHEDULES, spans())
def test_periods_lie_in_the_span_and_are_due_within_it(schedule: AnySchedule, span: Span) -> None:
    for one in plan(schedule, span):
        assert span.starts_on <= one.starts_on <= one.ends_on <= span.ends_on
        assert one.due_on is None or one.starts_on <= one.due_on <= span.ends_on


@given(SCHEDULES, spans())
def test_periods_follow_each_other_without_gap_or_overlap_to_the_end_of_the_span(
    schedule: AnySchedule, span: Span
) -> None:
    periods = plan(schedule, span)
    assert [one.starts_on for one in periods[1:]] == [one.ends_on + ONE_DAY for one in periods[:-1]]
    assert not periods or periods[-1].ends_on == span.ends_on


@given(CADENCES, spans())
def test_only_a_stretch_whose_last_day_had_passed_is_left_out_at_the_beginning(
    schedule: AnySchedule, span: Span
) -> None:
    earlier = Span(span.starts_on - timedelta(days=400), span.ends_on, span.ends_on, span.starts_on.year)
    due_in_span = [one.due_on for one in plan(schedule, earlier) if one.due_on and one.due_on >= span.starts_on]

    assert [one.due_on for one in plan(schedule, span)] == due_in_span


KEYS = st.one_of(SCHEDULES, st.just(Milestones(milestones=[Milestone(due_on=date(2023, 6, 30), words="建成")])))


@given(KEYS, spans())
def test_each_period_has_a_key_by_which_it_is_found(schedule: AnySchedule, span: Span) -> None:
    assert all(PERIOD_KEY.fullmatch(one.key) for one in plan(schedule, span))
