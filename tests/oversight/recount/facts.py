"""What a recounted world is made of: what was said, and what stands of whom from which moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any

from tests.oversight.recount.periods import DAY, Period, Register

SHANGHAI = timezone(timedelta(hours=8))
Key = tuple[int, int, str]  # task, unit, the period's key
CLOSED = ("completed", "waived")


@dataclass(frozen=True)
class Said:
    """A request that was accepted, and what its answer calls what it made."""

    at: datetime
    method: str
    path: str
    body: dict[str, Any]
    answer: dict[str, Any]
    of: Key | None = None  # of the obligation that it is about


@dataclass(frozen=True)
class Fact:
    """What stands of an obligation for a while."""

    state: str
    starts: date
    due: date | None
    first: date | None = None  # the last day before a later one was given
    done: date | None = None
    claimed: date | None = None
    held: date | None = None  # the first claim that held, where it was opened again
    missed: bool = False  # a last day has passed while it was owed
    finding: date | None = None
    answered: date | None = None  # the first answer to it
    cycle: int | None = None
    rests: date | None = None  # from this day on

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def waits(self) -> bool:
        """A claim that was made by the last day."""
        return self.claimed is not None and (self.due is None or self.claimed <= self.due)

    @property
    def decided(self) -> date | None:
        """The day that decides whether it was late."""
        return self.held or self.done

    def rests_on(self, day: date) -> bool:
        return self.rests is not None and self.rests <= day

    def finding_is_late(self, day: date) -> bool:
        """The time that the auditor takes to close what was answered does not count."""
        in_time = self.finding is not None and self.answered is not None and self.answered <= self.finding
        return self.finding is not None and self.finding < day and not in_time

    def judged_on(self, day: date) -> date:
        """What rests is judged on the day before it began to."""
        return day if self.rests is None else min(day, self.rests - DAY)

    def is_overdue(self, day: date) -> bool:
        is_late = self.due is not None and self.due < self.judged_on(day)
        return self.is_open and self.held is None and is_late and not self.waits


@dataclass
class Checklist:
    id: int
    register: Register
    asks: bool
    lights: list[tuple[datetime, int, int | None]]
    audiences: list[tuple[datetime, str | None]] = field(default_factory=list)

    @property
    def audience(self) -> str | None:
        return self.audiences[-1][1] if self.audiences else None

    @property
    def told_until(self) -> datetime | None:
        """The moment at which it was last made a draft again."""
        pairs = pairwise(self.audiences)
        return max((at for (_, before), (at, after) in pairs if before is not None and after is None), default=None)

    @property
    def first_told(self) -> date | None:
        """The day on which units were first told of it."""
        return next((local(at) for at, audience in self.audiences if audience is not None), None)


@dataclass
class Part:
    """A unit's part in a task."""

    unit: int
    role: str
    named_under: int | None = None
    starts: date | None = None
    has_ended: bool = False


@dataclass(repr=False)
class Task:
    id: int
    checklist: Checklist
    schedule: dict[str, Any]
    sections: list[tuple[datetime, int]]
    starts: date | None = None
    periods: list[Period] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    is_withdrawn: bool = False
    rests: date | None = None  # from this day on, and what is added to it
    targets: list[dict[str, Any]] = field(default_factory=list)

    def rest_of_added(self, today: date) -> date | None:
        return self.rests and max(self.rests, today)

    def __repr__(self) -> str:
        return f"task {self.id}"


@dataclass
class Membership:
    collective: int
    unit: int
    since: date | None = None
    until: date | None = None
    joins_current: bool = False  # it owes also what was under way on its first day
    never_was: bool = False

    def first_day(self, period: Period) -> date | None:
        """The day from which it owes a period; none if it does not."""
        first = max(self.since or period.starts, period.starts)
        last = period.latest_start
        in_time = first == period.starts or (self.joins_current and (last is None or first <= last))
        return first if in_time and not self.never_was and first < (self.until or date.max) else None


@dataclass
class Report:
    """What a unit said on a day, and which targets that misses."""

    id: int
    day: date
    misses_own: bool  # claimed as done, below a target that is each unit's
    misses_whole: bool  # below a target of all units together
    figures: dict[str, int]
    is_withdrawn: bool = False


@dataclass(repr=False)
class Owed:
    """What one unit owes for one task in one period."""

    key: Key
    task: Task
    period: Period
    part: Part
    facts: list[tuple[datetime, Fact]]  # each is valid from its moment to that of the next
    reports: list[Report] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)  # those of the last report that had any
    moved: list[tuple[date, int]] = field(default_factory=list)  # a last day, and by how many days a rest moved it
    resumed: list[date] = field(default_factory=list)
    has_progress: bool = False
    claims: int = 0  # but for those that were withdrawn
    granted: date | None = None
    waived_by: str | None = None  # office, cause
    never_was: bool = False

    def __repr__(self) -> str:
        return str(self.key)

    @property
    def fact(self) -> Fact:
        return self.facts[-1][1]

    @property
    def is_reported(self) -> bool:
        return bool(self.reports) or self.fact.done is not None or self.has_progress

    def last_day(self, held: date | None) -> dict[str, Any]:
        """The last day where the period's holds: the granted one, if that is later. Where a claim held, that by which
        it was judged."""
        due = self.period.due
        if held is not None:
            return {}
        if due is None or self.granted is None:
            return {"due": due}
        return {"due": max(due, self.granted), "first": due}


def local(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
