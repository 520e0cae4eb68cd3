"""The query for a caller's to-do list: the first rows of some lists, each with its count and address."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists.models import ChecklistState
from app.checklists.queries import list_checklists
from app.checklists.schemas import ChecklistQuery
from app.obligations.queries import list_obligations
from app.obligations.schemas import ObligationPublic, ObligationQuery
from app.obligations.states import ObligationState, Timeliness
from app.pages.first_rows import FirstRows, Query, first_rows
from app.pages.todo.schemas import AuditToDo, CallerToDo, OfficeToDo, UnitToDo
from app.paging import JsonPage, Page
from app.tasks.fragments import TaskFragments
from app.tasks.queries import list_tasks
from app.tasks.schemas import TaskPublic, TaskQuery
from app.units.queries import list_units
from app.units.schemas import UnitQuery
from app.updates.extension_queries import list_extensions
from app.updates.extension_schemas import ExtensionQuery
from app.updates.finding_models import FindingState
from app.updates.finding_queries import list_findings
from app.updates.finding_schemas import FindingQuery
from app.updates.queries import list_updates
from app.updates.releases.queries import list_waiting_reports
from app.updates.releases.schemas import WaitingReportQuery
from app.updates.schemas import UpdateQuery

FIRST = 5
ON_A_DESK = 50
RECENT = timedelta(days=14)


def caller_todo(
    session: Session, actor: Actor, fragments: TaskFragments, *, today: date, most: int = FIRST
) -> CallerToDo:
    """The to-do list of a caller, by their permissions.

    Args:
        most: rows of what people wrote, which no page lists but the desks. Of all else FIRST are shown.
    """
    return CallerToDo(
        as_of=today,
        unit=_of_unit(session, actor, today, most) if actor.may(Permission.POST_UPDATE) else None,
        office=_of_office(session, actor, fragments, today, most) if actor.may(Permission.REVIEW) else None,
        audit=_of_audit(session, actor, today, most) if actor.may(Permission.AUDIT) else None,
    )


def _of_unit(session: Session, actor: Actor, today: date, most: int) -> UnitToDo:
    obligations = _obligations(session, actor, today)
    findings = partial(list_findings, session, actor, today=today)
    extensions = partial(list_extensions, session, actor)
    decided = ExtensionQuery(decided=True, decided_since=today - RECENT)
    waiting = partial(list_waiting_reports, session, actor)
    return UnitToDo(
        to_release=_first(waiting, "waiting-reports", WaitingReportQuery(to_release=True), most=most),
        to_acknowledge=obligations(ObligationQuery(acknowledged=False, open=True)),
        due_soon=obligations(ObligationQuery(timeliness=Timeliness.DUE_SOON)),
        overdue=obligations(ObligationQuery(overdue=True)),
        returned=obligations(ObligationQuery(state=[ObligationState.RETURNED])),
        findings_to_answer=_first(findings, "findings", FindingQuery(state=FindingState.OPEN), most=most),
        extensions_decided=_first(extensions, "extensions", decided, most=most),
    )


def _of_office(session: Session, actor: Actor, fragments: TaskFragments, today: date, most: int) -> OfficeToDo:
    own = actor.jurisdiction_code
    tasks = partial(list_tasks, session.connection(), actor.viewer, fragments=fragments, today=today)
    return OfficeToDo(
        to_review=_first(
            partial(list_updates, session, actor), "updates", UpdateQuery(awaiting_review=True), most=most
        ),
        extensions_to_decide=_first(
            partial(list_extensions, session, actor), "extensions", ExtensionQuery(decided=False), most=most
        ),
        unconfirmed_units=_first(
            partial(list_units, session, actor), "units", UnitQuery(confirmed=False, jurisdiction=own)
        ),
        nobody_accountable=_first(tasks, "tasks", TaskQuery(unnamed=True, jurisdiction=own), TaskPublic),
        drafts=_first(
            partial(list_checklists, session, actor), "checklists", ChecklistQuery(state=ChecklistState.DRAFT)
        ),
    )


def _of_audit(session: Session, actor: Actor, today: date, most: int) -> AuditToDo:
    findings = partial(list_findings, session, actor, today=today)
    return AuditToDo(
        overdue=_obligations(session, actor, today)(ObligationQuery(overdue=True)),
        findings_to_close=_first(findings, "findings", FindingQuery(state=FindingState.ANSWERED), most=most),
        findings_overdue=_first(findings, "findings", FindingQuery(overdue=True), most=most),
    )


def _obligations(
    session: Session, actor: Actor, today: date
) -> Callable[[ObligationQuery], FirstRows[ObligationPublic]]:
    find = partial(list_obligations, session.connection(), actor, today=today)
    return lambda query: _first(find, "obligations", query, ObligationPublic)


def _first(
    find: Callable[[Query], Page[Any] | JsonPage], name: str, query: Query, shape: Any = None, most: int = FIRST
) -> FirstRows[Any]:
    return first_rows(find, name, query, most, shape)
