"""The only writer of updates: it works on a connection without a session, in a fixed number of statements."""

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
from app.checklists.targets import (
    Figure,
    Target,
    TargetScope,
    falls_short,
    figures_of,
    reached,
    stored_list,
    targets_of,
)
from app.clock import local_day
from app.database.prepared import Prepared, PreparedTable, value
from app.journal.before import before_of
from app.journal.models import JournalStream
from app.journal.recorder import Change, moment_in, streams_of
from app.journal.rows import Journaled
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, no_obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.spans import advanced
from app.obligations.suspension_models import Suspension
from app.tasks.bulk import each
from app.updates.models import Evidence, StatusUpdate
from app.updates.queries import public_update
from app.updates.releases.models import WaitingReport
from app.updates.releases.queries import has_to_wait, public_waiting_report
from app.updates.releases.schemas import PostedMany, Reported, WaitingReportPublic
from app.updates.reporting import Signed, reported, signed_by, the_open_one
from app.updates.schemas import PostMany, StatusUpdateCreate, StatusUpdatePublic, evidence_public

# the columns that the rules of a posted update look at
CHECKLIST = ("id", "jurisdiction_code", "state", "audience", "asks_for_review", "asks_for_release")
TASK = ("id", "withdrawn_on", "withdrawn_reason", "targets", "schedule")
CANDIDATE = ("id", "state", "starts_on", "due_on")  # those that choose one of a task's obligations
SAID = frozenset(StatusUpdateCreate.model_fields) & frozenset(StatusUpdate.model_fields)


class _Locked(NamedTuple):
    locked: LockedObligation
    head: JournalStream
    span: ObligationSpan
    key_name: str


def post_update(
    connection: Connection, obligation_id: int, report: StatusUpdateCreate, *, by: Actor, at: datetime
) -> Reported:
    """Store a unit's report on its own obligation, and change the obligation's state; or let the report wait inside the
    unit, if the checklist asks for its release.

    Raises:
        NotFound: the obligation does not exist, or the caller may not see it. NotYourUnit.
        And as `reported`.
    """
    return _posting(connection.dialect).post(connection, obligation_id, report, by=by, at=at)


def post_task_update(
    connection: Connection, task_id: int, unit_id: int, report: StatusUpdateCreate, *, by: Actor, at: datetime
) -> Reported:
    """Store a report for a task and a unit instead of an obligation. It goes to the open obligation whose period has
    begun; else to the next open one; else to a closed one.

    Raises:
        NotYourUnit; NotFound: the unit owes nothing for this task; SeveralOpenPeriods: with the list of them.
        And as `post_update`.
    """
    by.require_unit(unit_id)
    posting = _posting(connection.dialect)
    obligation_id = posting.find(connection, task_id, unit_id, by, local_day(at))
    return posting.post(connection, obligation_id, report, by=by, at=at)


def post_released(
    connection: Connection, obligation_id: int, report: StatusUpdateCreate, signed: Signed, *, by: Actor, at: datetime
) -> StatusUpdatePublic:
    """Store a report that waited, as an update of the moment of its release.

    Raises:
        As `post_update`.
    """
    return _posting(connection.dialect).post_released(connection, obligation_id, report, signed, by=by, at=at)


def post_updates(connection: Connection, wanted: PostMany, *, by: Actor, at: datetime) -> PostedMany:
    """Store a unit's reports on several of its obligations, all or none.

    Raises:
        What `post_update` raises for the first invalid item, with its index.
    """
    posting = _posting(connection.dialect)
    posting.lock_streams(connection, [item.obligation_id for item in wanted.items], by)
    posted = each(wanted.items, lambda item: posting.post(connection, item.obligation_id, item, by=by, at=at))
    return PostedMany(items=posted)


class _Posting:
    """The statements of a posted update, for one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._streams = streams_of(dialect)
        self._obligations = PreparedTable(Obligation, dialect)
        self._candidates = PreparedTable(Obligation, dialect, only=CANDIDATE)
        self._checklists = PreparedTable(Checklist, dialect, only=CHECKLIST)
        self._tasks = PreparedTable(Task, dialect, only=TASK)
        self._spans = PreparedTable(ObligationSpan, dialect)
        self._updates = PreparedTable(StatusUpdate, dialect)
        self._evidence = PreparedTable(Evidence, dialect)
        self._waiting = PreparedTable(WaitingReport, dialect)
        self._suspensions = PreparedTable(Suspension, dialect)
        obligation_id = value("obligation_id")
        checklist_id = select(col(Obligation.checklist_id)).where(col(Obligation.id) == obligation_id).scalar_subquery()
        stream = literal("checklist:").concat(cast(checklist_id, String))
        head = select(*self._streams.heads.columns).where(col(JournalStream.name) == stream)
        self._lock_head = Prepared(head.with_for_update(), dialect)
        tables = (self._obligations, self._checklists, self._tasks, self._spans)
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
            select(*self._obligations.columns).where(
                col(Obligation.task_id) == value("task_id"),
                col(Obligation.period_id) == value("period_id"),
                col(Obligation.id) != value("obligation_id"),
                col(Obligation.voided_at).is_(None),
            ),
            dialect,
        )

        self._unended = Prepared(
            select(*self._suspensions.columns).where(
                col(Suspension.obligation_id) == obligation_id, col(Suspension.resumed_at).is_(None)
            ),
            dialect,
        )

    def find(self, connection: Connection, task_id: int, unit_id: int, by: Actor, today: date) -> int:
        found = []
        for row in self._of_unit.run(connection, task_id=task_id, unit_id=unit_id):
            cells = iter(row)
            obligation, checklist = self._candidates.next(cells), self._checklists.next(cells)
            if sees(by, checklist):
                found.append(obligation)
        return the_open_one(found, task_id, unit_id, today).id

    def lock_streams(self, connection: Connection, obligation_ids: Sequence[int], by: Actor) -> None:
        """Lock the heads of the checklists of several obligations, in the order of locks."""
        own = col(Obligation.id).in_(obligation_ids), col(Obligation.unit_id).in_(by.unit_ids)
        checklist_ids = connection.scalars(select(col(Obligation.checklist_id)).where(*own).distinct())
        for name in sorted(f"checklist:{one}" for one in checklist_ids):
            self._streams.lock(connection, name)

    def post(
        self, connection: Connection, obligation_id: int, report: StatusUpdateCreate, *, by: Actor, at: datetime
    ) -> Reported:
        found = self._locked(connection, obligation_id, by, at)
        asks = found.locked.checklist.asks_for_release
        waits = asks and has_to_wait(connection, by, found.locked.obligation.unit_id)
        signed = signed_by(report, by, found.key_name, asks_for_release=asks, waits=waits)
        if waits:
            return self._wait(connection, found, report, signed, by)
        return self._count(connection, found, report, signed, by)

    def _wait(
        self, connection: Connection, found: _Locked, report: StatusUpdateCreate, signed: Signed, by: Actor
    ) -> WaitingReportPublic:
        """Let a report wait inside its unit. It has to obey the rules today, and changes nothing but the list of what
        waits."""
        locked = found.locked
        reported(locked, report, by)
        said = {name: getattr(report, name) for name in ("state", "percent", "narrative", "next_steps")}
        waiting = self._waiting.make(
            **said,
            checklist_id=locked.obligation.checklist_id,
            obligation_id=locked.obligation.id,
            unit_id=locked.obligation.unit_id,
            key_id=signed.key_id,
            figures=stored_list(report.figures),
            reported_by=signed.reported_by,
            reported_at=locked.moment,
        )
        self._waiting.insert(connection, waiting)
        links = self._add_links(connection, report, waiting.checklist_id, waiting_report_id=waiting.id)
        change = Change("report.written", locked.subject, [waiting, *links])
        self._streams.append(connection, found.head, change, by=by.who, at=locked.moment)
        return public_waiting_report(waiting, [evidence_public(link) for link in links], {by.who: found.key_name})

    def _add_links(
        self, connection: Connection, report: StatusUpdateCreate, checklist_id: int, **owner: int
    ) -> list[Evidence]:
        links = [
            self._evidence.make(checklist_id=checklist_id, url=link.url, title=link.title, **owner)
            for link in report.evidence
        ]
        for link in links:
            self._evidence.insert(connection, link)
        return links

    def post_released(
        self,
        connection: Connection,
        obligation_id: int,
        report: StatusUpdateCreate,
        signed: Signed,
        *,
        by: Actor,
        at: datetime,
    ) -> StatusUpdatePublic:
        return self._count(connection, self._locked(connection, obligation_id, by, at), report, signed, by)

    def _count(
        self, connection: Connection, found: _Locked, report: StatusUpdateCreate, signed: Signed, by: Actor
    ) -> StatusUpdatePublic:
        locked, head, span, key_name = found
        obligation = locked.obligation
        obligation_before, span_before = self._obligations.values(obligation), self._spans.values(span)
        reported(locked, report, by)
        update = self._update_of(connection, locked, report, signed)
        following = advanced(obligation, span, locked.moment)
        self._updates.insert(connection, update)
        links = self._add_links(connection, report, update.checklist_id, update_id=update.id)
        self._obligations.update(connection, obligation, obligation_before)
        verb = "update.posted"
        rows: list[Journaled] = [update, *links, obligation]
        before = before_of(verb, obligation, obligation_before)
        if following is not None:
            self._spans.update(connection, span, span_before)  # ends before the next begins: only one may be open
            self._spans.insert(connection, following)
            before, rows = before | before_of(verb, span, span_before), [*rows, span, following]
        if obligation_before["suspended_on"] and not obligation.suspended_on:
            for ended, ended_before in self._end_suspended(connection, obligation.id, locked.moment):
                before, rows = before | before_of(verb, ended, ended_before), [*rows, ended]
        change = Change(verb, locked.subject, rows, before=before)
        self._streams.append(connection, head, change, by=by.who, at=locked.moment)
        return public_update(update, [evidence_public(link) for link in links], {by.who: key_name})

    def _end_suspended(
        self, connection: Connection, obligation_id: int, at: datetime
    ) -> Iterator[tuple[Journaled, Any]]:
        """End the suspension of a closed obligation. Returns each ended row, with its former values."""
        for row in self._unended.run(connection, obligation_id=obligation_id):
            ended = self._suspensions.next(iter(row))
            before = self._suspensions.values(ended)
            ended.resumed_at = at
            self._suspensions.update(connection, ended, before)
            yield ended, before

    def _locked(self, connection: Connection, obligation_id: int, by: Actor, at: datetime) -> _Locked:
        """The stream's head first, then the rows: the order of locks."""
        head_rows = self._lock_head.run(connection, obligation_id=obligation_id)
        rows = self._lock.run(connection, obligation_id=obligation_id, key_id=by.key_id)
        if not head_rows or not rows:
            raise no_obligation(obligation_id)
        cells = iter(rows[0])
        obligation, checklist = self._obligations.next(cells), self._checklists.next(cells)
        task, span = self._tasks.next(cells), self._spans.next(cells)
        is_own = by.is_officer or obligation.unit_id in by.unit_ids
        if not is_own or not sees(by, checklist):
            raise no_obligation(obligation_id)
        head = self._streams.heads.next(iter(head_rows[0]))
        locked = LockedObligation(obligation, checklist, task, moment_in(head, at))
        return _Locked(locked, head, span, next(cells) or "")

    def _update_of(
        self, connection: Connection, locked: LockedObligation, report: StatusUpdateCreate, signed: Signed
    ) -> StatusUpdate:
        """The row of a report; its members have the names of columns."""
        obligation, targets = locked.obligation, targets_of(locked.task.targets)
        own = figures_of(obligation.reached)
        said = {name: getattr(report, name) for name in SAID}
        derived = {
            "checklist_id": obligation.checklist_id,
            "task_id": obligation.task_id,
            "obligation_id": obligation.id,
            "unit_id": obligation.unit_id,
            "percent": 100 if report.claims_completion else report.percent,
            "figures": stored_list(report.figures),
            "contradicts_target": report.claims_completion and falls_short(targets, reached(own)),
            "whole_falls_short": self._whole_falls_short(connection, obligation, targets, own),
            "posted_at": locked.moment,
            **signed._asdict(),
        }
        return self._updates.make(**said | derived)

    def _whole_falls_short(
        self, connection: Connection, obligation: Obligation, targets: Sequence[Target], own: Sequence[Figure]
    ) -> bool:
        """Whether the last reports of all units of the period miss a target for all of them together."""
        if all(one.scope is TargetScope.EACH for one in targets):
            return False
        which = {"task_id": obligation.task_id, "period_id": obligation.period_id, "obligation_id": obligation.id}
        rows = self._others.run(connection, **which)
        others = [figures_of(self._obligations.next(iter(row)).reached) for row in rows]
        return falls_short(targets, reached(own, *others), TargetScope.TOGETHER)


@lru_cache(8)
def _posting(dialect: Dialect) -> _Posting:
    return _Posting(dialect)
