"""The reader of a task's requirement (工作要求): it proposes last days, cadences and quantities."""

import re
from operator import attrgetter
from typing import Any, TypeVar

from app.errors import InvalidRequest
from app.languages.messages import say
from app.registers.requirements.after_periods import find_after_periods
from app.registers.requirements.cadences import find_cadences
from app.registers.requirements.dates import find_dates
from app.registers.requirements.events import find_events
from app.registers.requirements.finds import Doubt, Finds, Limit, Quantity
from app.registers.requirements.milestones import as_milestones
from app.registers.requirements.no_last_days import find_turns
from app.registers.requirements.reading import (
    RequirementNote,
    RequirementReading,
    ScheduleKind,
    ScheduleProposal,
    TargetProposal,
)
from app.registers.requirements.targets import find_targets
from app.registers.requirements.text import LONGEST, Prose, Taken
from app.shapes import OutputShape

Shape = TypeVar("Shape", bound=OutputShape)
_PLACE = attrgetter("start")
_STANDING = re.compile(
    r"长期(?:坚持|推进|执行|抓好|开展|保持|有效|实施)|(?:坚持)?常态化(?!疫情|防控|阶段|条件)(?:推进|开展|落实|抓好|公开)?"
    r"|持续(?:推进|推动|做好|开展|深化|加强|加大|优化|提升|用力|抓好|实施|巩固|完善|落实|强化|改善|扩大|公开|更新)|常年|常抓不懈|久久为功"
)


def read_requirement(text: str, year: int) -> RequirementReading:
    """Read any text as a requirement in a register of `year`, to which days without a year belong.

    Raises:
        InvalidRequest: the text is longer than 20,000 characters.
    """
    if len(text) > LONGEST:
        detail = say(
            "has {count} characters; a requirement has at most {most}. Read its parts one by one",
            count=f"{len(text):,}",
            most=f"{LONGEST:,}",
        )
        raise InvalidRequest(say("{field}: {detail}", field="text", detail=detail), fields=[("text", detail)])
    prose = Prose(text)
    taken, finds = Taken.none_of(prose), Finds()
    find_turns(prose, finds, taken)
    find_after_periods(prose, finds, taken)
    find_cadences(prose, year, finds, taken)
    find_events(prose, finds, taken)
    find_dates(prose, year, finds, taken)
    find_targets(prose, finds, taken)
    milestones, limits = as_milestones(prose, _supported(prose, finds))
    schedules = [*milestones, *(_shown(ScheduleProposal, limit, prose, milestones=[]) for limit in limits)]
    if not schedules and not finds.quantities:
        schedules = _standing(prose)
    return RequirementReading(
        schedules=once_each(schedules),
        targets=[_shown(TargetProposal, one, prose) for one in sorted(finds.quantities, key=_PLACE)],
        notes=[_shown(RequirementNote, one, prose) for one in sorted(finds.doubts, key=_PLACE)],
    )


def _supported(prose: Prose, finds: Finds) -> list[Limit]:
    """Without those that count only beside a target in its clause (全年新建3所) or the next (全年,新建3所)."""
    clauses = {prose.clause(quantity.start) for quantity in finds.quantities}
    return [
        limit
        for limit in finds.limits
        if not limit.only_with_target
        or prose.clause(limit.start) in clauses
        or (prose.text.startswith(",", limit.end) and prose.clause(limit.end + 1) in clauses)
    ]


def _shown(shape: type[Shape], find: Limit | Quantity | Doubt, prose: Prose, **more: Any) -> Shape:
    """What is shown of a find: its words as they are printed."""
    words, start = prose.words(find.start, find.end)
    return shape.of(find, words=words, start=start, **more)


def _standing(prose: Prose) -> list[ScheduleProposal]:
    match = _STANDING.search(prose.text)
    if not match:
        return []
    return [_shown(ScheduleProposal, Limit(*match.span(), ScheduleKind.STANDING, 0.4), prose, milestones=[])]


def once_each(schedules: list[ScheduleProposal]) -> list[ScheduleProposal]:
    """In the order of the text; of two that say the same, the surer."""
    best: dict[str, ScheduleProposal] = {}
    for schedule in sorted(schedules, key=lambda schedule: -schedule.confidence):
        best.setdefault(schedule.rule, schedule)
    return sorted(best.values(), key=lambda schedule: schedule.start)
