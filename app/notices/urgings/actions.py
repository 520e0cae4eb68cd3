"""催办: the office presses, the unit says that it has read it, and answers."""

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
from app.obligations.queries import HeldObligation, hold
from app.tasks.bulk import change_each


def urge(session: Session, wanted: UrgingCreate, *, by: Actor, at: datetime) -> UrgedMany:
    """Press the units that owe some obligations, all or none.

    Raises:
        InvalidRequest: the day for an answer has passed, or an obligation is named twice; with the index of the first
        that cannot be urged: NotFound, OutsideScope, ChecklistArchived, TaskWithdrawn, NotTold, ObligationClosed,
        Suspended.
    """
    _require_coming(wanted.answer_by, local_day(at))
    if len({one.obligation_id for one in wanted.items}) < len(wanted.items):
        raise InvalidRequest(fields=[("body.items", say("names an obligation twice; name each once"))])
    urged = change_each(session, wanted.items, lambda held, _: _urge(session, held, wanted, by), by=by, at=at)
    return UrgedMany(items=public_urgings(urged))


def _urge(session: Session, held: HeldObligation, wanted: UrgingCreate, by: Actor) -> Urging:
    by.require_scope(held.checklist.jurisdiction_code)
    held.checklist.require_changeable()
    if held.checklist.audience is None:
        raise NotTold(say("checklist {id} is a draft; publish it first", id=held.checklist.id))
    held.task.require_not_withdrawn()
    held.obligation.require_open()
    held.obligation.require_not_suspended(local_day(held.moment))
    urging = Urging(
        checklist_id=held.obligation.checklist_id,
        obligation_id=held.obligation.id,
        unit_id=held.obligation.unit_id,
        number=last_number(session, held.obligation.id) + 1,
        key_id=by.key_id,
        words=wanted.words,
        answer_by=wanted.answer_by,
        urged_at=held.moment,
    )
    session.add(urging)
    session.flush()
    _journal(session, held, "urging.sent", urging, by)
    return urging


def receive(session: Session, urging: Urging, *, by: Actor, at: datetime) -> UrgingPublic:
    """The unit says that it has read it. Saying it again changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived.
    """
    held, urging = _hold(session, urging, by, at)
    if urging.receive(held.moment):
        _journal(session, held, "urging.received", urging, by)
    return UrgingPublic.model_validate(urging)


def answer(session: Session, urging: Urging, words: str, *, by: Actor, at: datetime) -> UrgingPublic:
    """The unit answers; that says nothing of whether the work is done.

    Raises:
        NotYourUnit; ChecklistArchived; AlreadyAnswered.
    """
    held, urging = _hold(session, urging, by, at)
    urging.reply(words, held.moment)
    _journal(session, held, "urging.answered", urging, by)
    return UrgingPublic.model_validate(urging)


def _hold(session: Session, urging: Urging, by: Actor, at: datetime) -> tuple[HeldObligation, Urging]:
    by.require_unit(urging.unit_id)
    held = hold(session, session.get_one(Obligation, urging.obligation_id), at)
    held.checklist.require_changeable()
    return held, session.get_one(Urging, urging.id, with_for_update=True, populate_existing=True)


def _journal(session: Session, held: HeldObligation, verb: str, urging: Urging, by: Actor) -> None:
    stream, subject, moment = held.checklist.stream, held.subject, held.moment
    record(session, stream, by=by.who, verb=verb, subject=subject, at=moment, rows=[urging])


def _require_coming(day: date, today: date) -> None:
    if day < today:
        raise InvalidRequest(fields=[("body.answer_by", say("{day} has passed; give today or a later day", day=day))])
