"""The shapes of the dashboard."""

from datetime import date

from pydantic import Field

from app.obligations.lights import Light
from app.obligations.schemas import DayQuery
from app.obligations.states import ObligationState, Timeliness
from app.oversight.schemas import CountedFrom, Drafts
from app.oversight.tally_schemas import MonthTally, SectionTally, Tally, TaskTally, UnitTally
from app.shapes import OutputShape
from app.tasks.schemas import TaskState


class DashboardQuery(DayQuery):
    drafts: Drafts = False
    due: CountedFrom = "granted"


class TasksOnDashboard(OutputShape):
    """The number of tasks of each kind."""

    by_state: dict[TaskState, int] | None = Field(description="as /tasks shows them; null for a past day")
    by_timeliness: dict[Timeliness, int] = Field(
        description="tasks of which at least one obligation is so; a task may count under several"
    )
    by_light: dict[Light, int] = Field(description="by the worst light of their obligations; what is waived has none")


class ObligationTally(Tally):
    by_state: dict[ObligationState, int]


class SectionOnDashboard(SectionTally):
    tasks: TasksOnDashboard


class DashboardPublic(OutputShape):
    """A checklist's figures as of a day, in agreement with the lists under /tallies and /oversight."""

    checklist_id: int
    as_of: date = Field(description="as things stood at the end of this day in Shanghai")
    known_on: date = Field(description="as far as it had been recorded by the end of this day")
    tasks: TasksOnDashboard
    obligations: ObligationTally
    sections: list[SectionOnDashboard] = Field(description="the one with the most overdue first")
    worst_units: list[UnitTally] = Field(description="the ten with the most overdue")
    worst_tasks: list[TaskTally] = Field(description="the ten with the most overdue")
    this_month: MonthTally | None = Field(description="the month of `as_of`; null where nothing falls due in it")
    last_month: MonthTally | None = Field(description="the month before")
    trend: list[MonthTally] = Field(description="every month in which something falls due, the first one first")
