from typing import Annotated

from pydantic import ConfigDict, Field

from app.obligations.roles import Role
from app.obligations.states import ObligationState
from app.shapes import BodyId, InputShape, OutputShape, Reason
from app.tasks.schemas import AssignmentWrite


class WaiverItem(InputShape):
    obligation_id: BodyId
    reason: Reason


class WaiveMany(InputShape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"obligation_id": 539, "reason": "机构改革,职责已划转。"}]}]}
    )

    items: Annotated[list[WaiverItem], Field(min_length=1, max_length=500)]


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

    items: Annotated[list[AssignmentItem], Field(min_length=1, max_length=500)]


class AssignedPublic(OutputShape):
    task_id: int
    unit_id: int
    role: Role
    is_new: bool = Field(description="false where the unit had a part in the task already")
    obligations_made: int = Field(default=0, description="0 where every last day had passed", examples=[1])
    overdue_at_once: int = Field(default=0, description="obligations that it made overdue", examples=[0])


class AssignedMany(OutputShape):
    items: list[AssignedPublic]
