"""The queries for reminder rules."""

from sqlmodel import Session, col, select

from app.checklists.models import Checklist
from app.notices.reminders.models import ReminderRules
from app.notices.reminders.schemas import DEFAULT, ReminderRulesPublic, Rung


def get_rules(session: Session, checklist_id: int) -> ReminderRules | None:
    return session.exec(select(ReminderRules).where(col(ReminderRules.checklist_id) == checklist_id)).first()


def rungs_of(rules: ReminderRules | None) -> list[Rung]:
    return DEFAULT if rules is None else [Rung.model_validate(one) for one in rules.rungs]


def public_rules(session: Session, checklist: Checklist) -> ReminderRulesPublic:
    rules = get_rules(session, checklist.id)
    return ReminderRulesPublic(
        checklist_id=checklist.id,
        is_on=rules is not None and rules.is_on,
        is_default=rules is None,
        rungs=rungs_of(rules),
    )
