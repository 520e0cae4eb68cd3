"""The shapes of the calendar in requests and responses."""

from collections import Counter
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import Day, InputShape, Name, OutputShape, Reason
from app.workdays.calendar import DayKind, Source
from app.workdays.models import FIRST_DAY, LAST_DAY


def _in_calendar(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(
            say("the calendar has no such day; give one from {first} to {last}", first=FIRST_DAY, last=LAST_DAY)
        )
    return day


CalendarDate = Annotated[Day, AfterValidator(_in_calendar)]
YearNumber = Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]
Span = Annotated[int, Field(ge=1, le=1000)]


class DayWanted(InputShape):
    """A day as it is from now on; it replaces an earlier entry."""

    day: CalendarDate = Field(examples=["2027-02-13"])
    is_working: bool
    name: Annotated[Name | None, Field(description="the holiday because of which", examples=["春节"])] = None
    note: Annotated[Reason | None, Field(description="where it is from, such as the notice's number")] = None


class YearWanted(InputShape):
    year: YearNumber = Field(examples=[2027])
    is_complete: bool = Field(
        description="whether the table has every day of the year that differs from Monday to Friday; a year that the "
        "package covers is published either way"
    )


class CalendarChange(InputShape):
    """Days to enter or correct: all or none. Other days stay as they are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"days": [{"day": "2027-02-13", "is_working": False, "name": "春节", "note": "国务院办公厅通知"}]},
                {"years": [{"year": 2027, "is_complete": True}]},
            ]
        }
    )

    days: Annotated[list[DayWanted], Field(max_length=1000)] = []
    years: Annotated[
        list[YearWanted],
        Field(
            max_length=200,
            description="needed only if the days do not show that the year is whole: they do with every single day, "
            "or with all seven holidays by name and the weekends worked for them",
        ),
    ] = []

    @model_validator(mode="after")
    def something_once(self) -> "CalendarChange":
        if not self.days and not self.years:
            raise ValueError(say("days: name at least one day, or a year in `years`"))
        for value, times in Counter([*(one.day for one in self.days), *(one.year for one in self.years)]).items():
            if times > 1:
                raise ValueError(say("{value} is here {times} times; name it once", value=value, times=times))
        return self


class CalendarReport(OutputShape):
    """What a change of the calendar did."""

    entered: list[date] = Field(description="days that were not in the table")
    changed: list[date] = Field(description="days that were different in the table")
    unchanged: int
    published_years: list[int] = Field(description="years that became published")
    unpublished_years: list[int] = Field(description="years that it changed and that are still not published")
    affected: list[date] = Field(
        description="days that are now worked and were not, or the other way round, or that became certain or "
        "uncertain: a last day that was counted over one of them may have moved"
    )


class DayPublic(OutputShape):
    day: date
    is_working: bool
    kind: DayKind
    name: str | None = Field(description="of a day off, and of a make-up day the holiday that it makes up for")
    source: Source = Field(
        description="`table` (an operator), `package`, or `assumed`: nobody has published the year; Monday to Friday "
        "and the fixed holidays are assumed"
    )
    is_published: bool = Field(description="false while a later notice may change it")


class DayQuery(PageQuery):
    """A range or a year; this year without either."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)

    since: Annotated[CalendarDate | None, Field(alias="from", description="first day")] = None
    until: Annotated[CalendarDate | None, Field(description="last day, included")] = None
    year: YearNumber | None = None

    @model_validator(mode="after")
    def one_range(self) -> "DayQuery":
        if (self.since is None) != (self.until is None):
            raise ValueError(say("give from and until together, or a year"))
        if self.year is not None and self.since is not None:
            raise ValueError(say("give from and until, or a year, not both"))
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError(say("until lies before from; give the earlier day as from"))
        return self


class DeadlineQuery(InputShape):
    """A period of working days or of calendar days after an event."""

    event_on: Annotated[CalendarDate, Field(description="the day of the event, which does not count")]
    working_days: Annotated[Span | None, Field(description="so many working days")] = None
    days: Annotated[Span | None, Field(description="so many calendar days")] = None

    @model_validator(mode="after")
    def one_span(self) -> "DeadlineQuery":
        if (self.working_days is None) == (self.days is None):
            raise ValueError(say("give either working_days or days, such as working_days=20"))
        return self


class DeadlinePublic(OutputShape):
    """A last day, with every day after the event until it as the reason for it."""

    event_on: date
    due_on: date = Field(description="the last day on which it is on time; overdue starts at 00:00 of the next")
    counted: list[DayPublic]
    skipped: list[DayPublic] = Field(description="days off that do not count, or over which the end was moved")
    provisional: bool = Field(description="whether it depends on a year that is not published")
    reason: str | None
    missing_years: list[int]
