"""A unit's desk: what waits for it, and everything about one thing that it owes."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists.models import Checklist, ChecklistState, Task
from app.errors import DubanError
from app.languages.catalogue import Language
from app.notices.urgings.queries import list_urgings
from app.notices.urgings.schemas import UrgingPublic, UrgingQuery
from app.obligations.models import Obligation
from app.obligations.queries import list_obligations, public_obligation
from app.obligations.schemas import ObligationPublic, ObligationQuery
from app.oversight.timeline_queries import list_timeline
from app.oversight.timeline_schemas import Happening, TimelineQuery
from app.pages.first_rows import FirstRows, first_rows
from app.pages.todo.queries import ON_A_DESK, caller_todo
from app.pages.todo.schemas import CallerToDo
from app.paging import MAX_PAGE
from app.tasks.fragments import TaskFragments
from app.updates import extension_queries, finding_queries
from app.updates import queries as update_queries
from app.updates.extension_schemas import ExtensionPublic, ObligationExtensionQuery
from app.updates.finding_models import FindingKind
from app.updates.finding_schemas import FindingPublic, ObligationFindingQuery
from app.updates.models import Claim, Decision, Judgement
from app.updates.releases.queries import list_waiting_reports
from app.updates.releases.schemas import WaitingReportPublic, WaitingReportQuery
from app.updates.schemas import ObligationUpdateQuery, StatusUpdatePublic, UpdateQuery


class Desk(BaseModel):
    todo: CallerToDo
    urgings: FirstRows[UrgingPublic]


def desk(session: Session, actor: Actor, fragments: TaskFragments, *, today: date) -> Desk:
    """What waits for whoever is signed in."""
    urged = partial(list_urgings, session, actor, today=today)
    return Desk(
        todo=caller_todo(session, actor, fragments, today=today, most=ON_A_DESK),
        urgings=first_rows(urged, "urgings", UrgingQuery(waiting=True), ON_A_DESK),
    )


class ObligationsQuery(ObligationQuery):
    model_config = ConfigDict(extra="ignore")  # `declared_parameters` rejects what no part of the route declares


class Obligations(BaseModel):
    """Part of a list of obligations."""

    obligations: Sequence[ObligationPublic]
    next_cursor: str | None


def obligations(session: Session, actor: Actor, query: ObligationsQuery, *, today: date) -> Obligations:
    page = list_obligations(session.connection(), actor, query, today=today)
    rows = [ObligationPublic.model_validate_json(one) for one in page.items]
    return Obligations(obligations=rows, next_cursor=page.next_cursor)


class ObligationOnPage(BaseModel):
    """Everything about one obligation, and which forms stand beside it."""

    obligation: ObligationPublic
    updates: Sequence[StatusUpdatePublic]
    extensions: Sequence[ExtensionPublic]
    findings: Sequence[FindingPublic]
    urgings: Sequence[UrgingPublic]
    happenings: Sequence[Happening]
    claims: Sequence[Claim]  # what a report may say
    judgements: Sequence[Judgement] = [*Judgement]
    decisions: Sequence[Decision] = [*Decision]
    kinds: Sequence[FindingKind] = [*FindingKind]
    is_archived: bool  # then nothing is sent
    is_suspended: bool  # then no later day is asked for, and nobody urged
    may_report: bool
    may_urge: bool
    may_decide: bool
    may_audit: bool
    to_review: StatusUpdatePublic | None
    waiting: WaitingReportPublic | None  # inside the unit, for its release
    may_release: bool
    is_person: bool  # then whoever reports is who is signed in


def obligation_page(
    session: Session, actor: Actor, obligation: Obligation, language: Language, *, today: date
) -> ObligationOnPage:
    checklist = session.get_one(Checklist, obligation.checklist_id)
    is_archived = checklist.state is ChecklistState.ARCHIVED
    is_suspended = obligation.suspended_on is not None and obligation.suspended_on <= today
    may_review = actor.may(Permission.REVIEW) and not is_archived
    edits = actor.may(Permission.EDIT_REGISTER) and not is_archived
    updates = update_queries.list_of_obligation(session, actor, obligation, ObligationUpdateQuery(limit=MAX_PAGE)).items
    waiting = UpdateQuery(awaiting_review=True, unit=obligation.unit_id, task=obligation.task_id)
    to_review = {one.id for one in update_queries.list_updates(session, actor, waiting).items}
    of_it = UrgingQuery(obligation=obligation.id)
    inside = partial(list_waiting_reports, session, actor)
    to_release = WaitingReportQuery(obligation=obligation.id, to_release=True)
    claims = _claims(session, obligation, today)
    return ObligationOnPage(
        obligation=public_obligation(session, obligation, today=today),
        updates=updates,
        extensions=extension_queries.list_of_obligation(session, actor, obligation, ObligationExtensionQuery()).items,
        findings=finding_queries.list_of_obligation(session, actor, obligation, ObligationFindingQuery()).items,
        urgings=list_urgings(session, actor, of_it, today=today).items,
        happenings=list_timeline(session, actor, obligation, TimelineQuery(limit=MAX_PAGE), language).items,
        is_archived=is_archived,
        is_suspended=is_suspended,
        may_report=actor.may(Permission.POST_UPDATE) and obligation.unit_id in actor.unit_ids and not is_archived,
        may_urge=edits and obligation.is_open and not is_suspended and checklist.audience is not None,
        may_decide=edits,
        may_audit=actor.may(Permission.AUDIT) and not is_archived,
        claims=claims,
        waiting=next(iter(inside(WaitingReportQuery(obligation=obligation.id, waits=True)).items), None),
        may_release=any(one.state in claims for one in inside(to_release).items),
        is_person=actor.person_id is not None,
        to_review=next((one for one in updates if one.id in to_review and may_review), None),
    )


def _claims(session: Session, obligation: Obligation, today: date) -> Sequence[Claim]:
    """What a report may say: that it is completed only where that would be accepted."""
    try:
        session.get_one(Task, obligation.task_id).require_claimable()
        obligation.require_no_finding()
        obligation.require_not_suspended(today)
    except DubanError:
        return [Claim.IN_PROGRESS]
    return [*Claim]
