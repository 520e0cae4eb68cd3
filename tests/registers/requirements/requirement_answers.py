"""A reading written as the table of sentences writes it."""

from decimal import Decimal

from app.registers.requirements.reading import RequirementReading, ScheduleKind, ScheduleProposal, TargetProposal


def schedules(reading: RequirementReading) -> str:
    return "; ".join(_schedule(schedule) for schedule in reading.schedules)


def targets(reading: RequirementReading) -> str:
    return "; ".join(_target(target) for target in reading.targets)


def _schedule(schedule: ScheduleProposal) -> str:
    said: list[object]
    match schedule.kind:
        case ScheduleKind.AFTER_EVENT:
            said = [schedule.days, schedule.unit, schedule.event]
        case ScheduleKind.MILESTONES:
            said = [milestone.due_on for milestone in schedule.milestones]
        case _:
            month_and_day = "/".join(str(part) for part in (schedule.month, schedule.day) if part is not None)
            said = [schedule.due_on, schedule.times, month_and_day]
    return " ".join([schedule.kind, *(str(part) for part in said if part not in (None, ""))])


def _target(target: TargetProposal) -> str:
    bounds: list[tuple[str, Decimal | None]] = [
        (">=", target.at_least),
        ("<=", target.at_most),
        ("=", target.exactly),
    ]
    return " ".join(f"{target.metric}{sign}{number.normalize():f}" for sign, number in bounds if number is not None)
