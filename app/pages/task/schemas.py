"""The shapes of a task's page."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.obligations.schemas import ObligationPublic
from app.pages.first_rows import FirstRows
from app.shapes import OutputShape
from app.tasks.period_schemas import PeriodPublic
from app.tasks.schemas import TaskPublic
from app.updates.schemas import StatusUpdatePublic


class TaskPart(StrEnum):
    """A part of a task's page."""

    PERIODS = "periods"
    UNITS = "units"
    UPDATES = "updates"


def _split(given: Any) -> Any:
    """`a,b` is two words, as `a` and `b` given one by one are."""
    return [word for one in given for word in str(one).split(",")] if isinstance(given, list) else given


class TaskPageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    expand: Annotated[
        list[TaskPart],
        BeforeValidator(_split),
        Field(
            max_length=len(TaskPart),
            description="also these, in one answer",
            examples=[["periods", "units", "updates"]],
        ),
    ] = []


class TaskParts(OutputShape):
    """What a task's page shows beside the task."""

    periods: FirstRows[PeriodPublic] | None = Field(description="with expand=periods, else null")
    obligations: FirstRows[ObligationPublic] | None = Field(
        description="with expand=units: what each unit owes of it, as far as you may read that; else null"
    )
    updates: FirstRows[StatusUpdatePublic] | None = Field(
        description="with expand=updates: what you may read of what units reported, the newest first; else null"
    )


class TaskPage(TaskParts, TaskPublic):
    """A task with what its page shows beside it."""
