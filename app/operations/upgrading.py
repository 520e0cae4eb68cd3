"""The upgrade of rows of older versions: it sets values that they lack, each recorded as a change.

A migration changes no column that the journal has. So what an older version did not know of its own rows is filled in
right behind the migrations, in the same transaction (migrations/env.py).
"""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import String, cast, literal, not_, or_
from sqlmodel import Session, col, select

from app.access.models import ApiKey, ApiKeyUnit, access_name, access_of
from app.checklists.models import Audience, Checklist, Task
from app.checklists.span_models import ChecklistSpan
from app.checklists.spans import REMEMBERED
from app.journal.models import JournalEntry
from app.journal.recorder import ADOPTED, lock, record
from app.journal.rows import Journaled
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.span_models import ObligationSpan
from app.obligations.states import open_in
from app.obligations.suspension_models import Suspension
from app.registers.imports.models import RegisterImport
from app.updates.finding_upgrade import Followed, open_findings_follow

BY = "upgrade"
JOURNALS_IMPORTS = "7a1f0c84d2b6"  # the migration from which imports are journaled; a later one adopts none


def follow_upgrade(session: Session, *, soon: int, at: datetime, applied: Container[str] = ()) -> list[Followed]:
    """Set the values that rows of an older version lack. Rows that have them do not change.

    Args:
        soon: days before a last day from which a checklist shows yellow that never said so.
        applied: the migrations that were applied just now.

    Returns:
        The open findings whose work counts by another last day now.
    """
    has_span = select(ChecklistSpan.id).where(col(ChecklistSpan.checklist_id) == col(Checklist.id)).exists()
    older = select(Checklist, has_span).where(or_(not_(has_span), col(Checklist.yellow_days).is_(None)))
    for checklist, has_spans in session.exec(older.order_by(col(Checklist.id))).all():
        moment = lock(session, at, checklist.catalogue, checklist.stream)
        subject = f"checklist:{checklist.id}"
        spans = [] if has_spans else _spans_of(session, checklist, soon)
        if checklist.yellow_days is None:
            checklist.yellow_days = soon
        session.add_all(spans)
        rows: Sequence[Journaled] = [checklist, *spans]
        verb = "checklist.upgraded"
        record(session, checklist.catalogue, by=BY, verb=verb, subject=subject, at=moment, rows=rows)
        if rows := [*_cycles(session, checklist), *_first_days(session, checklist)]:
            record(session, checklist.stream, by=BY, verb=verb, subject=subject, at=moment, rows=rows)
    if JOURNALS_IMPORTS in applied:
        _adopt_imports(session, at)
    _divide_keys(session, at)
    _rest_whole_tasks(session, at)
    return open_findings_follow(session, at)


def _divide_keys(session: Session, at: datetime) -> None:
    """Record each key in the stream of its jurisdiction: an older version had those of all in one."""
    subject = literal('%"subject":"key:').concat(cast(col(ApiKey.id), String)).concat('"%')
    whose = col(JournalEntry.stream) == access_name(col(ApiKey.jurisdiction_code))
    is_there = select(JournalEntry.seq).where(whose, col(JournalEntry.envelope).like(subject)).exists()
    older = select(ApiKey).where(~is_there, col(ApiKey.secret_hash) != "")  # those of persons stand in their entries
    for key in session.exec(older.order_by(col(ApiKey.id))).all():
        stream = access_of(key.jurisdiction_code)
        moment = lock(session, at, stream)
        units = session.exec(select(ApiKeyUnit).where(col(ApiKeyUnit.key_id) == key.id)).all()
        record(session, stream, by=BY, verb="key.moved", subject=f"key:{key.id}", at=moment, rows=[key, *units])


def _rest_whole_tasks(session: Session, at: datetime) -> None:
    """Suspend a task that was suspended as a whole by an older version, which noted that of each obligation and, in
    the journal, of the task: what is added to it is suspended, too."""
    suspended = select(Obligation.task_id).where(open_in("obligation"), col(Obligation.suspended_on).is_not(None))
    could = col(Task.suspended_on).is_(None), col(Task.withdrawn_on).is_(None), col(Task.id).in_(suspended)
    for task in session.exec(select(Task).where(*could).order_by(col(Task.id))).all():
        stream, subject = session.get_one(Checklist, task.checklist_id).stream, f"task:{task.id}"
        last = _last_of(session, stream.name, subject, ("task.suspended", "task.resumed"))
        if last is None or last["verb"] != "task.suspended":
            continue
        with_task = select(col(Suspension.from_on)).join(
            Obligation, col(Obligation.id) == col(Suspension.obligation_id)
        )
        since = col(Suspension.suspended_at) == datetime.fromisoformat(last["at"])
        moment = lock(session, at, stream)
        task.suspended_on = session.exec(with_task.where(col(Obligation.task_id) == task.id, since)).first()
        record(session, stream, by=BY, verb="task.rests", subject=subject, at=moment, rows=[task])


def _last_of(session: Session, stream: str, subject: str, verbs: Sequence[str]) -> dict[str, Any] | None:
    """The envelope of a stream's last entry on a subject that has one of some verbs."""
    of_stream = select(JournalEntry.envelope).where(col(JournalEntry.stream) == stream)
    said = [col(JournalEntry.envelope).contains(f'"verb":"{verb}"') for verb in verbs]
    query = of_stream.where(col(JournalEntry.envelope).contains(f'"subject":"{subject}"'), or_(*said))
    found = session.exec(query.order_by(col(JournalEntry.seq).desc()).limit(1)).first()
    return None if found is None else orjson.loads(found)


def _adopt_imports(session: Session, at: datetime) -> None:
    """Journal the imports of an older version, which did not journal them."""
    subject = literal('%"subject":"import:').concat(cast(col(RegisterImport.id), String)).concat('"%')
    whose = col(JournalEntry.stream) == literal("catalogue:").concat(col(RegisterImport.jurisdiction_code))
    is_journaled = select(JournalEntry.seq).where(whose, col(JournalEntry.envelope).like(subject)).exists()
    for number in session.exec(select(RegisterImport.id).where(~is_journaled).order_by(col(RegisterImport.id))).all():
        read = session.get_one(RegisterImport, number)  # one at a time: its reading may be large
        moment = lock(session, at, read.stream)
        record(session, read.stream, by=BY, verb=ADOPTED, subject=read.subject, at=moment, rows=[read])


def _spans_of(session: Session, checklist: Checklist, soon: int) -> list[ChecklistSpan]:
    """The audience and light days of a checklist over time, from its entries. Redacted ones are
    unknown: there today's values apply from the beginning."""
    query = select(JournalEntry).where(col(JournalEntry.stream) == checklist.catalogue.name)
    spans: list[ChecklistSpan] = []
    for entry in session.exec(query.order_by(col(JournalEntry.seq))):
        at = datetime.fromisoformat(orjson.loads(entry.envelope)["at"])
        for image in orjson.loads(entry.payload or '{"rows":{}}')["rows"].get("checklist", ()):
            if image["id"] == checklist.id:
                _add(spans, checklist, {name: image.get(name) for name in REMEMBERED}, soon, at)
    _add(spans, checklist, {name: getattr(checklist, name) for name in REMEMBERED}, soon, checklist.published_at)
    return spans


def _add(
    spans: list[ChecklistSpan], checklist: Checklist, stood: dict[str, Any], soon: int, at: datetime | None
) -> None:
    if stood["yellow_days"] is None:
        stood["yellow_days"] = soon
    if stood["audience"] is not None:
        stood["audience"] = Audience(stood["audience"])
    if spans and all(getattr(spans[-1], name) == value for name, value in stood.items()):
        return
    if spans:
        spans[-1].to_at = at or checklist.created_at
    from_at = spans[-1].to_at if spans else None
    whose: dict[str, Any] = {"checklist_id": checklist.id, "jurisdiction_code": checklist.jurisdiction_code}
    spans.append(ChecklistSpan(**whose, **stood, from_at=from_at))


def _cycles(session: Session, checklist: Checklist) -> list[Journaled]:
    """The report cycle of standing duties, which an older version read from the task each time."""
    rows: list[Journaled] = []
    for task in session.exec(select(Task).where(col(Task.checklist_id) == checklist.id)):
        if cycle := task.schedule.get("report_every_days"):
            without_day = col(Period.task_id) == task.id, col(Period.due_on).is_(None)
            for one in _with_spans(session, col(Obligation.period_id).in_(select(Period.id).where(*without_day))):
                one.report_every_days = cycle
                rows.append(one)
    return rows


def _first_days(session: Session, checklist: Checklist) -> list[Journaled]:
    """The last day before a later one was granted, which an older version read from the period."""
    rows: list[Journaled] = []
    extended = col(Obligation.checklist_id) == checklist.id, col(Obligation.extended_to).is_not(None)
    for obligation in session.exec(select(Obligation).where(*extended)):
        first = session.get_one(Period, obligation.period_id).due_on
        for one in _with_spans(session, col(Obligation.id) == obligation.id):
            if one.due_on != first:
                one.first_due_on = first
                rows.append(one)
    return rows


def _with_spans(session: Session, which: Any) -> list[Obligation | ObligationSpan]:
    """Obligations, and their spans."""
    ids = select(Obligation.id).where(which)
    found: list[Obligation | ObligationSpan] = [*session.exec(select(Obligation).where(which))]
    return [*found, *session.exec(select(ObligationSpan).where(col(ObligationSpan.obligation_id).in_(ids)))]
