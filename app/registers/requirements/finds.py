"""The findings of the readers of one kind of words, by position in the folded text."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.checklists.schedules import SpanUnit
from app.languages.messages import Message
from app.registers.requirements.reading import ScheduleKind


@dataclass(frozen=True, slots=True)
class Limit:
    """A schedule found from `start` to `end`. `only_with_target`: so weak that it counts beside a target alone."""

    start: int
    end: int
    kind: ScheduleKind
    confidence: float
    due_on: date | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    times: int | None = None
    days: int | None = None
    unit: SpanUnit | None = None
    event: str | None = None
    only_with_target: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    start: int
    end: int
    metric: str
    confidence: float
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    exactly: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    start: int
    end: int
    note: Message
    may_be_last_day: bool = True


@dataclass(slots=True)
class Finds:
    limits: list[Limit] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
