"""The queries for reports that wait inside a unit, and who may release them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, false, literal_column, not_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.access.models import ApiKeyUnit
from app.access.permissions import Permission
from app.access.persons.models import Person
from app.access.persons.queries import names_of
from app.errors import NotFound
from app.languages.messages import say
from app.obligations.queries import visible_to
from app.paging import Page, keyset_page
from app.updates.models import Evidence
from app.updates.queries import evidence_of
from app.updates.releases.models import WAITS, WaitingReport
from app.updates.releases.schemas import WaitingReportPublic, WaitingReportQuery
from app.updates.review_schemas import WithdrawalPublic
from app.updates.schemas import EvidencePublic


def visible_waiting_reports(actor: Actor) -> SelectOfScalar[WaitingReport]:
    """A unit sees its own; nobody else sees any."""
    unit_id = col(WaitingReport.unit_id)
    own = unit_id.in_(sorted(actor.unit_ids)), visible_to(actor, unit_id, col(WaitingReport.checklist_id))
    return select(WaitingReport).where(*own)


def get_waiting_report(session: Session, actor: Actor, report_id: int) -> WaitingReport:
    """Raises:
    NotFound: no such report in the actor's units.
    """
    waiting = session.exec(visible_waiting_reports(actor).where(col(WaitingReport.id) == report_id)).first()
    if waiting is None:
        raise NotFound(say("no report {id} waits in your unit; GET /waiting-reports lists them", id=report_id))
    return waiting


def other_persons(actor: Actor, unit_id: Any) -> Exists:
    """Whether somebody but the actor signs in for a unit. No lock: who is entered at the same time came after."""
    speaking = select(Person.id).join(ApiKeyUnit, col(ApiKeyUnit.key_id) == col(Person.key_id))
    signs_in = col(Person.ended_at).is_(None), col(Person.subject) != ""
    others = speaking.where(col(ApiKeyUnit.unit_id) == unit_id, *signs_in, col(Person.id) != (actor.person_id or 0))
    return others.correlate_except(Person, ApiKeyUnit).exists()


def releasable(actor: Actor, unit_id: Any, reported_by: Any) -> ColumnElement[bool]:
    """Whether the actor may release a report of one of their units: nobody releases their own, unless the unit has one
    person."""
    if not actor.may(Permission.RELEASE):
        return false()
    return or_(reported_by != actor.who, not_(other_persons(actor, unit_id)))


def has_to_wait(connection: Connection, by: Actor, unit_id: int) -> bool:
    """Whether what the actor reports for one of their units waits, where the checklist asks for release. If nobody
    signs in for the unit, nobody could release it: then what its key reports counts at once."""
    others = connection.scalar(select(other_persons(by, unit_id)))
    return bool(others) or (by.person_id is not None and not by.releases)


def list_waiting_reports(session: Session, actor: Actor, query: WaitingReportQuery) -> Page[WaitingReportPublic]:
    """Newest first."""
    rows = visible_waiting_reports(actor)
    waits: ColumnElement[Any] = literal_column(f"({WAITS})")  # without a type, as in its partial index
    if query.obligation is not None:
        rows = rows.where(col(WaitingReport.obligation_id) == query.obligation)
    if query.waits is not None:
        rows = rows.where(waits if query.waits else not_(waits))
    if query.to_release:
        rows = rows.where(waits, releasable(actor, col(WaitingReport.unit_id), col(WaitingReport.reported_by)))
    show = partial(public_waiting_reports, session)
    return keyset_page(session, query, rows, col(WaitingReport.id), show, descending=True)


def public_waiting_reports(session: Session, reports: Sequence[WaitingReport]) -> list[WaitingReportPublic]:
    evidence = evidence_of(session, col(Evidence.waiting_report_id), [one.id for one in reports])
    names = names_of(session, {one.reported_by for one in reports})
    return [public_waiting_report(one, evidence[one.id], names) for one in reports]


def public_waiting_report(
    waiting: WaitingReport, evidence: Sequence[EvidencePublic], names: Mapping[str, str]
) -> WaitingReportPublic:
    """Args:
    names: of persons, by how the journal names them.
    """
    return WaitingReportPublic.of(
        waiting,
        evidence=evidence,
        reported_by=names.get(waiting.reported_by, waiting.reported_by),
        withdrawal=WithdrawalPublic.model_validate(waiting) if waiting.withdrawn_at else None,
    )
