"""What a reader makes of a task's prose: schedules and targets it proposes. The office decides."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.checklists.schedules import SpanUnit


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


@dataclass(frozen=True, slots=True)
class Found:
    """Words of the requirement, verbatim, from its character `start` on, and how sure the reading is (0 to 1)."""

    words: str
    start: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of several: its last day, and all that is to be done by then."""

    due_on: date
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class ScheduleProposal(Found):
    """A time limit. Which fields are set depends on `kind`:

    on: due_on. weekly: weekday (1 is Monday; without it the week's end). monthly: day (without it the month's end).
    quarterly, half_yearly, yearly: month within the period (1 to 3, 6, 12) and day, without them the period's end.
    times_per_year: times. milestones: milestones. after_event: days, unit, and event, empty where the requirement
    names none.
    """

    kind: ScheduleKind
    due_on: date | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    times: int | None = None
    days: int | None = None
    unit: SpanUnit | None = None
    event: str | None = None
    milestones: tuple[Milestone, ...] = ()

    @property
    def rule(self) -> "ScheduleProposal":
        """Two proposals with one rule say the same."""
        return replace(self, words="", start=0, confidence=0)


@dataclass(frozen=True, slots=True)
class TargetProposal(Found):
    """A quantity to be reached or kept below: exact decimals; `at_least` and `at_most` together are a range.

    metric: %, a measure word (个, 家, 万元, 个工作日), or the noun itself where the text has no measure word.
    """

    metric: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    exactly: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RequirementNote:
    """Words that look like a limit and cannot be made one: what is missing, for whoever sets the schedule."""

    words: str
    start: int
    note: str


@dataclass(frozen=True, slots=True)
class RequirementReading:
    """In the order of the text. Every `words` is the text from `start` on, character by character."""

    schedules: tuple[ScheduleProposal, ...] = ()
    targets: tuple[TargetProposal, ...] = ()
    notes: tuple[RequirementNote, ...] = ()
