"""The queries for findings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import and_, not_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app import clock
from app.access.actors import Actor
from app.checklists.models import Checklist
from app.errors import NotFound
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import visible_to
from app.obligations.span_models import ObligationSpan
from app.obligations.stands import Stand, stand_for
from app.paging import AsOfPage, Page, count_rows, keyset_page
from app.updates.finding_models import Finding, FindingAnswer, FindingState
from app.updates.finding_schemas import FindingAnswerPublic, FindingPublic, FindingQuery, ObligationFindingQuery
from app.updates.models import Evidence
from app.updates.queries import evidence_of


def visible_findings(actor: Actor) -> SelectOfScalar[Finding]:
    """A unit sees the findings on its own obligations, an officer all in their scope."""
    return select(Finding).where(visible_to(actor, col(Finding.unit_id), col(Finding.checklist_id)))


def get_finding(session: Session, actor: Actor, finding_id: int) -> Finding:
    """Raises:
    NotFound: the finding does not exist, or the actor may not see it.
    """
    finding = session.exec(visible_findings(actor).where(col(Finding.id) == finding_id)).first()
    if finding is None:
        raise NotFound(say("there is no finding {id} that you may see; check the number", id=finding_id))
    return finding


def list_findings(session: Session, actor: Actor, query: FindingQuery, *, today: date) -> AsOfPage[FindingPublic]:
    """The findings opened by the end of a day, in their state at that time, newest first; none on what is voided.

    Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf, InvalidCursor.
    """
    after = query.after(date, date, int)
    stand = stand_for(query, after, today=today, upcoming=True)
    end = clock.end_of(stand.day)
    rows = visible_findings(actor).where(col(Finding.opened_at) < end)
    if query.unit is not None:
        rows = rows.where(col(Finding.unit_id) == query.unit)
    if query.checklist is not None:
        rows = rows.where(col(Finding.checklist_id) == query.checklist)
    if query.task is not None:
        of_task = select(Obligation.id).where(col(Obligation.task_id) == query.task)
        rows = rows.where(col(Finding.obligation_id).in_(of_task))
    is_closed = and_(col(Finding.closed_at).is_not(None), col(Finding.closed_at) < end)
    stands = (
        stand.select([stand.obligation_id], with_obligation=False)
        .join(Checklist, col(Checklist.id) == stand.checklist_id)
        .where(stand.obligation_id == col(Finding.obligation_id))
        .correlate(Finding)
    )
    rows = rows.where(stands.exists())  # not on voided obligations: nothing was to be found
    if query.state is FindingState.CLOSED:
        rows = rows.where(is_closed)
    elif query.state is not None:
        is_answered = stand.finding_answered_on.is_not(None)
        is_so = is_answered if query.state is FindingState.ANSWERED else not_(is_answered)
        rows = rows.where(not_(is_closed), stands.where(is_so).exists())
    if query.overdue is not None:
        overdue = and_(not_(is_closed), stands.where(stand.is_finding_late).exists())
        rows = rows.where(overdue if query.overdue else not_(overdue))
        rows = rows.where(stands.where(stand.counts_against_units).exists())  # drafts do not count
    total = query.total(partial(count_rows, session.connection(), rows))
    if after:
        rows = rows.where(col(Finding.id) < after[-1])
    found = session.exec(rows.order_by(col(Finding.id).desc()).limit(query.limit + 1)).all()
    listed = found[: query.limit]
    cursor = query.cursor_at([stand.day, stand.known_on, listed[-1].id]) if len(found) > query.limit else None
    items = public_findings(session, listed, None if stand.is_today else stand)
    return AsOfPage(items=items, next_cursor=cursor, **total, as_of=stand.day, known_on=stand.known_on)


def list_of_obligation(
    session: Session, actor: Actor, obligation: Obligation, query: ObligationFindingQuery
) -> Page[FindingPublic]:
    rows = visible_findings(actor).where(col(Finding.obligation_id) == obligation.id)
    return keyset_page(session, query, rows, col(Finding.id), partial(public_findings, session), descending=True)


def before_finding(session: Session, obligation: Obligation) -> ObligationSpan:
    """The state of an obligation just before its open finding."""
    without = col(ObligationSpan.obligation_id) == obligation.id, col(ObligationSpan.finding_due_on).is_(None)
    last_first = col(ObligationSpan.from_at).desc(), col(ObligationSpan.id).desc()
    return session.exec(select(ObligationSpan).where(*without).order_by(*last_first).limit(1)).one()


def public_findings(session: Session, findings: Sequence[Finding], stand: Stand | None = None) -> list[FindingPublic]:
    """Args:
    stand: of a past day, to show their state at its end.
    """
    answers = defaultdict(list)
    wanted = select(FindingAnswer).where(col(FindingAnswer.finding_id).in_([finding.id for finding in findings]))
    if stand is not None:
        wanted = wanted.where(col(FindingAnswer.posted_at) < clock.end_of(stand.day))
    given = session.exec(wanted.order_by(col(FindingAnswer.id))).all()
    evidence = evidence_of(session, col(Evidence.finding_answer_id), [answer.id for answer in given])
    for answer in given:
        answers[answer.finding_id].append(FindingAnswerPublic.of(answer, evidence=evidence[answer.id]))
    stood = {} if stand is None else _stood(session, findings, answers, stand)
    return [
        FindingPublic(**finding.model_dump() | stood.get(finding.id, {}), answers=answers[finding.id])
        for finding in findings
    ]


def _stood(
    session: Session, findings: Sequence[Finding], answers: Mapping[int, list[FindingAnswerPublic]], stand: Stand
) -> dict[int, dict[str, Any]]:
    """The members of findings that were different at the end of a past day. Their last days and answers are in the
    spans of their obligations."""
    later = [one for one in findings if one.closed_at is None or one.closed_at >= clock.end_of(stand.day)]
    ids = stand.obligation_id.in_([one.obligation_id for one in later])
    columns = [stand.obligation_id, stand.finding_due_on, stand.finding_answered_on]
    days = {row[0]: row[1:] for row in session.execute(stand.select(columns, with_obligation=False).where(ids))}
    stood = {}
    for one in later:
        due_on, answered_on = days.get(one.obligation_id, (None, None))
        given = answers.get(one.id)
        stood[one.id] = {
            "due_on": due_on or one.due_on,
            "state": FindingState.OPEN if answered_on is None else FindingState.ANSWERED,
            "answered_on": _last_answered_on(given, answered_on, one.answered_on) if given else None,
            "closed_at": None,
            "conclusion": None,
        }
    return stood


def _last_answered_on(given: Sequence[FindingAnswerPublic], first_on: date | None, last_on: date | None) -> date:
    """The day on which the last of these answers had arrived. It is stored of the first after the finding was opened or
    extended, and of the finding's last; of any other it is the day on which it was written.

    Args:
        first_on: the day of the first.
        last_on: the day of the finding's last, which may have come later.
    """
    if first_on is not None and all(clock.local_day(one.posted_at) < first_on for one in given[:-1]):
        return first_on
    written_on = clock.local_day(given[-1].posted_at)
    return min(written_on, last_on or written_on)
