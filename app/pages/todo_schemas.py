from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from app.checklists.schemas import ChecklistPublic
from app.obligations.schemas import ObligationPublic
from app.shapes import OutputShape
from app.tasks.schemas import TaskPublic
from app.units.schemas import UnitPublic
from app.updates.extension_schemas import ExtensionPublic
from app.updates.finding_schemas import FindingPublic
from app.updates.schemas import StatusUpdatePublic

Item = TypeVar("Item")


class ToDo(BaseModel, Generic[Item]):
    """What waits, by its first rows."""

    count: int
    count_is_exact: bool = Field(description="false where there are more than `count`")
    items: list[Item] = Field(description="the first of them")
    path: str = Field(description="the whole list", examples=["/api/v1/obligations?overdue=true"])


class UnitToDo(OutputShape):
    to_acknowledge: ToDo[ObligationPublic]
    due_soon: ToDo[ObligationPublic]
    overdue: ToDo[ObligationPublic]
    returned: ToDo[ObligationPublic]
    findings_to_answer: ToDo[FindingPublic]
    extensions_decided: ToDo[ExtensionPublic] = Field(description="in the last two weeks")


class OfficeToDo(OutputShape):
    to_review: ToDo[StatusUpdatePublic]
    extensions_to_decide: ToDo[ExtensionPublic]
    unconfirmed_units: ToDo[UnitPublic] = Field(description="names that only an import has met")
    nobody_accountable: ToDo[TaskPublic] = Field(description="tasks with an open collective that names nobody")
    drafts: ToDo[ChecklistPublic]


class AuditToDo(OutputShape):
    overdue: ToDo[ObligationPublic]
    findings_to_close: ToDo[FindingPublic] = Field(description="units have answered them")
    findings_overdue: ToDo[FindingPublic]


class CallerToDo(OutputShape):
    """What waits for the caller, each part for the roles that it concerns."""

    as_of: date
    unit: UnitToDo | None = Field(description="for a reporter")
    office: OfficeToDo | None = Field(description="for a coordinator or an admin")
    audit: AuditToDo | None = Field(description="for an auditor")
