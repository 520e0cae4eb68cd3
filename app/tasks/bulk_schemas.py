"""The shapes of bulk changes."""

from pydantic import ConfigDict, Field

from app.obligations.roles import Role
from app.obligations.states import ObligationState
from app.shapes import BodyId, InputShape, Items, OutputShape, Reason
from app.tasks.part_schemas import AssignmentWrite
from app.tasks.schemas import TaskItem


class WaiverItem(InputShape):
    obligation_id: BodyId
    reason: Reason


class WaiveMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"obligation_id": 539, "reason": "机构改革,职责已划转。"}]}]}
    )

    items: Items[WaiverItem]


class WaivedPublic(OutputShape):
    obligation_id: int
    state: ObligationState


class WaivedMany(OutputShape):
    items: list[WaivedPublic]


class AssignmentItem(AssignmentWrite):
    model_config = ConfigDict(json_schema_extra={"examples": [{"task_id": 1, "unit_id": 7, "role": "lead"}]})

    task_id: BodyId
    unit_id: BodyId


class AssignMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"task_id": 1, "unit_id": 7, "role": "lead"}, {"task_id": 2, "unit_id": 7}]}]
        }
    )

    items: Items[AssignmentItem]


class AssignedPublic(OutputShape):
    task_id: int
    unit_id: int
    role: Role
    is_new: bool = Field(description="false where the unit had a part in the task already")
    obligations_made: int = Field(default=0, description="0 where every last day had passed", examples=[1])
    overdue_at_once: int = Field(default=0, description="obligations that it made overdue", examples=[0])


class AssignedMany(OutputShape):
    items: list[AssignedPublic]


class TasksCreate(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"section_id": 1, "requirement": one} for one in ("公开年度预算。", "公开决算。")]}]
        }
    )

    items: Items[TaskItem]


class TaskCreated(OutputShape):
    id: int
    section_id: int
    number: int


class TasksCreated(OutputShape):
    items: list[TaskCreated]
