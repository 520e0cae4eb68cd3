"""The rules of a report: who says it, what it does to an obligation, and to which one it belongs."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.access.actors import Actor
from app.checklists.targets import require_known, stored_list, targets_of
from app.clock import local_day
from app.errors import InvalidRequest, NotFound, SeveralOpenPeriods
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation, open_first
from app.updates.schemas import StatusUpdateCreate


class Signed(NamedTuple):
    """Who says a report: its key, 填报人 and 审核人. Persons are as the journal names them."""

    key_id: int | None
    reported_by: str
    approved_by: str


def signed_by(report: StatusUpdateCreate, by: Actor, key_name: str, *, asks_for_release: bool, waits: bool) -> Signed:
    """A person is who is signed in. For a key that several share the report names somebody; else it is the key's name.

    Raises:
        InvalidRequest: a person reports in somebody else's name, or the report names who will release it.
    """
    is_person = by.person_id is not None
    if is_person and report.reported_by not in (None, key_name):
        raise InvalidRequest(fields=[("body.reported_by", say("is who is signed in; leave it out"))])
    if (is_person or waits) and report.approved_by is not None:
        raise InvalidRequest(fields=[("body.approved_by", say("is who releases it; leave it out"))])
    if is_person:
        return Signed(by.key_id, by.who, by.who if asks_for_release and not waits else "")
    return Signed(by.key_id, report.reported_by or key_name, report.approved_by or "")


def reported(locked: LockedObligation, report: StatusUpdateCreate, by: Actor, arrived_on: date) -> None:
    """Change an obligation's state for a unit's report. A claim of completion completes it, or waits for the office if
    the checklist asks for review. A report also acknowledges it (签收).

    Args:
        arrived_on: the day of a claim.

    Raises:
        NotYourUnit; ChecklistArchived, TaskWithdrawn; OnlyOfficeEnds; ObligationClosed: it is closed already;
        AwaitingReview: an earlier claim waits; FindingOpen: a claim while an auditor's finding is open;
        InvalidRequest: the task has no target for the metric of a figure.
    """
    obligation = locked.obligation
    by.require_unit(obligation.unit_id)
    locked.checklist.require_changeable()
    locked.task.require_not_withdrawn()
    require_known(report.figures, targets_of(locked.task.targets))
    if report.claims_completion:
        locked.task.require_claimable()
    if not report.claims_completion:
        obligation.report(report.percent, arrived_on)
    elif locked.checklist.asks_for_review:
        obligation.submit(arrived_on)
    else:
        obligation.complete(arrived_on)
    obligation.reported_on = local_day(locked.moment)  # a past day reads it from `posted_at`
    obligation.acknowledged_at = obligation.acknowledged_at or locked.moment
    if report.figures:
        obligation.reached = stored_list(report.figures)


def the_open_one(found: Sequence[Obligation], task_id: int, unit_id: int, today: date) -> Obligation:
    """The obligation of a unit and a task that a report belongs to.

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
        listed = [
            {"id": one.id, "due_on": one.due_on and one.due_on.isoformat()} for one in open_first(still_open, today)
        ]
        raise SeveralOpenPeriods(obligations=listed)
    return open_first(found, today)[0]
