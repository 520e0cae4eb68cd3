from collections.abc import Callable, Sequence
from datetime import date

from sqlmodel import Session

from app.access.actors import Actor
from app.access.models import ApiKey
from app.checklists.targets import falls_short, figures_of, kept, targets_of
from app.clock import local_day
from app.errors import NotFound, NotYourUnit, SeveralOpenPeriods
from app.languages.messages import say
from app.obligations.actions import journal_change
from app.obligations.models import Obligation
from app.obligations.queries import HeldObligation, unit_obligations
from app.obligations.states import ObligationState
from app.updates import queries
from app.updates.models import Evidence, StatusUpdate
from app.updates.schemas import StatusUpdateCreate, StatusUpdatePublic, evidence_public

POSTED = "update.posted"


def post_update(session: Session, held: HeldObligation, report: StatusUpdateCreate, *, by: Actor) -> StatusUpdatePublic:
    """Keep what a unit reports of its own obligation, and move the obligation with it.

    Raises:
        As `reported`.
    """
    update = reported(held, report, by=by, called="" if report.reported_by else _name_of(session, by))
    session.add(update)
    session.flush()
    links = links_of(update, report)
    session.add_all(links)
    journal_change(session, held, POSTED, by=by, rows=[update, *links])
    return queries.public_update(update, [evidence_public(link) for link in links])


def reported(
    held: HeldObligation,
    report: StatusUpdateCreate,
    *,
    by: Actor,
    called: str,
    make: Callable[..., StatusUpdate] = StatusUpdate,
) -> StatusUpdate:
    """Move an obligation with what its unit reports of it. A claim of completion completes it, or waits for the office
    where the checklist asks for review. Who reports has received it (签收). Writes nothing.

    Args:
        make: makes the row of all its columns but its number.
        called: the name of the key, for a report that names nobody who filled it in.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed: it is completed or waived already;
        AwaitingReview: an earlier claim waits; FindingOpen: a claim while an auditor's finding is open.
    """
    obligation = held.obligation
    require_own_unit(by, obligation.unit_id)
    held.checklist.require_changeable()
    held.task.require_standing()
    today = local_day(held.moment)
    if report.state is not ObligationState.COMPLETED:
        obligation.report(report.percent, today)
    elif held.checklist.asks_for_review:
        obligation.submit(today)
    else:
        obligation.complete(today)
    obligation.acknowledged_at = obligation.acknowledged_at or held.moment
    if report.figures:
        obligation.reached = kept(report.figures)
    falls = falls_short(targets_of(held.task.targets), figures_of(obligation.reached))
    return make(
        checklist_id=obligation.checklist_id,
        task_id=obligation.task_id,
        obligation_id=obligation.id,
        unit_id=obligation.unit_id,
        key_id=by.key_id,
        state=report.state,
        percent=100 if report.state is ObligationState.COMPLETED else report.percent,
        narrative=report.narrative,
        next_steps=report.next_steps,
        figures=kept(report.figures),
        contradicts_target=falls and report.state is ObligationState.COMPLETED,
        posted_at=held.moment,
        reported_by=report.reported_by or called,
        approved_by=report.approved_by or "",
    )


def links_of(update: StatusUpdate, report: StatusUpdateCreate) -> list[Evidence]:
    """The links that a report shows, of the update that was made of it and has its number."""
    return [
        Evidence(checklist_id=update.checklist_id, update_id=update.id, url=link.url, title=link.title)
        for link in report.evidence
    ]


def acknowledge(session: Session, held: HeldObligation, *, by: Actor) -> Obligation:
    """签收: a unit says that it knows of its obligation. Again changes nothing.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; ObligationClosed.
    """
    require_own_unit(by, held.obligation.unit_id)
    held.checklist.require_changeable()
    held.task.require_standing()
    if held.obligation.acknowledge(held.moment):
        journal_change(session, held, "obligation.acknowledged", by=by)
    return held.obligation


def _name_of(session: Session, actor: Actor) -> str:
    """What the actor's key is called; nothing for whoever sits at the server itself."""
    return "" if actor.key_id is None else session.get_one(ApiKey, actor.key_id).name


def require_own_unit(actor: Actor, unit_id: int) -> None:
    """Raises:
    NotYourUnit: a unit answers only for itself.
    """
    if unit_id not in actor.unit_ids:
        raise NotYourUnit(say("your key does not speak for unit {unit}; it speaks for its own", unit=unit_id))


def open_obligation(session: Session, task_id: int, unit_id: int, *, by: Actor, today: date) -> Obligation:
    """The one obligation of a period that has begun that a unit has open for a task; if none is, the next to come, and
    if nothing is open at all, a closed one.

    Raises:
        NotYourUnit; NotFound: it owes nothing for this task; SeveralOpenPeriods: with the list of them.
    """
    require_own_unit(by, unit_id)
    return the_open_one(unit_obligations(session, task_id, unit_id, today=today), task_id, unit_id, today)


def the_open_one(found: Sequence[Obligation], task_id: int, unit_id: int, today: date) -> Obligation:
    """Of all that a unit owes for a task, in turn, the one that it reports of.

    Raises:
        NotFound: it owes nothing for this task; SeveralOpenPeriods: with the list of them.
    """
    if not found:
        raise NotFound(
            say(
                "unit {unit} owes nothing for task {task}; GET /units/{unit}/obligations lists what it owes",
                unit=unit_id,
                task=task_id,
            )
        )
    still_open = [obligation for obligation in found if obligation.is_open and obligation.has_begun(today)]
    if len(still_open) > 1:
        listed = [{"id": one.id, "due_on": one.due_on and one.due_on.isoformat()} for one in still_open]
        raise SeveralOpenPeriods(obligations=listed)
    return found[0]
