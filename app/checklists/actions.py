"""The actions on checklists and sections."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists import queries
from app.checklists.models import Audience, Checklist, Section
from app.checklists.schemas import ChecklistChange, ChecklistCreate, SectionChange, SectionCreate, SectionPublic
from app.checklists.span_models import FormerSource
from app.checklists.spans import advance, first_span
from app.errors import StaleRevision, UnknownReference
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.units.models import Jurisdiction

CLEARED_BY_NULL = frozenset({"red_days", "completion_template"})


def create_checklist(
    session: Session,
    wanted: ChecklistCreate,
    *,
    by: Actor,
    at: datetime,
    soon: int,
    source_on: date | None = None,
    source_fingerprint: str | None = None,
) -> Checklist:
    """Begin a checklist, as a draft.

    Args:
        soon: days before a last day from which it shows yellow, where it is not said.

    Raises:
        OutsideScope, UnknownReference: the jurisdiction is not theirs, or not there.
        TitleTaken: the jurisdiction has a checklist of this title.
        InvalidRequest: it would show red before it shows yellow.
    """
    by.require_scope(wanted.jurisdiction)
    if session.get(Jurisdiction, wanted.jurisdiction) is None:
        raise UnknownReference(
            fields=[
                (
                    "body.jurisdiction",
                    say("{code} has no directory of units yet; import one first", code=wanted.jurisdiction),
                )
            ]
        )
    checklist = Checklist(
        jurisdiction_code=wanted.jurisdiction,
        title=wanted.title,
        year=wanted.year,
        starts_on=wanted.first_day,
        default_due_on=wanted.last_day,
        ends_on=wanted.ends_on,
        asks_for_review=wanted.asks_for_review,
        asks_for_release=wanted.asks_for_release,
        yellow_days=soon if wanted.yellow_days is None else wanted.yellow_days,
        red_days=wanted.red_days,
        completion_template=wanted.completion_template,
        source_on=source_on,
        source_fingerprint=source_fingerprint,
        created_at=at,
    )
    checklist.require_lights_in_order()
    checklist.created_at = moment = lock(session, at, checklist.catalogue)
    session.add(checklist)
    _journal(session, checklist, "checklist.created", by, moment, [first_span(session, checklist)])
    return checklist


def change_checklist(
    session: Session, checklist: Checklist, wanted: ChecklistChange, *, by: Actor, at: datetime, soon: int
) -> Checklist:
    """Change a checklist; `app.obligations.year_actions` changes its year.

    Args:
        soon: what `yellow_days` are where null is given.

    Raises:
        OutsideScope, ChecklistArchived, TitleTaken; StaleRevision: somebody changed it after it was read.
        InvalidRequest: it would show red before it shows yellow.
    """
    checklist, moment = _lock(session, checklist, by, at)
    checklist.require_changeable()
    if checklist.revision != wanted.revision:
        raise StaleRevision(current=queries.public_checklist(checklist).model_dump(mode="json"))
    for name in wanted.model_fields_set - {"revision"}:
        given = soon if (name, wanted.yellow_days) == ("yellow_days", None) else getattr(wanted, name)
        if name == "year" and given is not None:
            checklist.move_to(given)
        elif given is not None or name in CLEARED_BY_NULL:
            setattr(checklist, name, given)
    if wanted.model_fields_set & {"yellow_days", "red_days"}:  # until then a landed checklist has no value
        checklist.require_lights_in_order()
    return _changed(session, checklist, "checklist.changed", by, moment)


def publish(session: Session, checklist: Checklist, audience: Audience, *, by: Actor, at: datetime) -> Checklist:
    """Show a checklist to its units or to everyone. Raises: OutsideScope, ChecklistArchived."""
    return _step(session, checklist, lambda locked, moment: locked.publish(audience, moment), "published", by, at)


def unpublish(session: Session, checklist: Checklist, *, by: Actor, at: datetime) -> Checklist:
    """Make a checklist a draft again. Raises: OutsideScope, ChecklistArchived."""
    return _step(session, checklist, lambda locked, _: locked.unpublish(), "unpublished", by, at)


def archive(session: Session, checklist: Checklist, *, by: Actor, at: datetime) -> Checklist:
    """Close a checklist for all changes. Raises: OutsideScope."""
    return _step(session, checklist, lambda locked, _: locked.archive(), "archived", by, at)


def restore(session: Session, checklist: Checklist, *, by: Actor, at: datetime) -> Checklist:
    """Make an archived checklist changeable again. Raises: OutsideScope."""
    return _step(session, checklist, lambda locked, _: locked.restore(), "restored", by, at)


def apply_edition(
    session: Session,
    checklist: Checklist,
    *,
    title: str,
    source_on: date | None,
    source_fingerprint: str,
    by: Actor,
    at: datetime,
) -> Checklist:
    """Update a checklist to a newer edition of its register.

    Raises:
        OutsideScope, ChecklistArchived; TitleTaken: another checklist has the edition's title.
    """
    checklist, moment = _lock(session, checklist, by, at)
    checklist.require_changeable()
    source = (title, source_on, source_fingerprint)
    if (checklist.title, checklist.source_on, checklist.source_fingerprint) == source:
        return checklist
    former = [] if checklist.source_on == source_on else [FormerSource.of(checklist, moment)]
    session.add_all(former)
    checklist.title, checklist.source_on, checklist.source_fingerprint = source
    return _changed(session, checklist, "edition.imported", by, moment, former)


def move_sections(
    session: Session, checklist: Checklist, wanted: Mapping[int, tuple[int, str]], *, by: Actor, at: datetime
) -> None:
    """Give sections new positions and titles in one change, so that two can swap positions.

    Args:
        wanted: id of a section → its position and title.

    Raises:
        OutsideScope, ChecklistArchived; AlreadyExists: a section that stays as it is has one of the positions.
    """
    moment = lock_contents(session, checklist, by=by, at=at)
    query = select(Section).where(col(Section.checklist_id) == checklist.id, col(Section.id).in_(wanted))
    sections = session.exec(query.order_by(col(Section.id)).execution_options(populate_existing=True)).all()
    for section in sections:
        section.position = -section.id  # out of the way: the positions are unique after every statement
    session.flush()
    for section in sections:
        section.position, section.title = wanted[section.id]
        section.revision += 1
        subject = f"section:{section.id}"
        session.flush()
        record(session, checklist.stream, by=by.who, verb="section.changed", subject=subject, at=moment, rows=[section])


def _step(
    session: Session,
    checklist: Checklist,
    step: Callable[[Checklist, datetime], bool],
    verb: str,
    by: Actor,
    at: datetime,
) -> Checklist:
    """Change a checklist's state. A step that changes nothing is not journaled, such as a second click."""
    checklist, moment = _lock(session, checklist, by, at)
    if step(checklist, moment):
        _changed(session, checklist, f"checklist.{verb}", by, moment)
    return checklist


def _lock(session: Session, checklist: Checklist, by: Actor, at: datetime) -> tuple[Checklist, datetime]:
    by.require_scope(checklist.jurisdiction_code)
    # both streams: nothing in the checklist changes while it is being archived
    moment = lock(session, at, checklist.catalogue, checklist.stream)
    return queries.lock_checklist(session, checklist.id), moment


def _changed(
    session: Session,
    checklist: Checklist,
    verb: str,
    by: Actor,
    moment: datetime,
    former: Sequence[FormerSource] = (),
) -> Checklist:
    checklist.revision += 1
    _journal(session, checklist, verb, by, moment, [*advance(session, checklist, moment), *former])
    return checklist


def _journal(
    session: Session, checklist: Checklist, verb: str, by: Actor, moment: datetime, more: Sequence[Journaled]
) -> None:
    session.flush()
    subject = f"checklist:{checklist.id}"
    record(session, checklist.catalogue, by=by.who, verb=verb, subject=subject, at=moment, rows=[checklist, *more])


def lock_contents(session: Session, checklist: Checklist, *, by: Actor, at: datetime) -> datetime:
    """Lock a checklist's stream to change its contents.

    Raises:
        OutsideScope: it is not in the actor's scope. ChecklistArchived: it does not change any more.
    """
    by.require_scope(checklist.jurisdiction_code)
    return lock_stream(session, checklist, at)


def lock_stream(session: Session, checklist: Checklist, at: datetime) -> datetime:
    """Lock a checklist's stream, for a caller who may change its contents. Raises: ChecklistArchived."""
    moment = lock(session, at, checklist.stream)
    session.refresh(checklist)
    checklist.require_changeable()
    return moment


def create_section(
    session: Session, checklist: Checklist, wanted: SectionCreate, *, by: Actor, at: datetime
) -> Section:
    """Raises:
    OutsideScope, ChecklistArchived; AlreadyExists: another section has this position.
    """
    moment = lock_contents(session, checklist, by=by, at=at)
    position = wanted.position or queries.last_position(session, checklist.id) + 1
    section = Section(checklist_id=checklist.id, position=position, title=wanted.title)
    session.add(section)
    session.flush()
    subject = f"section:{section.id}"
    record(session, checklist.stream, by=by.who, verb="section.created", subject=subject, at=moment, rows=[section])
    return section


def change_section(session: Session, section: Section, wanted: SectionChange, *, by: Actor, at: datetime) -> Section:
    """Raises:
    OutsideScope, ChecklistArchived, AlreadyExists; StaleRevision: somebody changed it after it was read.
    """
    checklist = session.get_one(Checklist, section.checklist_id)
    moment = lock_contents(session, checklist, by=by, at=at)
    session.refresh(section)
    if section.revision != wanted.revision:
        raise StaleRevision(current=SectionPublic.model_validate(section).model_dump(mode="json"))
    section.title = wanted.title or section.title
    section.position = wanted.position or section.position
    section.revision += 1
    subject = f"section:{section.id}"
    record(session, checklist.stream, by=by.who, verb="section.changed", subject=subject, at=moment, rows=[section])
    return section
