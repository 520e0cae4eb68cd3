"""The kinds of schedule (时限), the rule that says when a task is due: as stored with the task and shown in OpenAPI.

Each kind is a class in `Schedule`; `kind` distinguishes them.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, Strict, TypeAdapter, model_validator

from app.languages.messages import say
from app.shapes import WHEN_USED, Day, InputShape, Name


def _kind_is_required(schema: dict[str, Any]) -> None:
    """A request has to name the kind, which Python code may leave out."""
    schema["required"] = sorted({"kind", *schema.get("required", [])})


class _Rule(InputShape):
    model_config = ConfigDict(json_schema_extra=_kind_is_required)


DayOfMonth = Annotated[
    Annotated[int, Strict(), Field(ge=1, le=31)] | None,
    Field(description="day of the month, its last one where it is shorter; month end if null", examples=[20]),
]


class OnDay(_Rule):
    """The register states the last day. 上旬 is the 10th, 中旬 the 20th, 下旬 the end of the month."""

    kind: Literal["on"] = "on"
    due_on: Day


class ByDefault(_Rule):
    """The register states none: the checklist's default last day applies, and responses mark it as the default."""

    kind: Literal["default"] = "default"


class Weekly(_Rule):
    """每周: once a week of ISO 8601, from Monday to Sunday, by one of its days."""

    kind: Literal["weekly"] = "weekly"
    weekday: Annotated[
        int, Strict(), Field(ge=1, le=7, description="1 is Monday; Sunday, the week's last, without it", examples=[5])
    ] = 7


class TenDays(_Rule):
    """每旬: by the last day of each 上旬 (the 10th), 中旬 (the 20th) and 下旬 (the end of the month)."""

    kind: Literal["ten_days"] = "ten_days"


class Monthly(_Rule):
    """Once a month, by a day of it."""

    kind: Literal["monthly"] = "monthly"
    day: DayOfMonth = None


class Quarterly(_Rule):
    """Once a quarter, by a day of one of its months: `{"month": 3, "day": 20}` is the 20th of its last month."""

    kind: Literal["quarterly"] = "quarterly"
    month: Annotated[int, Strict(), Field(ge=1, le=3, description="month of the quarter")] = 3
    day: DayOfMonth = None


class HalfYearly(_Rule):
    """Once in each half of the year, by a day of one of its months."""

    kind: Literal["half_yearly"] = "half_yearly"
    month: Annotated[int, Strict(), Field(ge=1, le=6, description="month of the half")] = 6
    day: DayOfMonth = None


class Yearly(_Rule):
    """Once a year, by a day of one of its months."""

    kind: Literal["yearly"] = "yearly"
    month: Annotated[int, Strict(), Field(ge=1, le=12)] = 12
    day: DayOfMonth = None


class SpanUnit(StrEnum):
    """What days are counted: 工作日, or all of them."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class AfterEvent(_Rule):
    """So many days after something happens, such as a document that is issued: one period for each occurrence, which
    `POST /tasks/{id}/events` enters."""

    kind: Literal["after_event"] = "after_event"
    days: Annotated[int, Strict(), Field(ge=1, le=1000)]
    unit: SpanUnit
    event: Annotated[Name, Field(examples=["文件印发"])]
    entered_by_units: Annotated[
        bool, Strict(), Field(description="whether a unit that has a part in the task may enter an event, too")
    ] = False


class TimesPerYear(_Rule):
    """At least so many times a year. Only the end of the year is a last day; the even pace towards it is soft."""

    kind: Literal["times_per_year"] = "times_per_year"
    times: Annotated[int, Strict(), Field(ge=1, le=24)]


class Milestone(InputShape):
    """One step of several, with its own words and last day."""

    due_on: Day
    words: Annotated[Name, Field(examples=["完成方案"])]


class Milestones(_Rule):
    """①②③: several steps, each with its own last day."""

    kind: Literal["milestones"] = "milestones"
    milestones: Annotated[list[Milestone], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def in_order(self) -> "Milestones":
        days = [one.due_on for one in self.milestones]
        if days != sorted(days):
            raise ValueError(say("milestones: give them in the order of their last days"))
        return self


class Standing(_Rule):
    """长期推进: without a last day. It is never overdue, only stale when nobody has reported for its report cycle,
    counted from the day on which it was owed and units were told, or from the last report."""

    kind: Literal["standing"] = "standing"
    report_every_days: Annotated[
        int, Strict(), Field(ge=1, le=366, description="report cycle: stale after so many days")
    ] = 90


AnySchedule = (
    OnDay
    | ByDefault
    | Weekly
    | TenDays
    | Monthly
    | Quarterly
    | HalfYearly
    | Yearly
    | AfterEvent
    | TimesPerYear
    | Milestones
    | Standing
)
Schedule = Annotated[AnySchedule, Field(discriminator="kind")]

_adapter: TypeAdapter[AnySchedule] = TypeAdapter(Schedule, config=WHEN_USED)


def stored(schedule: AnySchedule) -> dict[str, Any]:
    """The schedule as the database stores it."""
    content: dict[str, Any] = schedule.model_dump(mode="json")
    return content


def loaded(content: dict[str, Any]) -> AnySchedule:
    """The schedule that was stored."""
    return _adapter.validate_python(content)
