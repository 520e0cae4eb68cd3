"""The actions on reminder rules."""

from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.journal.recorder import lock, record
from app.notices.reminders.models import ReminderRules
from app.notices.reminders.queries import get_rules, public_rules, rungs_of
from app.notices.reminders.schemas import ReminderRulesPublic, ReminderRulesWrite


def set_rules(
    session: Session, checklist: Checklist, wanted: ReminderRulesWrite, *, by: Actor, at: datetime
) -> ReminderRulesPublic:
    """Set the ladder, or switch it on or off. The same again changes nothing.

    Raises:
        OutsideScope; ChecklistArchived.
    """
    by.require_scope(checklist.jurisdiction_code)
    moment = lock(session, at, checklist.stream)
    session.refresh(checklist)
    checklist.require_changeable()
    rules = get_rules(session, checklist.id)
    rungs = [rung.model_dump(mode="json") for rung in (rungs_of(rules) if wanted.rungs is None else wanted.rungs)]
    if rules is not None and (rules.is_on, rules.rungs) == (wanted.is_on, rungs):
        return public_rules(session, checklist)
    if rules is None:
        rules = ReminderRules(checklist_id=checklist.id, is_on=wanted.is_on, rungs=rungs)
        session.add(rules)
    rules.is_on, rules.rungs = wanted.is_on, rungs
    subject = f"checklist:{checklist.id}"
    record(session, checklist.stream, by=by.who, verb="reminder_rules.set", subject=subject, at=moment, rows=[rules])
    return public_rules(session, checklist)
