"""The statements of a posted update, prepared once for each kind of database."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, String, cast, literal, select
from sqlmodel import col

from app.access.actors import Actor
from app.access.models import ApiKey
from app.checklists.models import Checklist, Task
from app.checklists.queries import sees
from app.clock import end_of
from app.database.prepared import Prepared, PreparedTable, value
from app.journal.models import JournalStream
from app.journal.recorder import moment_in, streams_of
from app.journal.rows import Journaled
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, no_obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.suspension_models import Suspension
from app.updates.models import Evidence, StatusUpdate
from app.updates.releases.models import WaitingReport

# the columns that the rules of a posted update look at
CHECKLIST = ("id", "jurisdiction_code", "state", "audience", "asks_for_review", "asks_for_release")
TASK = ("id", "withdrawn_on", "withdrawn_reason", "targets", "schedule")
CANDIDATE = ("id", "state", "starts_on", "due_on")  # those that choose one of a task's obligations


class Locked(NamedTuple):
    """An obligation and all that a report on it changes or needs, locked."""

    locked: LockedObligation
    head: JournalStream
    span: ObligationSpan
    key_name: str


class Statements:
    """What is read and written for a posted update: `updates.insert(connection, row)`."""

    def __init__(self, dialect: Dialect) -> None:
        self.streams = streams_of(dialect)
        self.obligations = PreparedTable(Obligation, dialect)
        self.spans = PreparedTable(ObligationSpan, dialect)
        self.updates = PreparedTable(StatusUpdate, dialect)
        self.evidence = PreparedTable(Evidence, dialect)
        self.waiting = PreparedTable(WaitingReport, dialect)
        self._candidates = PreparedTable(Obligation, dialect, only=CANDIDATE)
        self._checklists = PreparedTable(Checklist, dialect, only=CHECKLIST)
        self._tasks = PreparedTable(Task, dialect, only=TASK)
        self._suspensions = PreparedTable(Suspension, dialect)
        obligation_id = value("obligation_id")
        checklist_id = select(col(Obligation.checklist_id)).where(col(Obligation.id) == obligation_id).scalar_subquery()
        stream = literal("checklist:").concat(cast(checklist_id, String))
        head = select(*self.streams.heads.columns).where(col(JournalStream.name) == stream)
        self._lock_head = Prepared(head.with_for_update(), dialect)
        tables = (self.obligations, self._checklists, self._tasks, self.spans)
        self._lock = Prepared(
            select(*[column for table in tables for column in table.columns], col(ApiKey.name))
            .select_from(Obligation)
            .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
            .join(Task, col(Task.id) == col(Obligation.task_id))
            .join(
                ObligationSpan,
                (col(ObligationSpan.obligation_id) == col(Obligation.id)) & col(ObligationSpan.to_at).is_(None),
            )
            .outerjoin(ApiKey, col(ApiKey.id) == value("key_id"))
            .where(col(Obligation.id) == obligation_id)
            .with_for_update(of=Obligation),
            dialect,
        )
        self._of_unit = Prepared(
            select(*self._candidates.columns, *self._checklists.columns)
            .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
            .where(
                col(Obligation.task_id) == value("task_id"),
                col(Obligation.unit_id) == value("unit_id"),
                col(Obligation.voided_at).is_(None),
            ),
            dialect,
        )
        self._others = Prepared(
            select(*self.obligations.columns).where(
                col(Obligation.task_id) == value("task_id"),
                col(Obligation.period_id) == value("period_id"),
                col(Obligation.id) != obligation_id,
                col(Obligation.voided_at).is_(None),
            ),
            dialect,
        )
        former = select(*self.spans.columns).where(
            col(ObligationSpan.obligation_id) == obligation_id,
            col(ObligationSpan.from_at) < value("before"),
            col(ObligationSpan.voided_at).is_(None),
        )
        last_first = col(ObligationSpan.from_at).desc(), col(ObligationSpan.id).desc()
        self._former = Prepared(former.order_by(*last_first).limit(1), dialect)
        self._unended = Prepared(
            select(*self._suspensions.columns).where(
                col(Suspension.obligation_id) == obligation_id, col(Suspension.resumed_at).is_(None)
            ),
            dialect,
        )

    def lock_streams(self, connection: Connection, obligation_ids: Sequence[int], by: Actor) -> None:
        """Lock the heads of the checklists of several obligations, in the order of locks."""
        own = col(Obligation.id).in_(obligation_ids), col(Obligation.unit_id).in_(by.unit_ids)
        checklist_ids = connection.scalars(select(col(Obligation.checklist_id)).where(*own).distinct())
        for name in sorted(f"checklist:{one}" for one in checklist_ids):
            self.streams.lock(connection, name)

    def lock(self, connection: Connection, obligation_id: int, by: Actor, at: datetime) -> Locked:
        """Lock the stream's head first, then the rows: the order of locks.

        Raises:
            NotFound: the obligation does not exist, or the caller may not see it.
        """
        head_rows = self._lock_head.run(connection, obligation_id=obligation_id)
        rows = self._lock.run(connection, obligation_id=obligation_id, key_id=by.key_id)
        if not head_rows or not rows:
            raise no_obligation(obligation_id)
        cells = iter(rows[0])
        obligation, checklist = self.obligations.next(cells), self._checklists.next(cells)
        task, span = self._tasks.next(cells), self.spans.next(cells)
        is_own = by.is_officer or obligation.unit_id in by.unit_ids
        if not is_own or not sees(by, checklist):
            raise no_obligation(obligation_id)
        head = self.streams.heads.next(iter(head_rows[0]))
        locked = LockedObligation(obligation, checklist, task, moment_in(head, at))
        return Locked(locked, head, span, next(cells) or "")

    def candidates(self, connection: Connection, task_id: int, unit_id: int, by: Actor) -> list[Obligation]:
        """The obligations of a unit for a task that the caller sees, with the columns that choose one of them."""
        found = []
        for row in self._of_unit.run(connection, task_id=task_id, unit_id=unit_id):
            cells = iter(row)
            obligation, checklist = self._candidates.next(cells), self._checklists.next(cells)
            if sees(by, checklist):
                found.append(obligation)
        return found

    def others(self, connection: Connection, one: Obligation) -> list[Obligation]:
        """The obligations of the other units for the same task and period."""
        which = {"task_id": one.task_id, "period_id": one.period_id, "obligation_id": one.id}
        return [self.obligations.next(iter(row)) for row in self._others.run(connection, **which)]

    def had_missed(self, connection: Connection, obligation_id: int, day: date) -> bool:
        """Whether a last day of an obligation had passed, as it stood at the end of a day."""
        rows = self._former.run(connection, obligation_id=obligation_id, before=end_of(day))
        spans = [self.spans.next(iter(row)) for row in rows]
        return any(span.has_missed or span.is_overdue(day) for span in spans)

    def end_suspended(
        self, connection: Connection, obligation_id: int, at: datetime
    ) -> Iterator[tuple[Journaled, Any]]:
        """End the suspension of a closed obligation. Returns each ended row, with its former values."""
        for row in self._unended.run(connection, obligation_id=obligation_id):
            ended = self._suspensions.next(iter(row))
            before = self._suspensions.values(ended)
            ended.resumed_at = at
            self._suspensions.update(connection, ended, before)
            yield ended, before


@lru_cache(8)
def statements_for(dialect: Dialect) -> Statements:
    return Statements(dialect)
