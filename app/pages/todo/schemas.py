"""The shapes of a caller's to-do list."""

from datetime import date

from pydantic import Field

from app.checklists.schemas import ChecklistPublic
from app.obligations.schemas import ObligationPublic
from app.pages.first_rows import FirstRows
from app.shapes import OutputShape
from app.tasks.schemas import TaskPublic
from app.units.schemas import UnitPublic
from app.updates.extension_schemas import ExtensionPublic
from app.updates.finding_schemas import FindingPublic
from app.updates.releases.schemas import WaitingReportPublic
from app.updates.schemas import StatusUpdatePublic


class UnitToDo(OutputShape):
    to_release: FirstRows[WaitingReportPublic] = Field(description="待签发: what others of your unit reported")
    to_acknowledge: FirstRows[ObligationPublic]
    due_soon: FirstRows[ObligationPublic]
    overdue: FirstRows[ObligationPublic]
    returned: FirstRows[ObligationPublic]
    findings_to_answer: FirstRows[FindingPublic]
    extensions_decided: FirstRows[ExtensionPublic] = Field(description="in the last two weeks")


class OfficeToDo(OutputShape):
    to_review: FirstRows[StatusUpdatePublic]
    extensions_to_decide: FirstRows[ExtensionPublic]
    unconfirmed_units: FirstRows[UnitPublic] = Field(description="names that only an import has met")
    nobody_accountable: FirstRows[TaskPublic] = Field(description="tasks with an open collective that names nobody")
    drafts: FirstRows[ChecklistPublic]


class AuditToDo(OutputShape):
    overdue: FirstRows[ObligationPublic]
    findings_to_close: FirstRows[FindingPublic] = Field(description="units have answered them")
    findings_overdue: FirstRows[FindingPublic]


class CallerToDo(OutputShape):
    """The caller's to-do list, each part for the roles that it concerns."""

    as_of: date
    unit: UnitToDo | None = Field(description="for a reporter")
    office: OfficeToDo | None = Field(description="for a coordinator or an admin")
    audit: AuditToDo | None = Field(description="for an auditor")
