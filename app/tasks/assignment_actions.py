"""The actions on assignments and members: assign, name under an open collective, close a list, end."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist, ChecklistState, Task
from app.clock import local_day
from app.errors import NotACollective, NotFound, NotOpen, OutsideJurisdiction
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import say
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.queries import count_open, count_overdue
from app.obligations.settlement import ASSIGNMENT_ENDED, nothing, settle
from app.obligations.starts import require_something_owed, require_within, start_of_part
from app.obligations.states import MEMBERSHIP_ENDED
from app.tasks.actions import AS_IF_NEVER, current_assignment, lock_task
from app.tasks.schemas import AssignmentWrite
from app.units.models import Membership, Unit, UnitKind, directory_of


class Assigned(NamedTuple):
    """A unit's part in a task, whether it is new, and the numbers of obligations made and overdue."""

    assignment: Assignment
    is_new: bool
    obligations_made: int = 0
    overdue_at_once: int = 0


class Joined(NamedTuple):
    """A unit's membership, and the number of obligations that an earlier first day made overdue."""

    membership: Membership
    overdue_at_once: int = 0


def assign(
    session: Session,
    task: Task,
    unit: Unit,
    wanted: AssignmentWrite,
    *,
    by: Actor,
    at: datetime,
    text: str | None = None,
) -> Assigned:
    """Give a unit a part in a task, or another part, or another day from which it is owed. The same again changes
    nothing.

    Args:
        text: the unit as a register prints it; its name without it.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn;
        OutsideJurisdiction: the unit does not belong to the checklist's jurisdiction; UnitDissolved;
        NotOpen: the collective to name it under is not an open one of this task;
        InvalidRequest, NothingOwed: what `starts_on` says; who is named under an open list may owe nothing.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    if not unit.jurisdiction_code.startswith(checklist.jurisdiction_code):
        raise OutsideJurisdiction(
            say(
                "{unit} belongs to {code}, not {other}; give a unit of {other}",
                unit=unit.name,
                code=unit.jurisdiction_code,
                other=checklist.jurisdiction_code,
            )
        )
    if wanted.named_under == unit.id:
        raise NotOpen(say("{unit} cannot be named under itself; give the open collective of the task", unit=unit.name))
    if wanted.named_under is not None:
        _open_collective(session, task, wanted.named_under)
    moment = lock(
        session, moment, directory_of(unit.jurisdiction_code)
    )  # so that nobody joins or dissolves it meanwhile
    session.refresh(unit)
    assignment = current_assignment(session, task.id, unit.id)
    is_new, today = assignment is None, local_day(moment)
    if assignment is None:
        unit.require_existing()
        assignment = Assignment(
            checklist_id=checklist.id,
            task_id=task.id,
            unit_id=unit.id,
            role=wanted.role,
            text=unit.name if text is None else text[:200],
            named_under_id=wanted.named_under,
        )
        is_named = wanted.named_under is not None
        starts_on = start_of_part(session, checklist, task, wanted.starts_on, today, is_named=is_named)
        session.add(assignment)
    else:
        starts_on = wanted.starts_on or assignment.starts_on
        if (assignment.role, assignment.named_under_id, assignment.starts_on) == (
            wanted.role,
            wanted.named_under,
            starts_on,
        ):
            return Assigned(assignment, False)
    if wanted.starts_on is not None:
        require_within(checklist, wanted.starts_on)
    assignment.role, assignment.named_under_id, assignment.starts_on = wanted.role, wanted.named_under, starts_on
    session.flush()
    if (
        is_new and wanted.named_under is None
    ):  # a unit named late is just as accountable: the response says what was made
        require_something_owed(session, task, assignment)
    of_task = col(Obligation.task_id) == task.id
    before = count_open(session, assignment), count_overdue(session, of_task, today)
    verb = "unit.assigned" if is_new else "assignment.changed"
    _journal(session, checklist, assignment, verb, by, moment, settle(session, task, moment))
    after = count_open(session, assignment), count_overdue(session, of_task, today)
    return Assigned(assignment, is_new, *(max(0, now - then) for now, then in zip(after, before, strict=True)))


def unassign(
    session: Session,
    task: Task,
    unit_id: int,
    reason: str | None,
    *,
    by: Actor,
    at: datetime,
    as_if_never: bool = False,
) -> Assignment:
    """End a unit's part in a task, today: its open obligations are waived, completed ones stay.

    Args:
        as_if_never: it was assigned by mistake: obligations through this part alone are voided, as if they had never
            been. A part that ended before can be voided later.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NotFound: it has no part in it.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    former = _ended_assignment(session, task, unit_id) if as_if_never else None
    assignment = former or _assignment(session, task, unit_id)
    why = reason or ASSIGNMENT_ENDED
    assignment.ended_on, assignment.ended_reason = assignment.ended_on or local_day(moment), why
    session.flush()
    rows = settle(session, task, moment, why, lambda one: as_if_never and one.assignment_id == assignment.id)
    _journal(session, checklist, assignment, "assignment.ended", by, moment, rows, as_if_never=as_if_never)
    return assignment


def close_list(session: Session, task: Task, unit_id: int, reason: str, *, by: Actor, at: datetime) -> Assignment:
    """Close an open collective's list: no further unit is named, and the task can be completed.

    Raises:
        OutsideScope, ChecklistArchived, TaskWithdrawn; NotOpen: it is not an open collective of this task.
    """
    checklist, moment = lock_task(session, task, by=by, at=at)
    assignment = _open_collective(session, task, unit_id)
    if assignment.closed_on is None:
        assignment.closed_on, assignment.closed_reason = local_day(moment), reason
        _journal(session, checklist, assignment, "list.closed", by, moment, [])
    return assignment


def reopen_list(session: Session, task: Task, unit_id: int, *, by: Actor, at: datetime) -> Assignment:
    """Open the closed list of an open collective again. Raises as `close_list`."""
    checklist, moment = lock_task(session, task, by=by, at=at)
    assignment = _open_collective(session, task, unit_id)
    if assignment.closed_on is not None:
        assignment.closed_on = assignment.closed_reason = None
        _journal(session, checklist, assignment, "list.reopened", by, moment, [])
    return assignment


def add_member(
    session: Session,
    collective: Unit,
    unit: Unit,
    from_on: date | None = None,
    *,
    by: Actor,
    at: datetime,
    always: bool = False,
    takes_part_in_current: bool = False,
) -> Joined:
    """Make a unit a member of a collective. For a member, only whether it owes current periods can change.

    It then owes what the collective owes in periods that begin on its first day or later.

    Args:
        from_on: its first day; today without it.
        always: it has always been a member; only for a new collective.
        takes_part_in_current: it also owes the periods under way on its first day, from that day on.

    Raises:
        OutsideScope; NotACollective: the first is not a collective, or the second is one;
        OutsideJurisdiction: they belong to two; UnitDissolved: one of them.
    """
    by.require_scope(collective.jurisdiction_code)
    if collective.kind is not UnitKind.COLLECTIVE:
        raise NotACollective(
            say("the kind of {unit} is {kind}; give a collective", unit=collective.name, kind=collective.kind)
        )
    if unit.kind is UnitKind.COLLECTIVE:
        raise NotACollective(
            say("{unit} is a collective itself; the members of a collective are concrete units", unit=unit.name)
        )
    if unit.jurisdiction_code != collective.jurisdiction_code:
        raise OutsideJurisdiction(
            say(
                "{unit} belongs to {code}, not {other}; give a unit of {other}",
                unit=unit.name,
                code=unit.jurisdiction_code,
                other=collective.jurisdiction_code,
            )
        )
    moment, checklists = lock_parts(session, collective, at)
    today, membership = local_day(moment), _current_membership(session, collective, unit.id)
    verb = "member.added" if membership is None else "member.changed"
    if membership is None:
        for one in (collective, unit):
            session.refresh(one)
            one.require_existing()
        membership = Membership(
            collective_id=collective.id,
            unit_id=unit.id,
            jurisdiction_code=collective.jurisdiction_code,
            from_on=None if always else from_on or today,
        )
    elif membership.takes_part_in_current or not takes_part_in_current:
        return Joined(membership)
    membership.takes_part_in_current = takes_part_in_current
    session.add(membership)
    before = count_overdue(session, col(Obligation.unit_id) == unit.id, today)
    _journal_member(session, collective, membership, verb, by, moment)
    settle_parts(session, [collective.id], checklists, by=by, at=moment)
    return Joined(membership, count_overdue(session, col(Obligation.unit_id) == unit.id, today) - before)


def end_member(
    session: Session,
    collective: Unit,
    unit_id: int,
    reason: str | None = None,
    *,
    by: Actor,
    at: datetime,
    as_if_never: bool = False,
) -> Membership:
    """End a unit's membership today. Obligations of periods that have begun stay; the rest is waived.

    Args:
        reason: why; the journal has it.
        as_if_never: it joined by mistake: obligations through this membership alone are voided, except in archived
            checklists. A membership that ended before can be voided later.

    Raises:
        OutsideScope; NotFound: it is not a member.
    """
    by.require_scope(collective.jurisdiction_code)
    moment, checklists = lock_parts(session, collective, at)
    membership = _current_membership(session, collective, unit_id)
    if membership is None and as_if_never:
        membership = _former_membership(session, collective, unit_id)
    if membership is None:
        raise NotFound(
            say(
                "unit {id} is not a member of {name}; GET /units/{collective}/members lists them",
                id=unit_id,
                name=collective.name,
                collective=collective.id,
            )
        )
    membership.end(membership.until_on or local_day(moment), never=moment if as_if_never else None)
    facts = ({"reason": reason} if reason else {}) | (AS_IF_NEVER if as_if_never else {})
    _journal_member(session, collective, membership, "member.ended", by, moment, facts or None)
    through = {*session.exec(select(Assignment.id).where(col(Assignment.unit_id) == collective.id))}

    def taken_back(one: Obligation) -> bool:
        return one.unit_id == unit_id and one.assignment_id in through

    settle_parts(
        session,
        [collective.id],
        checklists,
        by=by,
        at=moment,
        reason=reason if as_if_never and reason else MEMBERSHIP_ENDED,
        mistaken=taken_back if as_if_never else None,
    )
    return membership


def lock_parts(session: Session, unit: Unit, at: datetime) -> tuple[datetime, list[Checklist]]:
    """Lock the directory and all checklists, except archived ones, in which a unit has a part, by name or through a
    collective, in the order of locks."""
    place = select(Membership.collective_id).where(
        col(Membership.unit_id) == unit.id, col(Membership.until_on).is_(None)
    )
    part = or_(col(Assignment.unit_id) == unit.id, col(Assignment.unit_id).in_(place))
    query = (
        select(Checklist)
        .where(
            col(Checklist.id).in_(select(Assignment.checklist_id).where(part)),
            col(Checklist.state) != ChecklistState.ARCHIVED,
        )
        .order_by(col(Checklist.id))
    )
    directory = directory_of(unit.jurisdiction_code)
    moment = lock(session, at, directory, *(checklist.stream for checklist in session.exec(query).all()))
    checklists = list(session.exec(query).all())  # again: one may have been added before the directory was locked
    return lock(session, moment, *(checklist.stream for checklist in checklists)), checklists


def settle_parts(
    session: Session,
    unit_ids: Sequence[int],
    checklists: list[Checklist],
    *,
    by: Actor,
    at: datetime,
    verb: str = "members.followed",
    reason: str = ASSIGNMENT_ENDED,
    mistaken: Callable[[Obligation], bool] | None = None,
) -> int:
    """Settle the tasks in which units have a part, after members changed or a unit was dissolved. Returns how many
    changed.

    Args:
        reason, mistaken: as for `settle`.
    """
    changed = 0
    for checklist in checklists:
        tasks = select(Task).where(
            col(Task.checklist_id) == checklist.id,
            col(Task.id).in_(select(Assignment.task_id).where(col(Assignment.unit_id).in_(unit_ids))),
        )
        if mistaken is None:  # what a withdrawn task had owed till then may be a mistake too
            tasks = tasks.where(col(Task.withdrawn_on).is_(None))
        for task in session.exec(tasks.order_by(col(Task.id))).all():
            rows = settle(session, task, at, reason, mistaken or nothing)
            if rows:
                changed += 1
                subject = f"task:{task.id}"
                record(session, checklist.stream, by=by.who, verb=verb, subject=subject, at=at, rows=rows)
    return changed


def follow_members(session: Session, collective: Unit, *, by: Actor, at: datetime) -> int:
    """After members joined in bulk: settle the tasks of every open checklist. Returns how many tasks changed."""
    moment, checklists = lock_parts(session, collective, at)
    return settle_parts(session, [collective.id], checklists, by=by, at=moment)


def _current_membership(session: Session, collective: Unit, unit_id: int) -> Membership | None:
    query = select(Membership).where(
        col(Membership.collective_id) == collective.id,
        col(Membership.unit_id) == unit_id,
        col(Membership.until_on).is_(None),
    )
    return session.exec(query).first()


def _former_membership(session: Session, collective: Unit, unit_id: int) -> Membership | None:
    """The last membership of a unit that ended and is not voided."""
    query = select(Membership).where(
        col(Membership.collective_id) == collective.id,
        col(Membership.unit_id) == unit_id,
        col(Membership.voided_at).is_(None),
    )
    return session.exec(query.order_by(col(Membership.id).desc())).first()


def _ended_assignment(session: Session, task: Task, unit_id: int) -> Assignment | None:
    """The last part of a unit that ended, if it has none now and some of its obligations are not voided."""
    if current_assignment(session, task.id, unit_id) is not None:
        return None
    owed = select(Obligation.id).where(
        col(Obligation.assignment_id) == col(Assignment.id), col(Obligation.voided_at).is_(None)
    )
    query = select(Assignment).where(
        col(Assignment.task_id) == task.id, col(Assignment.unit_id) == unit_id, owed.exists()
    )
    return session.exec(query.order_by(col(Assignment.id).desc())).first()


def _assignment(session: Session, task: Task, unit_id: int) -> Assignment:
    assignment = current_assignment(session, task.id, unit_id)
    if assignment is None:
        raise NotFound(
            say(
                "unit {unit} has no part in task {task}; GET /tasks/{task} lists those that have",
                unit=unit_id,
                task=task.id,
            )
        )
    return assignment


def _open_collective(session: Session, task: Task, unit_id: int) -> Assignment:
    assignment = current_assignment(session, task.id, unit_id)
    unit = session.get(Unit, unit_id)
    if assignment is None or unit is None or not unit.is_open:
        raise NotOpen(
            say(
                "unit {unit} is not an open collective of task {task}; GET /tasks/{task} shows them as is_open",
                unit=unit_id,
                task=task.id,
            )
        )
    return assignment


def _journal(
    session: Session,
    checklist: Checklist,
    assignment: Assignment,
    verb: str,
    by: Actor,
    moment: datetime,
    rows: list[Journaled],
    *,
    as_if_never: bool = False,
) -> None:
    subject, rows = f"task:{assignment.task_id}", [assignment, *rows]
    facts = AS_IF_NEVER if as_if_never else None
    record(session, checklist.stream, by=by.who, verb=verb, subject=subject, at=moment, rows=rows, facts=facts)


def _journal_member(
    session: Session,
    collective: Unit,
    membership: Membership,
    verb: str,
    by: Actor,
    moment: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    stream, subject = directory_of(collective.jurisdiction_code), f"unit:{collective.id}"
    record(session, stream, by=by.who, verb=verb, subject=subject, at=moment, rows=[membership], facts=facts)
