"""The result of reading a task's prose: proposed schedules and targets, on which the office decides."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainSerializer

from app.checklists.schedules import SpanUnit
from app.shapes import OutputShape, Sentence

# Exact: no number in a reading has more than 15 digits.
Number = Annotated[
    Decimal,
    PlainSerializer(lambda value: int(value) if value % 1 == 0 else float(value), return_type=int | float),
    Field(examples=[50]),
]
Confidence = Annotated[float, Field(ge=0, le=1, examples=[0.9])]
Quoted = Annotated[str, Field(description="the words of the text, as they stand there", examples=["6月底前"])]
Place = Annotated[int, Field(ge=0, description="the character of the text at which `words` begins")]


class ScheduleKind(StrEnum):
    ON = "on"
    WEEKLY = "weekly"
    TEN_DAYS = "ten_days"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    TIMES_PER_YEAR = "times_per_year"
    AFTER_EVENT = "after_event"
    MILESTONES = "milestones"
    STANDING = "standing"


class MilestoneReading(OutputShape):
    """One step of several: its last day, and all that is to be done by then."""

    due_on: date
    words: Quoted
    start: Place


class ScheduleProposal(OutputShape):
    """A time limit. Which fields are set depends on `kind`:

    on: due_on. weekly: weekday (1 is Monday; without it the week's end). monthly: day (without it the month's end).
    quarterly, half_yearly, yearly: month within the period (1 to 3, 6, 12) and day, without them the period's end.
    times_per_year: times. milestones: milestones. after_event: days, unit, and event, empty where the requirement
    names none.
    """

    kind: ScheduleKind
    due_on: date | None = None
    month: Annotated[int | None, Field(description="the month within the period, 1 to 12; its last one without")] = None
    day: Annotated[int | None, Field(description="the day of the month; its last one without")] = None
    weekday: Annotated[int | None, Field(description="the day of the week, 1 is Monday; its last one without")] = None
    times: int | None = None
    days: int | None = None
    unit: SpanUnit | None = None
    event: Annotated[
        str | None, Field(description="what the days are counted from; empty where unnamed", examples=["文件印发"])
    ] = None
    milestones: list[MilestoneReading] = []
    words: Quoted
    start: Place
    confidence: Confidence

    @property
    def rule(self) -> str:
        """Two proposals with one rule say the same."""
        return str(self.model_dump(exclude={"words", "start", "confidence"}))


class TargetProposal(OutputShape):
    """A quantity to reach or to stay below: exact decimals; `at_least` and `at_most` together are a range.

    metric: %, a measure word (个, 家, 万元, 个工作日), or the noun itself where the text has no measure word.
    """

    metric: Annotated[str, Field(description="what is counted", examples=["个"])]
    at_least: Number | None = None
    at_most: Number | None = None
    exactly: Number | None = None
    words: Quoted
    start: Place
    confidence: Confidence


class RequirementNote(OutputShape):
    """Words that look like a limit and cannot be made one: what is missing, for whoever sets the schedule."""

    words: Quoted
    start: Place
    note: Annotated[Sentence, Field(description="what is missing", examples=["the day is missing; set it by hand"])]
    may_be_last_day: Annotated[
        bool, Field(description="whether the task may be due then, so that an import asks if nothing else says when")
    ] = True


class RequirementReading(OutputShape):
    """Proposals, for somebody to take or leave, in the order of the text. Every `words` is the text from `start` on,
    character by character."""

    schedules: list[ScheduleProposal]
    targets: list[TargetProposal]
    notes: list[RequirementNote]
