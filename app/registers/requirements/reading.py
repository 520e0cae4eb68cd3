"""What a reader makes of a task's prose: schedules and targets it proposes. The office decides."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


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


class DayUnit(StrEnum):
    WORKING = "working_days"
    CALENDAR = "calendar_days"


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

    def as_dict(self) -> dict[str, object]:
        return {"due_on": self.due_on.isoformat(), "words": self.words, "start": self.start}


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
    unit: DayUnit | None = None
    event: str | None = None
    milestones: tuple[Milestone, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {"kind": self.kind.value, **{name: _plain(value) for name, value in _said(self)}, **_found(self)}

    @property
    def rule(self) -> tuple[object, ...]:
        """Two proposals with one rule say the same."""
        return (self.kind, *(value for _, value in _said(self)))


@dataclass(frozen=True, slots=True)
class TargetProposal(Found):
    """A quantity to be reached or kept below: exact decimals; `at_least` and `at_most` together are a range.

    metric: %, a measure word (个, 家, 万元, 个工作日), or the noun itself where the text has no measure word.
    """

    metric: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    exactly: Decimal | None = None

    def as_dict(self) -> dict[str, object]:
        return {"metric": self.metric, **{name: _plain(value) for name, value in _said(self)}, **_found(self)}


@dataclass(frozen=True, slots=True)
class RequirementNote:
    """Words that look like a limit and cannot be made one: what is missing, for whoever sets the schedule."""

    words: str
    start: int
    note: str

    def as_dict(self) -> dict[str, object]:
        return {"words": self.words, "start": self.start, "note": self.note}


@dataclass(frozen=True, slots=True)
class RequirementReading:
    """In the order of the text. Every `words` is the text from `start` on, character by character."""

    schedules: tuple[ScheduleProposal, ...] = ()
    targets: tuple[TargetProposal, ...] = ()
    notes: tuple[RequirementNote, ...] = ()

    def as_dict(self) -> dict[str, list[dict[str, object]]]:
        """`{"schedules": [{"kind", …, "words", "start", "confidence"}], "targets": […], "notes": […]}` for JSON.

        Fields that say nothing are left out; numbers are exact, for none has more than 15 digits.
        """
        return {
            "schedules": [schedule.as_dict() for schedule in self.schedules],
            "targets": [target.as_dict() for target in self.targets],
            "notes": [note.as_dict() for note in self.notes],
        }


_NOT_SAID = {"kind", "metric", *(field.name for field in fields(Found))}


def _said(proposal: ScheduleProposal | TargetProposal) -> Iterator[tuple[str, object]]:
    for field in fields(proposal):
        value = getattr(proposal, field.name)
        if field.name not in _NOT_SAID and value is not None and value != ():
            yield field.name, value


def _found(found: Found) -> dict[str, object]:
    return {"words": found.words, "start": found.start, "confidence": found.confidence}


def _plain(value: Any) -> object:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case tuple():
            return [one.as_dict() for one in value]
    return value
