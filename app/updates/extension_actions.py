"""延期: a later last day, asked for by a unit and decided by the office."""

from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.clock import local_day
from app.errors import InvalidRequest, LastDayPassed, NoLastDay
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation, hold
from app.storage import Storage
from app.tasks.bulk import change_found
from app.updates.evidence_actions import file_evidence, keep
from app.updates.evidence_queries import SentFile
from app.updates.extension_queries import get_extension, public_extensions
from app.updates.extension_schemas import DecidedMany, DecideMany, DecisionWrite, ExtensionCreate, ExtensionPublic
from app.updates.models import Decision, Extension
from app.updates.schemas import EvidencePublic


def ask(session: Session, held: HeldObligation, wanted: ExtensionCreate, *, by: Actor) -> ExtensionPublic:
    """Ask for a later last day of one's own obligation; what the office had opened for it is used up.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay;
        LastDayPassed: and the office did not open the request;
        InvalidRequest: the day is no later one; ExtensionPending: one is still undecided.
    """
    obligation, today = held.obligation, local_day(held.moment)
    by.require_unit(obligation.unit_id)
    last_day = _extensible(held)
    if last_day < today and obligation.extension_opened_on is None:
        raise LastDayPassed(
            say(
                "the last day of obligation {id} was {day}; ask the office to open it for a later one",
                id=obligation.id,
                day=last_day,
            )
        )
    _require_later(wanted.due_on, last_day)
    if wanted.due_on < today:
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
        asked_at=held.moment,
    )
    session.add(extension)
    session.flush()
    journal_change(session, held, "extension.asked", by=by, rows=[extension])
    return public_extensions(session, [extension])[0]


def open_for_asking(session: Session, held: HeldObligation, reason: str, *, by: Actor) -> Obligation:
    """Let a unit ask for a later day once, though the last has passed. Opening it again changes nothing.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay.
    """
    by.require_scope(held.checklist.jurisdiction_code)
    _extensible(held)
    if held.obligation.extension_opened_on is None:
        held.obligation.extension_opened_on = local_day(held.moment)
        journal_change(session, held, "extension.opened", by=by, reason=reason)
    return held.obligation


def decide(
    session: Session, extension: Extension, wanted: DecisionWrite, *, by: Actor, at: datetime
) -> ExtensionPublic:
    """Grant a later day or refuse it. The same decision again answers what stands.

    Raises:
        OutsideScope; AlreadyDecided: otherwise; ChecklistArchived;
        ObligationClosed, LatenessDecided, Suspended, TaskWithdrawn, NoLastDay, InvalidRequest: there is no later day to
        grant; or more is granted than was asked for, or beyond the register's end, and no reason says why.
    """
    held = hold(session, session.get_one(Obligation, extension.obligation_id), at)
    extension = session.get_one(Extension, extension.id, with_for_update=True, populate_existing=True)
    by.require_scope(held.checklist.jurisdiction_code)
    granted_to = (wanted.due_on or extension.asked_for) if wanted.decision is Decision.GRANTED else None
    if extension.is_decided(wanted.decision, granted_to, wanted.reason):
        return public_extensions(session, [extension])[0]
    held.checklist.require_changeable()
    if granted_to is not None:
        _require_later(granted_to, _extensible(held))
        if wanted.reason is None:
            _require_usual(granted_to, extension.asked_for, held.checklist.last_on)
        held.obligation.extend(granted_to)
    extension.decide(wanted.decision, granted_to, wanted.reason, held.moment)
    journal_change(session, held, f"extension.{wanted.decision}", by=by, rows=[extension])
    return public_extensions(session, [extension])[0]


def decide_many(session: Session, wanted: DecideMany, *, by: Actor, at: datetime) -> DecidedMany:
    """Decide several requests, all or none.

    Raises:
        What `decide` raises for the first that cannot be, with its index; NotFound: it is not for the actor's eyes.
    """
    decided = change_found(
        session,
        wanted.items,
        lambda item: get_extension(session, by, item.extension_id),
        lambda extension, item, moment: decide(session, extension, item, by=by, at=moment),
        at=at,
    )
    return DecidedMany(items=decided)


def _extensible(held: HeldObligation) -> date:
    """The last day of an obligation that can be given a later one.

    Raises:
        ChecklistArchived, TaskWithdrawn; ObligationClosed, LatenessDecided, Suspended; NoLastDay.
    """
    held.checklist.require_changeable()
    held.obligation.require_extensible()
    held.obligation.require_not_suspended(local_day(held.moment))
    held.task.require_not_withdrawn()
    if held.obligation.due_on is None:
        raise NoLastDay(
            say("obligation {id} has no last day; it needs no later one, and is never overdue", id=held.obligation.id)
        )
    return held.obligation.due_on


def _require_later(wanted: date, last_day: date) -> None:
    if wanted <= last_day:
        detail = say("{day} is no later than the last day, {last_day}; give a later one", day=wanted, last_day=last_day)
        raise InvalidRequest(fields=[("body.due_on", detail)])


def _require_usual(granted_to: date, asked_for: date, last_on: date) -> None:
    """Others who keep to their last days may ask why this one was moved so far: a day out of the usual needs a reason.

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
        NotYourUnit; ChecklistArchived, TaskWithdrawn; AlreadyDecided; and as `file_evidence` and `keep`.
    """
    by.require_unit(extension.unit_id)
    evidence = file_evidence(storage, sent)
    held = hold(session, session.get_one(Obligation, extension.obligation_id), at)
    held.checklist.require_changeable()
    held.task.require_not_withdrawn()
    session.refresh(extension)
    extension.require_undecided()
    evidence.checklist_id, evidence.extension_id = extension.checklist_id, extension.id
    return keep(session, storage, sent, evidence, held.checklist.stream, subject=held.subject, by=by, at=held.moment)
