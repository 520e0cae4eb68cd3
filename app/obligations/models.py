"""The table of obligations and the rules of one obligation."""

from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, Text, UniqueConstraint, and_, not_, or_, text
from sqlmodel import Field, col

from app.checklists.models import ChecklistRow
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.errors import (
    AlreadySuspended,
    AwaitingReview,
    FindingOpen,
    LatenessDecided,
    NotAwaitingReview,
    NotSuspended,
    ObligationClosed,
    ObligationNotCompleted,
    Suspended,
)
from app.languages.messages import say
from app.obligations.alike import alike_index
from app.obligations.days import NEVER
from app.obligations.span_models import ObligationSpan
from app.obligations.states import (
    CLOSED_STATES,
    TRANSITIONS,
    WAIVED_BY_ITSELF,
    ObligationState,
    counted_until,
    last_day_passed,
    open_in,
    open_index,
    waiting_in_time,
    waits_in_time,
)
from app.obligations.verbs import OF_OBLIGATION


class Obligation(ChecklistRow, table=True):
    """应办事项: what one concrete unit owes for one task in one period."""

    __tablename__: ClassVar[Any] = "obligation"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id", "period_id"),
        open_index("ix_obligation_open_due", "due_on", "id"),
        open_index("ix_obligation_open_unit_due", "unit_id", "due_on", "id"),
        open_index("ix_obligation_open_checklist_due", "checklist_id", "due_on", "id"),
        Index("ix_obligation_due", text(f"coalesce(due_on, '{NEVER}')"), "id"),
        Index("ix_obligation_unit_id", "unit_id", "id"),
        Index("ix_obligation_checklist_id", "checklist_id", "id"),
        alike_index("ix_obligation_alike", "starts_on"),
        CheckConstraint("(state = 'completed') = (completed_on IS NOT NULL)", name="completed_on_a_day"),
        CheckConstraint("state <> 'waived' OR reason IS NOT NULL", name="waived_with_reason"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        CheckConstraint("(state = 'submitted') = (claimed_on IS NOT NULL)", name="claimed_on_a_day"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {
        "claimed_on": None,
        "has_missed": False,
        "acknowledged_at": None,
        "finding_due_on": None,
        "starts_on": None,
        "extended_to": None,
        "extension_opened_on": None,
        "reported_on": None,
        "reached": [],
        "first_due_on": None,
        "report_every_days": None,
        "held_on": None,
        "finding_answered_on": None,
        "suspended_on": None,
        "voided_at": None,
    }
    journal_changes: ClassVar[Mapping[str, Set[str]]] = OF_OBLIGATION
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    not_personal: ClassVar[frozenset[str]] = frozenset({"reached"})
    ours: ClassVar[frozenset[str]] = WAIVED_BY_ITSELF

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    task_id: int = reference("task.id")
    period_id: int = reference("period.id")
    unit_id: int = reference("unit.id")
    assignment_id: int = reference("assignment.id")
    state: ObligationState = Field(default=ObligationState.NOT_STARTED, sa_type=enum_type(ObligationState, "state"))
    due_on: date | None = None
    percent: int = 0
    completed_on: date | None = None
    reason: str | None = Field(default=None, sa_type=Text)  # why it was waived, reopened or returned
    # 交办日: owed from this day; null in rows older than the column, which have all begun
    starts_on: date | None = None
    first_due_on: date | None = None  # the last day before the first later one was granted; null where none was
    extended_to: date | None = None  # the last day that the office granted instead of the period's
    extension_opened_on: date | None = None  # the office lets the unit ask for a later day though the last has passed
    reported_on: date | None = None  # the day of the last report
    reached: list[dict[str, Any]] = Field(default=[], sa_type=JSON)  # figures of the last report that had any
    claimed_on: date | None = None  # the day of the claim that waits for review
    has_missed: bool = False  # a last day passed while it was owed; what is caught up later does not hide it
    # 签收: when the unit first said, or showed by a report, that it knows of it
    acknowledged_at: datetime | None = None
    finding_due_on: date | None = None  # the last day of the finding that is open on it
    finding_answered_on: date | None = None  # the day on which the unit first answered it
    report_every_days: int | None = None  # 长期推进: its report cycle
    # the day of the first claim that held, where it was reopened: lateness is decided by it
    held_on: date | None = None
    suspended_on: date | None = None  # 暂停: it is suspended from this day on
    voided_at: datetime | None = None  # voided: it never was owed

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_STATES

    @property
    def done_on(self) -> date | None:
        """The day that decides whether it was late: that of the first claim that held."""
        return self.held_on or self.completed_on

    @property
    def is_reported(self) -> bool:
        """Whether it was reported on or completed."""
        return self.reported_on is not None or self.completed_on is not None or self.percent > 0

    @classmethod
    def reported(cls) -> ColumnElement[bool]:
        """`is_reported`, in SQL."""
        reported = col(cls.reported_on).is_not(None), col(cls.completed_on).is_not(None)
        return or_(*reported, col(cls.percent) > 0)  # reported before the day of a report was stored

    def has_begun(self, on: date) -> bool:
        """Whether its period has begun on a day; it is created ahead and does not count before."""
        return self.starts_on is None or self.starts_on <= on

    @classmethod
    def begun(cls, on: date) -> ColumnElement[bool]:
        """`has_begun`, in SQL."""
        return or_(col(cls.starts_on).is_(None), col(cls.starts_on) <= on)

    def is_overdue(self, on: date) -> bool:
        """Whether it is open and its last day has passed on a day. A suspended one is overdue only if the day had
        passed before it was suspended. A claim made in time that holds or waits for review prevents it."""
        waits = waits_in_time(self.state, self.due_on, self.claimed_on)
        owed = self.is_open and self.held_on is None and not waits
        return owed and self.due_on is not None and self.due_on < counted_until(on, self.suspended_on)

    @classmethod
    def overdue(cls, on: date) -> ColumnElement[bool]:
        """`is_overdue`, in SQL."""
        waits = waiting_in_time(col(cls.state), col(cls.due_on), col(cls.claimed_on))
        passed = last_day_passed(col(cls.due_on), col(cls.suspended_on), on)
        return and_(passed, open_in("obligation"), col(cls.held_on).is_(None), not_(waits))

    def acknowledge(self, at: datetime) -> bool:
        """签收: the unit acknowledges it. Returns whether that changed it.

        Raises:
            ObligationClosed: it is completed or waived, and was never acknowledged.
        """
        if self.acknowledged_at is not None:
            return False
        self.require_open()
        self.acknowledged_at = at
        return True

    def report(self, percent: int | None, on: date) -> None:
        """Record that the unit is at work on it.

        Raises:
            ObligationClosed: it is completed or waived. AwaitingReview: its claim waits for the office.
        """
        self._require_unclaimed()
        self._open_to(ObligationState.IN_PROGRESS)
        self.percent, self.reported_on = self.percent if percent is None else percent, on

    def complete(self, on: date) -> None:
        """Record that the unit completed it on a day.

        Raises:
            ObligationClosed: it is completed or waived. AwaitingReview. FindingOpen: an auditor looks at it. Suspended.
        """
        self._require_unclaimed()
        self.require_no_finding()
        self.require_not_suspended(on)
        self._open_to(ObligationState.COMPLETED)
        self.percent, self.completed_on, self.reported_on, self.reason = 100, on, on, None

    def submit(self, on: date) -> None:
        """Record the unit's claim of completion, which the office reviews.

        Raises:
            ObligationClosed; AwaitingReview: an earlier claim waits. FindingOpen. Suspended.
        """
        self._require_unclaimed()
        self.require_no_finding()
        self.require_not_suspended(on)
        self._open_to(ObligationState.SUBMITTED)
        self.percent, self.claimed_on, self.reported_on, self.reason = 100, on, on, None

    def accept(self) -> None:
        """通过: the office accepts the claim. It counts as completed on the day of the claim.

        Raises:
            NotAwaitingReview: no claim waits. FindingOpen.
        """
        self._require_claim()
        self.require_no_finding()
        self.completed_on, self.claimed_on = self.claimed_on, None
        self.state = ObligationState.COMPLETED

    def send_back(self, reason: str) -> None:
        """退回: the office returns the claim. The last day counts again.

        Raises:
            NotAwaitingReview: no claim waits.
        """
        self._require_claim()
        self.state, self.claimed_on, self.reason = ObligationState.RETURNED, None, reason

    def withdraw_claim(self, percent: int, reached: list[dict[str, Any]]) -> None:
        """撤回: the unit withdraws the claim that waits. The last day counts again.

        Args:
            percent: what had been reported without the claim.
            reached: the same, of its targets.

        Raises:
            NotAwaitingReview: no claim waits.
        """
        self._require_claim()
        self._open_to(ObligationState.IN_PROGRESS)
        self.claimed_on, self.percent, self.reached = None, percent, reached

    def waive(self, reason: str) -> None:
        """免办: waive it while it is open.

        Raises:
            ObligationClosed: it is completed or waived.
        """
        self._open_to(ObligationState.WAIVED)
        self.reason, self.claimed_on = reason, None

    def lapse(self, reason: str) -> None:
        """End it: nobody owes it any more. If a claim on it held, it is completed as before; otherwise it is waived.

        Raises:
            ObligationClosed: it is completed or waived.
        """
        if self.held_on is None:
            self.waive(reason)
        else:
            self._open_to(ObligationState.COMPLETED)
            self.completed_on, self.claimed_on, self.reason = self.held_on, None, None

    def void(self, reason: str, at: datetime) -> None:
        """Void it as if it had never been: it was owed by mistake. Reports on it stay readable."""
        if self.is_open:
            self.waive(reason)
        self.finding_due_on, self.finding_answered_on, self.voided_at = None, None, at

    def require_not_voided(self) -> None:
        """Raises:
        ObligationClosed: it is voided.
        """
        if self.voided_at is not None:
            raise self._closed()

    def look_into(self, due_on: date, *, claim_held: bool = True) -> None:
        """An auditor opens a finding on it, with a last day of its own. If it was completed, it is open again, and its
        last day stays.

        Args:
            claim_held: whether the unit's first claim decides if it was late. If not, the day of the correction does.

        Raises:
            ObligationClosed: it is waived or voided. FindingOpen: one is open.
        """
        self.require_not_voided()
        if self.state is ObligationState.WAIVED:
            raise self._closed()
        self.require_no_finding()
        self.held_on = self.done_on if claim_held else None
        if self.state is ObligationState.COMPLETED:
            self.state, self.completed_on = ObligationState.IN_PROGRESS, None
        self.expect_answer(due_on)

    def expect_answer(self, due_on: date) -> None:
        """Set the last day for an answer to the open finding."""
        self.finding_due_on, self.finding_answered_on = due_on, None

    def answer_finding(self, on: date) -> None:
        """The unit answers the open finding. Its first answer decides whether that was late; the time until the
        auditor closes it does not."""
        self.finding_answered_on = self.finding_answered_on or on

    def put_right(self, on: date, *, completed: bool) -> None:
        """The auditor closes the finding and accepts the unit's answer.

        Args:
            on: the day from which it does.
            completed: whether the finding had reopened it.
        """
        self.finding_due_on = self.finding_answered_on = None
        if completed and self.state is not ObligationState.WAIVED:
            self.percent, self.completed_on, self.claimed_on = 100, on, None
            self.state, self.reason = ObligationState.COMPLETED, None

    def count_as(self, stood: ObligationSpan) -> None:
        """Count it as completed in a state before it was reopened: that state decides whether it was late, with the
        last day that was in force."""
        self.held_on, self.has_missed = stood.held_on or stood.completed_on, stood.has_missed
        self.due_on, self.first_due_on = stood.due_on, stood.first_due_on
        self.extended_to = None if stood.first_due_on is None else stood.due_on

    def reopen(self, reason: str, due_on: date | None, *, claim_held: bool = True, waived_days: int = 0) -> None:
        """Open it again: it was not done, or it has to be done after all. If it was waived, it has as many days left as
        it had then, or more if its period has.

        Args:
            due_on: its period's last day. It is owed by that, or by the granted one, unless its claim held.
            waived_days: the number of days on which it was not owed; 0 if it was completed.
            claim_held: whether the unit's first claim decides if it was late. If not, it is overdue until it is done.

        Raises:
            ObligationNotCompleted: it is open. ObligationClosed: it is voided.
        """
        self.require_not_voided()
        if self.is_open:
            raise ObligationNotCompleted(
                say(
                    "obligation {id} is {state}; only what is completed or waived can be reopened",
                    id=self.id,
                    state=self.state,
                )
            )
        begun, former = self.state is ObligationState.COMPLETED or self.percent > 0, self.due_on
        self.state = ObligationState.IN_PROGRESS if begun else ObligationState.NOT_STARTED
        self.held_on = self.done_on if claim_held else None
        self.completed_on, self.reason, self.due_on = None, reason, self._last_day(due_on)
        if former is not None and self.due_on is not None and waived_days:
            self._move(max(self.due_on, former + timedelta(days=waived_days)))

    def extend(self, to: date, *, had_missed: bool) -> None:
        """Give it a later last day; its period's does not change.

        Args:
            had_missed: whether it had missed a last day before the unit asked: the time until the decision does not
                count against it.

        Raises:
            ObligationClosed: it is completed or waived. LatenessDecided.
        """
        self.require_extensible()
        self.first_due_on = self.first_due_on or self.due_on
        self.extended_to = self.due_on = to
        self.has_missed = had_missed

    def suspend(self, from_on: date) -> None:
        """暂停: it is suspended from a day on, today or later, until it is resumed or closed.

        Raises:
            ObligationClosed: it is completed or waived. AlreadySuspended.
        """
        self.require_open()
        if self.suspended_on is not None:
            raise AlreadySuspended(
                say("obligation {id} is suspended from {day} on; resume it first", id=self.id, day=self.suspended_on)
            )
        self.suspended_on = from_on

    def rested_days(self, on: date) -> int:
        """The number of days it has been suspended, without this one.

        Raises:
            ObligationClosed: it is completed or waived. NotSuspended.
        """
        self.require_open()
        if self.suspended_on is None:
            raise NotSuspended(say("obligation {id} is not suspended; there is nothing to resume", id=self.id))
        return max(0, (on - self.suspended_on).days)

    def resume(self, due_on: date | None) -> None:
        """End the suspension. The last day moves by its days."""
        self.suspended_on = None
        self._move(due_on)

    def _move(self, due_on: date | None) -> None:
        """Move the last day. The first last day stays, and the one in force stays if a claim held."""
        if self.held_on is None and due_on != self.due_on:
            self.first_due_on = self.first_due_on or self.due_on
            self.extended_to = self.due_on = due_on

    def restore(self, starts_on: date, due_on: date | None) -> None:
        """Let it be owed again by the current last day: the unit was assigned again."""
        self.starts_on, self.due_on = starts_on, self._last_day(due_on)
        begun = self.percent > 0
        self.state, self.reason = (ObligationState.IN_PROGRESS if begun else ObligationState.NOT_STARTED), None

    def revive(self, starts_on: date, due_on: date | None) -> None:
        """Let it be owed again though it was voided."""
        self.voided_at, self.has_missed, self.starts_on = None, False, starts_on
        if self.state is ObligationState.WAIVED:
            self.restore(starts_on, due_on)

    def require_open(self) -> None:
        """Raises:
        ObligationClosed: it is completed or waived.
        """
        if not self.is_open:
            raise self._closed()

    def require_extensible(self) -> None:
        """Raises:
        ObligationClosed: it is completed or waived. LatenessDecided: a claim held, so no later day changes anything.
        """
        self.require_open()
        if self.held_on is not None:
            raise LatenessDecided(
                say(
                    "obligation {id} was done on {day}, and that decides whether it was late",
                    id=self.id,
                    day=self.held_on,
                )
            )

    def _require_unclaimed(self) -> None:
        if self.state is ObligationState.SUBMITTED:
            raise AwaitingReview(
                say("the claim of {day} on obligation {id} waits for the office", day=self.claimed_on, id=self.id)
            )

    def _require_claim(self) -> None:
        if self.state is not ObligationState.SUBMITTED:
            raise NotAwaitingReview(
                say("obligation {id} is {state}; no claim on it waits for the office", id=self.id, state=self.state)
            )

    def require_not_suspended(self, on: date) -> None:
        """Raises:
        Suspended: it is suspended on this day.
        """
        if self.suspended_on is not None and self.suspended_on <= on:
            raise Suspended(
                say(
                    "obligation {id} is suspended from {day} on; the office resumes it first",
                    id=self.id,
                    day=self.suspended_on,
                )
            )

    def require_no_finding(self) -> None:
        """Raises:
        FindingOpen.
        """
        if self.finding_due_on is not None:
            raise FindingOpen(say("a finding is open on obligation {id}; answer it first", id=self.id))

    def _open_to(self, state: ObligationState) -> None:
        if state not in TRANSITIONS[self.state] or not self.is_open:
            raise self._closed()
        self.state = state

    def _closed(self) -> ObligationClosed:
        if self.voided_at is not None:
            return ObligationClosed(say("obligation {id} was taken back as if it had never been", id=self.id))
        return ObligationClosed(
            say(
                "obligation {id} is {state}; the office reopens what is to be done again",
                id=self.id,
                state=self.state,
            )
        )

    def _last_day(self, due_on: date | None) -> date | None:
        """The last day if the period's is `due_on`: the granted one if that is later. If a claim held, the last day
        that was in force stays."""
        if self.held_on is not None:
            return self.due_on
        if due_on is None or self.extended_to is None:
            return due_on
        self.first_due_on = due_on
        return max(due_on, self.extended_to)
