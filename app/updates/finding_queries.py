from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy import and_, not_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.errors import NotFound
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import answers_for
from app.obligations.span_models import ObligationSpan
from app.paging import Page, keyset_page
from app.updates.finding_models import Finding, FindingAnswer, FindingState
from app.updates.finding_schemas import FindingAnswerPublic, FindingPublic, FindingQuery, ObligationFindingQuery
from app.updates.models import Evidence
from app.updates.queries import evidence_of


def visible_findings(actor: Actor) -> SelectOfScalar[Finding]:
    """A unit sees the findings on what it owes, an officer all in their scope."""
    return select(Finding).where(answers_for(actor, col(Finding.unit_id), col(Finding.checklist_id)))


def get_finding(session: Session, actor: Actor, finding_id: int) -> Finding:
    """Raises:
    NotFound: no such finding, or not for the actor's eyes.
    """
    finding = session.exec(visible_findings(actor).where(col(Finding.id) == finding_id)).first()
    if finding is None:
        raise NotFound(say("there is no finding {id} that you may see; check the number", id=finding_id))
    return finding


def list_findings(session: Session, actor: Actor, query: FindingQuery, *, today: date) -> Page[FindingPublic]:
    rows = visible_findings(actor)
    if query.unit is not None:
        rows = rows.where(col(Finding.unit_id) == query.unit)
    if query.checklist is not None:
        rows = rows.where(col(Finding.checklist_id) == query.checklist)
    if query.state is not None:
        rows = rows.where(col(Finding.state) == query.state)
    if query.overdue is not None:
        answered_in_time = select(Obligation.id).where(
            col(Obligation.id) == col(Finding.obligation_id), col(Obligation.finding_answered_on) <= col(Finding.due_on)
        )
        late = col(Finding.due_on) < today, not_(answered_in_time.exists())
        overdue = and_(col(Finding.closed_at).is_(None), *late)
        told_of = select(Checklist.id).where(Checklist.held_against_units())  # drafts are held against nobody
        rows = rows.where(overdue if query.overdue else not_(overdue), col(Finding.checklist_id).in_(told_of))
    if query.overdue is not None or query.state in (FindingState.OPEN, FindingState.ANSWERED):
        # nothing is to be done any more of what was taken back as if it had never been
        taken_back = select(Obligation.id).where(col(Obligation.voided_at).is_not(None))
        rows = rows.where(col(Finding.obligation_id).not_in(taken_back))
    return _newest_first(session, rows, query)


def list_of_obligation(
    session: Session, actor: Actor, obligation: Obligation, query: ObligationFindingQuery
) -> Page[FindingPublic]:
    return _newest_first(session, visible_findings(actor).where(col(Finding.obligation_id) == obligation.id), query)


def _newest_first(
    session: Session, rows: SelectOfScalar[Finding], query: FindingQuery | ObligationFindingQuery
) -> Page[FindingPublic]:
    return keyset_page(session, query, rows, col(Finding.id), partial(public_findings, session), descending=True)


def before_finding(session: Session, obligation: Obligation) -> ObligationSpan:
    """What stood of an obligation just before the finding that is open on it."""
    without = col(ObligationSpan.obligation_id) == obligation.id, col(ObligationSpan.finding_due_on).is_(None)
    last_first = col(ObligationSpan.from_at).desc(), col(ObligationSpan.id).desc()
    return session.exec(select(ObligationSpan).where(*without).order_by(*last_first).limit(1)).one()


def public_findings(session: Session, findings: Sequence[Finding]) -> list[FindingPublic]:
    answers = defaultdict(list)
    wanted = select(FindingAnswer).where(col(FindingAnswer.finding_id).in_([finding.id for finding in findings]))
    given = session.exec(wanted.order_by(col(FindingAnswer.id))).all()
    evidence = evidence_of(session, col(Evidence.finding_answer_id), [answer.id for answer in given])
    for answer in given:
        answers[answer.finding_id].append(FindingAnswerPublic.of(answer, evidence=evidence[answer.id]))
    return [FindingPublic(**finding.model_dump(), answers=answers[finding.id]) for finding in findings]
