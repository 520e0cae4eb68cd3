"""The actions on urgings (催办): the office urges, the unit acknowledges and answers."""

from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.clock import local_day
from app.errors import InvalidRequest, NotTold
from app.journal.recorder import record
from app.languages.messages import say
from app.notices.urgings.models import Urging
from app.notices.urgings.queries import last_number, public_urgings
from app.notices.urgings.schemas import UrgedMany, UrgingCreate, UrgingPublic
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, lock_obligation
from app.tasks.bulk import change_each


def urge(session: Session, wanted: UrgingCreate, *, by: Actor, at: datetime) -> UrgedMany:
    """Urge the units of obligations, all or none.

    Raises:
        InvalidRequest: the day for an answer has passed, or an obligation is named twice; with the index of the first
        that cannot be urged: NotFound, OutsideScope, ChecklistArchived, TaskWithdrawn, NotTold, ObligationClosed,
        Suspended.
    """
    _require_coming(wanted.answer_by, local_day(at))
    if len({one.obligation_id for one in wanted.items}) < len(wanted.items):
        raise InvalidRequest(fields=[("body.items", say("names an obligation twice; name each once"))])
    urged = change_each(session, wanted.items, lambda locked, _: _urge(session, locked, wanted, by), by=by, at=at)
    return UrgedMany(items=public_urgings(urged))


def _urge(session: Session, locked: LockedObligation, wanted: UrgingCreate, by: Actor) -> Urging:
    by.require_scope(locked.checklist.jurisdiction_code)
    locked.checklist.require_changeable()
    if locked.checklist.audience is None:
        raise NotTold(say("checklist {id} is a draft; publish it first", id=locked.checklist.id))
    locked.task.require_not_withdrawn()
    locked.obligation.require_open()
    locked.obligation.require_not_suspended(local_day(locked.moment))
    urging = Urging(
        checklist_id=locked.obligation.checklist_id,
        obligation_id=locked.obligation.id,
        unit_id=locked.obligation.unit_id,
        number=last_number(session, locked.obligation.id) + 1,
        key_id=by.key_id,
        words=wanted.words,
        answer_by=wanted.answer_by,
        urged_at=locked.moment,
    )
    session.add(urging)
    session.flush()
    _journal(session, locked, "urging.sent", urging, by)
    return urging


def receive(session: Session, urging: Urging, *, by: Actor, at: datetime) -> UrgingPublic:
    """Record that the unit has read it. Doing it again changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived.
    """
    locked, urging = _lock(session, urging, by, at)
    if urging.receive(locked.moment):
        _journal(session, locked, "urging.received", urging, by)
    return UrgingPublic.model_validate(urging)


def answer(session: Session, urging: Urging, words: str, *, by: Actor, at: datetime) -> UrgingPublic:
    """Record the unit's answer; the obligation does not change.

    Raises:
        NotYourUnit; ChecklistArchived; AlreadyAnswered.
    """
    locked, urging = _lock(session, urging, by, at)
    urging.reply(words, locked.moment)
    _journal(session, locked, "urging.answered", urging, by)
    return UrgingPublic.model_validate(urging)


def _lock(session: Session, urging: Urging, by: Actor, at: datetime) -> tuple[LockedObligation, Urging]:
    by.require_unit(urging.unit_id)
    locked = lock_obligation(session, session.get_one(Obligation, urging.obligation_id), at)
    locked.checklist.require_changeable()
    return locked, session.get_one(Urging, urging.id, with_for_update=True, populate_existing=True)


def _journal(session: Session, locked: LockedObligation, verb: str, urging: Urging, by: Actor) -> None:
    stream, subject, moment = locked.checklist.stream, locked.subject, locked.moment
    record(session, stream, by=by.who, verb=verb, subject=subject, at=moment, rows=[urging])


def _require_coming(day: date, today: date) -> None:
    if day < today:
        raise InvalidRequest(fields=[("body.answer_by", say("{day} has passed; give today or a later day", day=day))])
