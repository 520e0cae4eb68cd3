"""The queries for notices, events and the preview of reminders."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, false, not_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.models import ActorRole
from app.access.permissions import Permission
from app.clock import local_day
from app.errors import NotFound
from app.languages.catalogue import Language
from app.languages.messages import say
from app.notices.addressing import told_contacts
from app.notices.jobs import JOBS
from app.notices.models import Delivery, DeliveryTarget, JobRun, Notice, NoticeEvent, ReadMark, ReceiverKind
from app.notices.planning import READER, behind
from app.notices.reminders.firing import Fired, Receiver, digests, firing
from app.notices.schemas import (
    ContactDelivery,
    EventPublic,
    EventQuery,
    JobHealth,
    NoticePublic,
    NoticeQuery,
    NoticesHealth,
    Preview,
    PreviewLine,
    PreviewMessage,
    PreviewQuery,
)
from app.notices.sending import waiting
from app.notices.subscriptions.schemas import DeliveryQuery
from app.notices.texts import SHOWN, text_of
from app.notices.told import REMINDER
from app.obligations.queries import visible_to
from app.paging import Page, keyset_page
from app.units.contact_queries import require_reach
from app.units.models import Unit, UnitContact
from app.updates.releases.models import INSIDE
from app.workdays.queries import load_calendar

SILENCE = timedelta(minutes=5)  # of a tick that is to come every minute


def own_notices(actor: Actor) -> SelectOfScalar[Notice]:
    """The notices of a caller: those of its units, or of its jurisdiction, without its own actions. What waits inside a
    unit is told to those who may release it."""
    rows = select(Notice).where(_receives(actor), col(Notice.who) != actor.who)
    return rows if actor.may(Permission.RELEASE) else rows.where(not_(col(Notice.verb).startswith(INSIDE)))


def _receives(actor: Actor) -> ColumnElement[bool]:
    if actor.role is ActorRole.REPORTER:
        return col(Notice.unit_id).in_(actor.unit_ids)
    if not actor.is_officer:
        return false()
    kind = ReceiverKind.AUDITORS if actor.role is ActorRole.AUDITOR else ReceiverKind.OFFICE
    scope = col(Notice.jurisdiction_code).startswith(actor.jurisdiction_code, autoescape=True)
    return and_(col(Notice.receiver_kind) == kind, scope)


def get_notice(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Raises:
    NotFound: the notice does not exist, or is for somebody else.
    """
    notice = session.exec(own_notices(actor).where(col(Notice.id) == notice_id)).first()
    if notice is None:
        raise NotFound(say("there is no notice {id} for you; GET /me/notices lists yours", id=notice_id))
    return notice


def list_notices(
    session: Session, actor: Actor, query: NoticeQuery, *, language: Language, at: datetime
) -> Page[NoticePublic]:
    """Newest first."""
    rows = own_notices(actor)
    if query.unread is not None:
        marked = exists().where(col(ReadMark.notice_id) == col(Notice.id), col(ReadMark.key_id) == actor.key_id)
        rows = rows.where(~marked if query.unread else marked)
    public = partial(_public_notices, session, actor, language, local_day(at))
    return keyset_page(session, query, rows, col(Notice.id), public, descending=True)


def _public_notices(
    session: Session, actor: Actor, language: Language, today: date, notices: Iterable[Notice]
) -> list[NoticePublic]:
    some = [*notices]
    marks = select(ReadMark.notice_id).where(
        col(ReadMark.key_id) == actor.key_id, col(ReadMark.notice_id).in_([one.id for one in some])
    )
    read, shown = set(session.exec(marks)), []
    for one in some:
        text = text_of(session, one, language, today)
        shown.append(
            NoticePublic.of(
                one,
                receiver=one.receiver_kind,
                is_read=one.id in read,
                is_current=text is not None,
                title=text.title if text else "",
                lines=[*text.lines] if text else [],
                more=text.more if text else "",
            )
        )
    return shown


def list_events(session: Session, actor: Actor, query: EventQuery) -> Page[EventPublic]:
    """The time events of the obligations that a caller may see, oldest first."""
    seen = visible_to(actor, col(NoticeEvent.unit_id), col(NoticeEvent.checklist_id))
    rows = select(NoticeEvent).where(col(NoticeEvent.id) > query.after_seq, seen)
    if query.checklist is not None:
        rows = rows.where(col(NoticeEvent.checklist_id) == query.checklist)
    if query.unit is not None:
        rows = rows.where(col(NoticeEvent.unit_id) == query.unit)
    return keyset_page(
        session, query, rows, col(NoticeEvent.id), lambda some: [EventPublic.of(one, seq=one.id) for one in some]
    )


def list_unit_deliveries(session: Session, actor: Actor, unit: Unit, query: DeliveryQuery) -> Page[ContactDelivery]:
    """Newest first.

    Raises:
        OutsideScope, InvalidCursor.
    """
    require_reach(actor, unit)
    rows = select(Delivery, UnitContact).join(DeliveryTarget, col(DeliveryTarget.id) == col(Delivery.target_id))
    rows = rows.join(UnitContact, col(UnitContact.id) == col(DeliveryTarget.contact_id))
    rows = rows.where(col(UnitContact.unit_id) == unit.id)
    if query.state is not None:
        rows = rows.where(col(Delivery.state) == query.state)
    shown = lambda some: [ContactDelivery.of(one, contact_id=contact.id) for one, contact in some]  # noqa: E731
    return keyset_page(session, query, rows, col(Delivery.id), shown, descending=True)


def preview(session: Session, actor: Actor, query: PreviewQuery, *, today: date) -> Preview:
    """The messages that the ladders would send on a day, on or off. Nothing is written."""
    day = query.day or today
    is_working = load_calendar(session).is_working(day)
    fired = firing(session, day, also_off=True) if is_working else iter(())
    shown = digests(one for one in fired if _shown(actor, query, one))
    items = [_message(session, receiver, some) for receiver, some in shown.items()]
    return Preview(day=day, is_working=is_working, items=items)


def _shown(actor: Actor, query: PreviewQuery, fired: Fired) -> bool:
    return actor.covers(fired.jurisdiction_code) and query.checklist in (None, fired.obligation.checklist_id)


def _message(session: Session, receiver: Receiver, some: list[Fired]) -> PreviewMessage:
    unit = session.get_one(Unit, receiver.unit_id) if receiver.unit_id is not None else None
    lines = [
        PreviewLine(
            obligation_id=one.obligation.id,
            unit_id=one.obligation.unit_id,
            due_on=one.due_on,
            rung=one.rung.key,
            colour=one.rung.colour,
        )
        for one in some[:SHOWN]
    ]
    return PreviewMessage(
        receiver=receiver.kind,
        jurisdiction=receiver.jurisdiction_code,
        unit_id=receiver.unit_id,
        unit_name=unit.name if unit else None,
        contacts=len([*told_contacts(session, receiver.unit_id, REMINDER)]),
        lines=lines,
        more=max(0, len(some) - SHOWN),
    )


def last_runs(session: Session, names: Sequence[str] = JOBS) -> list[JobHealth]:
    """The last run of each job: those of the tick, unless others are named."""
    newest = select(func.max(JobRun.id)).group_by(col(JobRun.name))
    runs = {one.name: one for one in session.exec(select(JobRun).where(col(JobRun.id).in_(newest)))}
    return [
        JobHealth(name=name, last_run_at=run and run.started_at, done=run and run.done)
        for name in names
        for run in [runs.get(name)]
    ]


def health(session: Session, *, at: datetime) -> NoticesHealth:
    jobs = last_runs(session)
    ticks = any(one.last_run_at is not None and at - one.last_run_at <= SILENCE for one in jobs)
    waits, overdue = waiting(session, at)
    unplanned = bool(behind(session, READER))
    return NoticesHealth(
        is_ticking=ticks, is_late=not ticks and bool(overdue or unplanned), waiting=waits, overdue=overdue, jobs=jobs
    )
