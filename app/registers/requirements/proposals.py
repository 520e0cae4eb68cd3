"""The proposals of a requirement in a task's form: at most one schedule, and one target for each metric."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from app.checklists.schedules import AnySchedule, Schedule
from app.checklists.targets import Comparison, Target, TargetScope, one_of_each_metric
from app.registers.requirements.all_year import says_it_goes_on
from app.registers.requirements.reading import RequirementReading, ScheduleKind, ScheduleProposal, TargetProposal

_NOTHING = RequirementReading(schedules=[], targets=[], notes=[])
_NOT_RECURRING = (ScheduleKind.ON, ScheduleKind.MILESTONES, ScheduleKind.AFTER_EVENT, ScheduleKind.STANDING)
_schedule: TypeAdapter[AnySchedule] = TypeAdapter(Schedule)


class DayOf(StrEnum):
    """Which of the two counts if they state different days."""

    COLUMN = "column"  # the last-day column
    REQUIREMENT = "requirement"


@dataclass(frozen=True, slots=True)
class Takeable:
    """None and empty where the requirement proposes none."""

    schedule: AnySchedule | None
    targets: list[Target]

    def together(self) -> "Takeable":
        """The same, with each target that has a sum asked of all units together."""
        scope = {True: TargetScope.TOGETHER, False: TargetScope.EACH}
        return Takeable(self.schedule, [one.model_copy(update={"scope": scope[one.has_sum]}) for one in self.targets])


def takeable(reading: RequirementReading) -> Takeable | None:
    """A reading as a task's schedule and targets; None where somebody has to decide: between two schedules, two figures
    of one thing, or what an unnamed event is."""
    if len(reading.schedules) > 1 or not (reading.schedules or reading.targets):
        return None
    try:
        schedules = [_schedule.validate_python(_rule(one)) for one in reading.schedules]
        targets = one_of_each_metric([target for one in reading.targets for target in _targets(one)])
    except ValueError:  # pydantic's are among them: a name that is empty or too long, steps out of order
        return None
    return Takeable(schedules[0] if schedules else None, targets)


def takeable_in_row(
    column: RequirementReading, requirement: RequirementReading | None, day_of: DayOf | None = None
) -> Takeable | None:
    """What a row proposes, as a task can take it; None too where words of its last-day column are not understood, or
    where the column says another day than the requirement. Of several days in a requirement, the column's is the last.

    Args:
        day_of: which of the two says the last day, as somebody answered.
    """
    column = settled(column, requirement)
    if column.notes and day_of is not DayOf.REQUIREMENT:
        return None
    if day_of is None and column.schedules and not disagree(column, requirement):
        day_of = DayOf.COLUMN
    of_column = [] if day_of is DayOf.REQUIREMENT else column.schedules
    said = [*of_column, *(requirement.schedules if requirement and day_of is not DayOf.COLUMN else [])]
    once = list({one.rule: one for one in said}.values())
    return takeable(RequirementReading(schedules=once, targets=requirement.targets if requirement else [], notes=[]))


def disagree(column: RequirementReading, requirement: RequirementReading | None) -> bool:
    """Whether the last-day column says another time than the requirement, where both say one. 持续推进 in a requirement
    is no time beside a day in the column."""
    said = requirement.schedules if requirement else []
    in_requirement = {one.rule for one in said if one.kind is not ScheduleKind.STANDING}
    in_column = {one.rule for one in settled(column, requirement).schedules}
    return bool(in_requirement) and not in_column <= in_requirement


def settled(column: RequirementReading, requirement: RequirementReading | None) -> RequirementReading:
    """The last-day column, or nothing where it says only 全年 or 长期坚持 and the requirement says how often."""
    said = requirement.schedules if requirement else []
    recurs = bool(said) and all(one.kind not in _NOT_RECURRING for one in said)
    return _NOTHING if recurs and says_it_goes_on(column) else column


def unread_days(column: RequirementReading, requirement: RequirementReading | None) -> list[str]:
    """The words of a row's last day that were not understood: the column's or, where no day is stated, the
    requirement's."""
    column = settled(column, requirement)
    notes = [*column.notes]
    if requirement and not (notes or column.schedules or requirement.schedules):
        notes = [one for one in requirement.notes if one.may_be_last_day]
    return list(dict.fromkeys(one.words for one in notes))


def _rule(proposal: ScheduleProposal) -> dict[str, Any]:
    names = ("due_on", "month", "day", "weekday", "times", "days", "unit", "event")
    said = {name: getattr(proposal, name) for name in names}
    rule = {name: value for name, value in said.items() if value is not None}
    if proposal.milestones:
        rule["milestones"] = [{"due_on": one.due_on, "words": one.words} for one in proposal.milestones]
    return {"kind": proposal.kind.value, **rule}


def _targets(proposal: TargetProposal) -> list[Target]:
    said = {name: getattr(proposal, name.value) for name in Comparison}
    return [
        Target(metric=proposal.metric, comparison=comparison, number=number)
        for comparison, number in said.items()
        if number is not None
    ]
