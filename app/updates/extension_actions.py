"""The actions on extensions (延期): a unit asks for a later last day, the office decides."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.clock import local_day
from app.errors import InvalidRequest, LastDayPassed, NoLastDay
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, lock_obligation
from app.obligations.span_models import ObligationSpan
from app.storage import Storage
from app.tasks.bulk import change_found
from app.updates.evidence_actions import file_evidence, store_file
from app.updates.evidence_queries import SentFile
from app.updates.extension_queries import get_extension, public_extensions
from app.updates.extension_schemas import DecidedMany, DecideMany, DecisionWrite, ExtensionCreate, ExtensionPublic
from app.updates.models import Decision, Extension
from app.updates.schemas import EvidencePublic


def ask(
    session: Session, locked: LockedObligation, wanted: ExtensionCreate, *, by: Actor, arrived_on: date
) -> ExtensionPublic:
    """Ask for a later last day of one's own obligation; this uses up what the office had opened for it.

    Args:
        arrived_on: the day by which the last one may have passed.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay;
        LastDayPassed: and the office did not open the request;
        InvalidRequest: the day is not a later one; ExtensionPending: another request is undecided.
    """
    obligation = locked.obligation
    by.require_unit(obligation.unit_id)
    last_day = _extensible(locked, arrived_on)
    if last_day < arrived_on and obligation.extension_opened_on is None:
        raise LastDayPassed(
            say(
                "the last day of obligation {id} was {day}; ask the office to open it for a later one",
                id=obligation.id,
                day=last_day,
            )
        )
    _require_later(wanted.due_on, last_day)
    if wanted.due_on < arrived_on:
        raise InvalidRequest(
            fields=[("body.due_on", say("{day} has passed; give today or a later day", day=wanted.due_on))]
        )
    obligation.extension_opened_on = None
    extension = Extension(
        checklist_id=obligation.checklist_id,
        obligation_id=obligation.id,
        unit_id=obligation.unit_id,
        key_id=by.key_id,
        reason=wanted.reason,
        due_on=last_day,
        asked_for=wanted.due_on,
        asked_at=locked.moment,
    )
    session.add(extension)
    session.flush()
    journal_change(session, locked, "extension.asked", by=by, rows=[extension])
    return public_extensions(session, [extension])[0]


def open_request(session: Session, locked: LockedObligation, reason: str, *, by: Actor) -> Obligation:
    """Let a unit ask for a later day once, though the last has passed. Opening it again changes nothing.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay.
    """
    by.require_scope(locked.checklist.jurisdiction_code)
    _extensible(locked, local_day(locked.moment))
    if locked.obligation.extension_opened_on is None:
        locked.obligation.extension_opened_on = local_day(locked.moment)
        journal_change(session, locked, "extension.opened", by=by, reason=reason)
    return locked.obligation


def decide(
    session: Session, extension: Extension, wanted: DecisionWrite, *, by: Actor, at: datetime
) -> ExtensionPublic:
    """Grant a later day or refuse it. The same decision again changes nothing.

    Raises:
        OutsideScope; AlreadyDecided: otherwise; ChecklistArchived;
        ObligationClosed, LatenessDecided, Suspended, TaskWithdrawn, NoLastDay, InvalidRequest: a later day cannot be
            granted; or it is later than the unit asked for, or than the register's end, without a reason.
    """
    locked = lock_obligation(session, session.get_one(Obligation, extension.obligation_id), at)
    extension = session.get_one(Extension, extension.id, with_for_update=True, populate_existing=True)
    by.require_scope(locked.checklist.jurisdiction_code)
    granted_to = (wanted.due_on or extension.asked_for) if wanted.decision is Decision.GRANTED else None
    if extension.is_decided(wanted.decision, granted_to, wanted.reason):
        return public_extensions(session, [extension])[0]
    locked.checklist.require_changeable()
    if granted_to is not None:
        _require_later(granted_to, _extensible(locked, local_day(locked.moment)))
        if wanted.reason is None:
            _require_usual(granted_to, extension.asked_for, locked.checklist.last_on)
        locked.obligation.extend(granted_to, had_missed=_had_missed(session, extension))
    extension.decide(wanted.decision, granted_to, wanted.reason, locked.moment)
    asked_on = None if granted_to is None else local_day(extension.asked_at)
    journal_change(session, locked, f"extension.{wanted.decision}", by=by, rows=[extension], on=asked_on)
    return public_extensions(session, [extension])[0]


def decide_many(session: Session, wanted: DecideMany, *, by: Actor, at: datetime) -> DecidedMany:
    """Decide several requests, all or none.

    Raises:
        What `decide` raises for the first invalid item, with its index; NotFound: the actor may not see it.
    """
    decided = change_found(
        session,
        wanted.items,
        lambda item: get_extension(session, by, item.extension_id),
        lambda extension, item, moment: decide(session, extension, item, by=by, at=moment),
        at=at,
    )
    return DecidedMany(items=decided)


def _had_missed(session: Session, extension: Extension) -> bool:
    """Whether the obligation was marked as having missed a last day when the unit asked."""
    stood = select(col(ObligationSpan.has_missed)).where(
        col(ObligationSpan.obligation_id) == extension.obligation_id,
        col(ObligationSpan.voided_at).is_(None),
        col(ObligationSpan.from_at) <= extension.asked_at,
    )
    last = stood.order_by(col(ObligationSpan.from_at).desc(), col(ObligationSpan.id).desc()).limit(1)
    return bool(session.exec(last).first())


def _extensible(locked: LockedObligation, on: date) -> date:
    """The last day of an obligation that can be given a later one on a day.

    Raises:
        ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay.
    """
    locked.checklist.require_changeable()
    locked.obligation.require_extensible()
    locked.obligation.require_not_suspended(on)
    locked.task.require_not_withdrawn()
    if locked.obligation.due_on is None:
        raise NoLastDay(
            say("obligation {id} has no last day; it needs no later one, and is never overdue", id=locked.obligation.id)
        )
    return locked.obligation.due_on


def _require_later(wanted: date, last_day: date) -> None:
    if wanted <= last_day:
        detail = say("{day} is not after the last day, {last_day}; give a later one", day=wanted, last_day=last_day)
        raise InvalidRequest(fields=[("body.due_on", detail)])


def _require_usual(granted_to: date, asked_for: date, last_on: date) -> None:
    """Raise unless a day beyond the usual has a reason: other units may ask why it was granted.

    Args:
        last_on: the register's last day.
    """
    if granted_to > asked_for:
        detail = say("{day} is later than was asked for, {asked_for}; write why", day=granted_to, asked_for=asked_for)
    elif granted_to > last_on:
        detail = say(
            "{day} lies beyond the register's last day, {last_day}; write why", day=granted_to, last_day=last_on
        )
    else:
        return
    raise InvalidRequest(fields=[("body.reason", detail)])


def add_file(
    session: Session, storage: Storage, extension: Extension, sent: SentFile, *, by: Actor, at: datetime
) -> EvidencePublic:
    """Store a file that shows why one's own unit asks for a later day.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; AlreadyDecided; and as `file_evidence` and `store_file`.
    """
    by.require_unit(extension.unit_id)
    evidence = file_evidence(storage, sent)
    locked = lock_obligation(session, session.get_one(Obligation, extension.obligation_id), at)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    session.refresh(extension)
    extension.require_undecided()
    evidence.checklist_id, evidence.extension_id = extension.checklist_id, extension.id
    return store_file(
        session, storage, sent, evidence, locked.checklist.stream, subject=locked.subject, by=by, at=locked.moment
    )
