"""The words of a last day that say no more than that something goes on: 全年, 长期坚持."""

import re

from app.registers.requirements.reading import RequirementReading, ScheduleKind

ALL_YEAR = re.compile(
    r"(?:\d{4}年|今年|本年)?(?:(?:贯穿)?全年度?(?:任务|工作|完成|推进|实施|开展|落实)?|1月?(?:1[日号])?(?:[-—~至到]+|--)(?:\d{4}年)?12月(?:底|31[日号])?)"
)


def says_it_goes_on(due: RequirementReading) -> bool:
    """Whether words of a last day say no more than 全年 or 长期坚持."""
    return (
        bool(due.schedules or due.notes)
        and all(one.kind is ScheduleKind.STANDING for one in due.schedules)
        and all(ALL_YEAR.fullmatch("".join(note.words.split())) for note in due.notes)
    )
