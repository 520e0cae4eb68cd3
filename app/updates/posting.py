"""One posted update in a fixed number of statements, without a session. It writes to the letter what `post_update`
writes, by the same rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Dialect, String, cast, literal, select
from sqlmodel import col

from app.access.actors import Actor, Known, NotKnown
from app.access.models import ACCESS, ApiKey
from app.checklists.models import Checklist, Task
from app.checklists.queries import unit_sees
from app.clock import local_day
from app.database.prepared import Prepared, PreparedTable, value
from app.journal.models import JournalEntry, JournalStream
from app.journal.recorder import chain, moment_in, payload_of
from app.journal.stamps import head_hash_column
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation, in_turn
from app.obligations.span_models import ObligationSpan
from app.obligations.spans import advanced
from app.updates.actions import POSTED, links_of, reported, the_open_one
from app.updates.models import Evidence, StatusUpdate
from app.updates.queries import public_update
from app.updates.schemas import StatusUpdateCreate, StatusUpdatePublic, evidence_public

# what the rules of a posted update look at
CHECKLIST = ("id", "jurisdiction_code", "state", "audience", "asks_for_review")
TASK = ("id", "withdrawn_on", "withdrawn_reason", "targets")


class _Found(NamedTuple):
    held: HeldObligation
    head: JournalStream
    span: ObligationSpan
    called: str


class Posting:
    """Posts updates to one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._streams = PreparedTable(JournalStream, dialect)
        self._entries = PreparedTable(JournalEntry, dialect)
        self._obligations = PreparedTable(Obligation, dialect)
        self._checklists = PreparedTable(Checklist, dialect, only=CHECKLIST)
        self._tasks = PreparedTable(Task, dialect, only=TASK)
        self._spans = PreparedTable(ObligationSpan, dialect)
        self._updates = PreparedTable(StatusUpdate, dialect)
        self._evidence = PreparedTable(Evidence, dialect)
        obligation_id, key_id = value("obligation_id"), value("key_id")
        checklist_id = select(col(Obligation.checklist_id)).where(col(Obligation.id) == obligation_id).scalar_subquery()
        stream = literal("checklist:").concat(cast(checklist_id, String))
        self._take_head = Prepared(
            select(*self._streams.columns).where(col(JournalStream.name) == stream).with_for_update(), dialect
        )
        tables = (self._obligations, self._checklists, self._tasks, self._spans)
        self._take = Prepared(
            select(
                *[column for table in tables for column in table.columns],
                col(ApiKey.name),
                head_hash_column(ACCESS.name),
            )
            .select_from(Obligation)
            .join(Checklist, col(Checklist.id) == col(Obligation.checklist_id))
            .join(Task, col(Task.id) == col(Obligation.task_id))
            .join(
                ObligationSpan,
                (col(ObligationSpan.obligation_id) == col(Obligation.id)) & col(ObligationSpan.to_at).is_(None),
            )
            .join(ApiKey, col(ApiKey.id) == key_id)
            .where(col(Obligation.id) == obligation_id)
            .with_for_update(of=Obligation),
            dialect,
        )
        self._of_unit = Prepared(
            select(*self._obligations.columns).where(
                col(Obligation.task_id) == value("task_id"), col(Obligation.unit_id) == value("unit_id")
            ),
            dialect,
        )

    def post(
        self, connection: Connection, obligation_id: int, report: StatusUpdateCreate, *, by: Known, at: datetime
    ) -> StatusUpdatePublic:
        """Raises:
        NotKnown: there is no such obligation of the actor's own, or the keys have changed.
        And as `reported`.
        """
        found = self._found(connection, obligation_id, by, at)
        held, span = found.held, found.span
        obligation_before, span_before = self._obligations.values(held.obligation), self._spans.values(span)
        update = reported(held, report, by=by.actor, called=found.called, make=self._updates.make)
        following = advanced(held.obligation, span, held.moment)
        self._updates.insert(connection, update)
        links = links_of(update, report)
        for link in links:
            self._evidence.insert(connection, link)
        self._obligations.update(connection, held.obligation, obligation_before)
        spans: Sequence[ObligationSpan] = []
        if following is not None:
            self._spans.update(connection, span, span_before)  # ends before the next begins: only one may be open
            self._spans.insert(connection, following)
            spans = [span, following]
        self._journal(connection, found, payload_of([update, *links, held.obligation, *spans]), by.actor)
        return public_update(update, [evidence_public(link) for link in links])

    def post_for_task(
        self, connection: Connection, task_id: int, unit_id: int, report: StatusUpdateCreate, *, by: Known, at: datetime
    ) -> StatusUpdatePublic:
        """The same for who knows the task and not the obligation.

        Raises:
            As `post` and `the_open_one`.
        """
        rows = self._of_unit.run(connection, task_id=task_id, unit_id=unit_id)
        today = local_day(at)
        owed = in_turn([self._obligations.next(iter(row)) for row in rows], today)
        return self.post(connection, the_open_one(owed, task_id, unit_id, today).id, report, by=by, at=at)

    def _found(self, connection: Connection, obligation_id: int, by: Known, at: datetime) -> _Found:
        """The stream's head first, then the rows: the order of locks."""
        head_rows = self._take_head.run(connection, obligation_id=obligation_id)
        rows = self._take.run(connection, obligation_id=obligation_id, key_id=by.actor.key_id)
        if not head_rows or not rows:
            raise NotKnown
        cells = iter(rows[0])
        obligation, checklist = self._obligations.next(cells), self._checklists.next(cells)
        task, span = self._tasks.next(cells), self._spans.next(cells)
        called, access = cells
        if access != by.access or obligation.unit_id not in by.actor.unit_ids or not unit_sees(by.actor, checklist):
            raise NotKnown
        head = self._streams.next(iter(head_rows[0]))
        return _Found(HeldObligation(obligation, checklist, task, moment_in(head, at)), head, span, called)

    def _journal(self, connection: Connection, found: _Found, payload: dict[str, object], by: Actor) -> None:
        held, head = found.held, found.head
        before = self._streams.values(head)
        entry = chain(
            head, by=by.who, verb=POSTED, subject=held.subject, at=held.moment, payload=payload, make=self._entries.make
        )
        self._entries.insert(connection, entry)
        self._streams.update(connection, head, before)
