"""The verbs of the journal that cause notices, their receivers, and whether a notice is still true."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel, select

from app.journal.rows import table_of
from app.languages.messages import Message, say
from app.notices.models import Notice, ReceiverKind
from app.notices.subscriptions.models import Subscription
from app.notices.urgings.models import Urging
from app.obligations.assignment_models import Assignment
from app.obligations.models import Obligation
from app.obligations.states import ObligationState
from app.updates.finding_models import Finding, FindingState
from app.updates.models import Extension, Review
from app.updates.releases.models import WaitingReport

REMINDER = "reminder"  # the verb of a digest, which no entry has
_UNIT, _OFFICE, _AUDITORS = ReceiverKind.UNIT, ReceiverKind.OFFICE, ReceiverKind.AUDITORS


class Told(NamedTuple):
    """The notice of one verb of the journal."""

    receivers: tuple[ReceiverKind, ...]
    title: Message
    about: type[SQLModel] | None = None  # the table of the row in its entry
    is_still_true: Callable[[Any], bool] = lambda _: True  # whether it is still so, by that row
    says: Callable[[Any], Sequence[str]] = lambda _: ()  # what of the row is told, a line each


TOLD: Mapping[str, Told] = {
    "report.written": Told(
        (_UNIT,),
        say("a report waits for its release"),
        WaitingReport,
        lambda row: row.waits,
    ),
    "update.returned": Told(
        (_UNIT,), say("a claim was returned"), Review, says=lambda row: [row.reason] if row.reason else []
    ),
    "obligation.reopened": Told(
        (_UNIT,),
        say("the office reopened it: your unit owes it again"),
        Obligation,
        lambda row: row.is_open,
        lambda row: [row.reason] if row.reason else [],
    ),
    "finding.opened": Told(
        (_UNIT, _OFFICE),
        say("an auditor found something"),
        Finding,
        lambda row: row.state is FindingState.OPEN,
        lambda row: [row.narrative, say("to be put right by {day}", day=row.due_on)],
    ),
    "finding.extended": Told(
        (_UNIT,),
        say("an auditor wants more"),
        Finding,
        lambda row: row.state is FindingState.OPEN,
        lambda row: [say("to be put right by {day}", day=row.due_on)],
    ),
    "finding.answered": Told(
        (_AUDITORS,), say("a finding was answered"), Finding, lambda row: row.state is FindingState.ANSWERED
    ),
    "finding.closed": Told((_UNIT,), say("a finding is closed"), Finding, says=lambda row: [row.conclusion]),
    "extension.asked": Told(
        (_OFFICE,),
        say("a later day was asked for"),
        Extension,
        lambda row: row.decision is None,
        lambda row: [say("asked for: {day}", day=row.asked_for), row.reason],
    ),
    "extension.granted": Told(
        (_UNIT,),
        say("a later day was granted"),
        Extension,
        says=lambda row: [say("its last day is {day} now", day=row.granted_to)],
    ),
    "extension.refused": Told(
        (_UNIT,),
        say("a later day was refused"),
        Extension,
        says=lambda row: [row.decision_reason] if row.decision_reason else [],
    ),
    "urging.sent": Told(
        (_UNIT,),
        say("the office urges"),
        Urging,
        lambda row: row.answered_at is None,
        lambda row: [row.words, say("answer by {day}", day=row.answer_by)],
    ),
    "urging.answered": Told((_OFFICE,), say("an urging was answered"), Urging, says=lambda row: [row.answer]),
    "unit.assigned": Told(
        (_UNIT,), say("your unit was named for a task"), Assignment, lambda row: row.ended_on is None
    ),
    "import.begun": Told((_OFFICE,), say("an import waits for answers")),
    "subscription.disabled": Told(
        (_OFFICE,),
        say("a subscription was ended, since its receiver is away"),
        Subscription,
        says=lambda row: [row.name],
    ),
}


def is_still_true(session: Session, notice: Notice, about: Any, obligation: Obligation | None) -> bool:
    """Whether a notice is still true and still concerns its receiver.

    Args:
        about: the row that it is about, if its verb has one.
    """
    told = TOLD[notice.verb]
    if obligation is not None and (
        obligation.voided_at is not None or notice.unit_id not in (None, obligation.unit_id)
    ):
        return False
    if notice.verb == "update.returned":
        return obligation is not None and obligation.state is ObligationState.RETURNED
    if notice.verb == "urging.sent" and (obligation is None or not obligation.is_open):
        return False
    if notice.verb == "import.begun":
        return _waits(session, notice.about_id)
    return told.about is None or (about is not None and told.is_still_true(about))


def _waits(session: Session, import_id: int | None) -> bool:
    """Whether an import still waits for answers."""
    table = SQLModel.metadata.tables["register_import"]  # its room stands to the right of this one
    waiting = table.c.checklist_id.is_(None), table.c.redacted_at.is_(None)
    return session.execute(select(table.c.id).where(table.c.id == import_id, *waiting)).first() is not None


def row_name(verb: str) -> str | None:
    """The table whose row a verb's entry is about."""
    if verb == "import.begun":
        return "register_import"
    about = TOLD[verb].about
    return None if about is None else table_of(about).name
