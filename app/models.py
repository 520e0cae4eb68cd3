"""The import of every table, for the mapper and for alembic."""

from app.access import models as access
from app.access.claim_rules import models as claim_rules
from app.access.persons import models as persons
from app.access.sessions import models as sessions
from app.checklists import models as checklists
from app.checklists import span_models as checklist_spans
from app.journal import models as journal
from app.notices import models as notices
from app.notices.calendars import models as calendars
from app.notices.reminders import models as reminders
from app.notices.subscriptions import models as subscriptions
from app.notices.urgings import models as urgings
from app.obligations import assignment_models as assignments
from app.obligations import models as obligations
from app.obligations import period_models as periods
from app.obligations import span_models as spans
from app.obligations import suspension_models as suspensions
from app.registers.imports import models as registers
from app.units import models as units
from app.updates import finding_models as findings
from app.updates import models as updates
from app.updates.releases import models as releases
from app.workdays import models as workdays

__all__ = [
    "access",
    "assignments",
    "calendars",
    "checklist_spans",
    "checklists",
    "claim_rules",
    "findings",
    "journal",
    "notices",
    "obligations",
    "periods",
    "persons",
    "registers",
    "releases",
    "reminders",
    "sessions",
    "spans",
    "subscriptions",
    "suspensions",
    "units",
    "updates",
    "urgings",
    "workdays",
]
