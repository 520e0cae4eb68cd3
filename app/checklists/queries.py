"""The queries for checklists, sections and tasks, and which of them a caller may see."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Row, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app import clock
from app.access.actors import Viewer
from app.access.models import ActorRole
from app.checklists.models import Audience, Checklist, FormerSection, FormerSummary, Section, Task, last_day
from app.checklists.schemas import ChecklistPublic, ChecklistQuery, ChecklistSort, SectionPublic, SectionQuery
from app.checklists.span_models import ChecklistSpan, FormerSource
from app.errors import NotFound
from app.languages.messages import say
from app.paging import Page, keyset_page


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on checklists that a caller may see: an officer all in their scope, a unit what its jurisdiction or
    one above it published to units, everyone what is public. Nobody else sees a draft."""
    public = col(Checklist.audience) == Audience.PUBLIC
    if viewer.is_officer:
        return or_(public, in_scope(viewer))
    if viewer.role is ActorRole.REPORTER:
        above = [viewer.jurisdiction_code[:digits] for digits in range(2, len(viewer.jurisdiction_code) + 1)]
        own = and_(col(Checklist.audience).is_not(None), col(Checklist.jurisdiction_code).in_(above))
        return or_(public, own)
    return public


def sees(viewer: Viewer, checklist: Checklist) -> bool:
    """`may_see`, of a loaded checklist."""
    if checklist.audience is Audience.PUBLIC or viewer.covers(checklist.jurisdiction_code):
        return True
    is_above = viewer.jurisdiction_code.startswith(checklist.jurisdiction_code)
    return viewer.role is ActorRole.REPORTER and checklist.audience is not None and is_above


def in_scope(viewer: Viewer) -> ColumnElement[bool]:
    """An officer's own checklists."""
    return col(Checklist.jurisdiction_code).startswith(viewer.jurisdiction_code, autoescape=True)


def seen(viewer: Viewer, checklist_id: Any) -> Exists:
    """Whether the caller sees the checklist that a row belongs to. A correlated EXISTS, so that a list keeps the order
    of its own index."""
    return select(Checklist.id).where(col(Checklist.id) == checklist_id, may_see(viewer)).exists()


def visible_checklists(viewer: Viewer) -> SelectOfScalar[Checklist]:
    return select(Checklist).where(may_see(viewer))


def get_checklist(session: Session, viewer: Viewer, checklist_id: int) -> Checklist:
    """Raises:
    NotFound: the checklist does not exist, or the caller may not see it.
    """
    checklist = session.exec(visible_checklists(viewer).where(col(Checklist.id) == checklist_id)).first()
    if checklist is None:
        raise NotFound(say("there is no checklist {id} that you may see; check the number", id=checklist_id))
    return checklist


def lock_checklist(session: Session, checklist_id: int) -> Checklist:
    """The checklist's current row, locked until the transaction ends."""
    return session.get_one(Checklist, checklist_id, with_for_update=True, populate_existing=True)


def was_shown(session: Session, checklist: Checklist) -> bool:
    """Whether units were ever told of a checklist."""
    of_checklist = col(ChecklistSpan.checklist_id) == checklist.id, col(ChecklistSpan.audience).is_not(None)
    told = session.exec(select(ChecklistSpan.id).where(*of_checklist).limit(1)).first()
    return checklist.audience is not None or told is not None


def shown_until(session: Session, checklist: Checklist) -> datetime | None:
    """The moment until which units were told of a checklist that is a draft; None if they never were."""
    told = col(ChecklistSpan.checklist_id) == checklist.id, col(ChecklistSpan.audience).is_not(None)
    return session.exec(select(func.max(ChecklistSpan.to_at)).where(*told)).one()


def published_on(session: Session, checklist: Checklist, known_on: date) -> date | None:
    """The day on which it was shown to the audience that it had at the end of a day in Shanghai; None if it had none,
    or has had it since before that was recorded."""
    begun = or_(col(ChecklistSpan.from_at).is_(None), col(ChecklistSpan.from_at) < clock.end_of(known_on))
    spans = select(ChecklistSpan).where(col(ChecklistSpan.checklist_id) == checklist.id, begun)
    since, audience = None, None
    for span in session.exec(spans.order_by(col(ChecklistSpan.id))):
        if span.audience is not audience:
            since, audience = span.from_at, span.audience
    return clock.local_day(since) if since and audience else None


def source_at_end_of(session: Session, checklist: Checklist, day: date) -> date | None:
    """The date of the page that it was imported from, as it was known at the end of a day in Shanghai."""
    since = col(FormerSource.checklist_id) == checklist.id, col(FormerSource.until_at) >= clock.end_of(day)
    query = select(FormerSource).where(*since).order_by(col(FormerSource.until_at), col(FormerSource.id)).limit(1)
    former = session.exec(query).first()
    return checklist.source_on if former is None else former.source_on


def find_by_title(session: Session, jurisdiction_code: str, title: str) -> Checklist | None:
    query = select(Checklist).where(
        col(Checklist.jurisdiction_code) == jurisdiction_code, col(Checklist.title) == title
    )
    return session.exec(query).first()


def list_checklists(session: Session, viewer: Viewer, query: ChecklistQuery) -> Page[ChecklistPublic]:
    rows = visible_checklists(viewer)
    if query.jurisdiction is not None:
        rows = rows.where(col(Checklist.jurisdiction_code).startswith(query.jurisdiction, autoescape=True))
    if query.year is not None:
        rows = rows.where(col(Checklist.year) == query.year)
    if query.state is not None:
        rows = rows.where(col(Checklist.state) == query.state)
    newest_first = query.sort is ChecklistSort.NEWEST
    return keyset_page(
        session, query, rows, col(Checklist.id), lambda some: [*map(public_checklist, some)], descending=newest_first
    )


def public_checklist(checklist: Checklist | Row[Any]) -> ChecklistPublic:
    """Args:
    checklist: it, or all its columns.
    """
    last_on = last_day(checklist.ends_on, checklist.default_due_on, checklist.year)
    return ChecklistPublic.of(checklist, jurisdiction=checklist.jurisdiction_code, ends_on=last_on)


def get_section(session: Session, viewer: Viewer, section_id: int) -> Section:
    """Raises:
    NotFound: the section does not exist, or the viewer may not see its checklist.
    """
    query = select(Section).where(col(Section.id) == section_id, seen(viewer, col(Section.checklist_id)))
    section = session.exec(query).first()
    if section is None:
        raise NotFound(say("there is no section {id} that you may see; check the number", id=section_id))
    return section


def list_sections(session: Session, checklist: Checklist, query: SectionQuery) -> Page[SectionPublic]:
    rows = select(Section).where(col(Section.checklist_id) == checklist.id)
    return keyset_page(
        session, query, rows, col(Section.position), lambda some: [*map(SectionPublic.model_validate, some)]
    )


def last_position(session: Session, checklist_id: int) -> int:
    query = select(func.max(Section.position)).where(col(Section.checklist_id) == checklist_id)
    return session.exec(query).one() or 0


def last_number(session: Session, checklist_id: int) -> int:
    return session.exec(select(func.max(Task.number)).where(col(Task.checklist_id) == checklist_id)).one() or 0


def get_task(session: Session, viewer: Viewer, task_id: int) -> Task:
    """Raises:
    NotFound: the task does not exist, or the viewer may not see its checklist.
    """
    query = select(Task).where(col(Task.id) == task_id, seen(viewer, col(Task.checklist_id)))
    task = session.exec(query).first()
    if task is None:
        raise no_task(task_id)
    return task


def no_task(task_id: int) -> NotFound:
    return NotFound(say("there is no task {id} that you may see; check the number", id=task_id))


def section_at_end_of(day: date) -> ColumnElement[int]:
    """A Task's section at the end of a day in Shanghai; the statement has to select from Task."""
    since = and_(col(FormerSection.task_id) == col(Task.id), col(FormerSection.until_at) >= clock.end_of(day))
    first = select(FormerSection.section_id).where(since).order_by(col(FormerSection.until_at), col(FormerSection.id))
    return func.coalesce(first.limit(1).correlate(Task).scalar_subquery(), col(Task.section_id))


def summary_at_end_of(day: date) -> ColumnElement[str]:
    """A Task's 完成情况 at the end of a day in Shanghai; the statement has to select from Task."""
    since = and_(col(FormerSummary.task_id) == col(Task.id), col(FormerSummary.until_at) >= clock.end_of(day))
    first = select(FormerSummary.summary).where(since).order_by(col(FormerSummary.until_at), col(FormerSummary.id))
    return func.coalesce(first.limit(1).correlate(Task).scalar_subquery(), col(Task.summary))
