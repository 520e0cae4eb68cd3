"""The shapes of a task's periods and events in requests and responses."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from app.obligations.period_models import DueSource
from app.obligations.schemas import TargetReached
from app.paging import PageQuery
from app.shapes import Day, InputShape, Name, OutputShape


class TaskEventCreate(InputShape):
    """Something that happened, from which the task's days are counted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"happened_on": "2026-03-02", "title": "霍政办〔2026〕12号印发"}]}
    )

    happened_on: Annotated[Day, Field(description="today or before; this day itself does not count")]
    title: Annotated[Name, Field(examples=["霍政办〔2026〕12号印发"])]


class TaskEventPublic(OutputShape):
    id: int
    task_id: int
    happened_on: date
    title: str = Field(examples=["霍政办〔2026〕12号印发"])
    period: str = Field(description="key of the period that it began", examples=["event-7"])
    due_on: date | None
    provisional: str | None = Field(
        description="why the last day may still move; null when it is settled",
        examples=["the working days of 2027 are not published"],
    )
    withdrawn_on: date | None
    withdrawn_reason: str | None = Field(examples=["重复登记"])


class TaskEventEntered(TaskEventPublic):
    overdue_at_once: int = Field(description="obligations that are overdue by its last day at once", examples=[0])


class TaskEventQuery(PageQuery):
    pass


class Counts(OutputShape):
    """How far a group of obligations is: `completed` of `owed`."""

    owed: int = Field(description="obligations that are not waived", examples=[30])
    completed: int = Field(examples=[27])
    waived: int = 0


class PeriodPublic(OutputShape):
    """期次: one dated occurrence of a task, and how far its units are."""

    key: str = Field(examples=["2026-Q2"])
    title: str = Field(description="a milestone's words or an event's title", examples=["完成方案"])
    starts_on: date
    ends_on: date | None
    due_on: date | None
    due_source: DueSource
    expected_on: date | None = Field(description="进度要求: a soft day before the last one")
    provisional: str | None = Field(
        description="why the last day may still move", examples=["the working days of 2027 are not published"]
    )
    event_id: int | None
    withdrawn_on: date | None = Field(description="the day on which another schedule replaced it")
    counts: Counts
    together: list[TargetReached] = Field(
        description="the task's targets of all units together, and the sum of what each last reported"
    )


class PeriodQuery(PageQuery):
    withdrawn: Annotated[bool, Field(description="also those that another schedule replaced")] = False


class ScheduleChange(OutputShape):
    """The effect of a new schedule on the periods of its task, by their keys."""

    changed_nothing: bool = Field(description="every period and every obligation is as it was")
    made: list[str] = Field(examples=[["2026-08"]])
    kept: list[str] = Field(description="they existed before and still exist", examples=[["2026-Q2"]])
    moved: list[str] = Field(
        description="of those kept: they have a new last day for open obligations", examples=[["2026-Q2"]]
    )
    withdrawn: list[str] = Field(description="what is open of them is waived", examples=[["2026-Q3"]])

    @classmethod
    def between(
        cls, before: Mapping[str, date | None], after: Mapping[str, date | None], *, changed_nothing: bool
    ) -> "ScheduleChange":
        """Args:
        before, after: the key of each period that stood then → its last day.
        """
        return cls(
            changed_nothing=changed_nothing,
            made=[key for key in after if key not in before],
            kept=[key for key in before if key in after],
            moved=[key for key in before if key in after and before[key] != after[key]],
            withdrawn=[key for key in before if key not in after],
        )
