"""The finder of milestones, several last days of one task: ①…; ②…; ③…, or three in one sentence, one after another."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from app.registers.requirements.finds import Limit
from app.registers.requirements.reading import MilestoneReading, ScheduleKind, ScheduleProposal
from app.registers.requirements.text import Prose

Span = tuple[int, int]
Step = tuple[Span, list[Limit]]

_ITEM = re.compile(
    r"[①-⑳⑴-⒛]|\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|(?<![\d.])\d{1,2}[.、)](?!\d)|(?:(?<=[。;:\n])|^)\d{1,2}[.、](?=\d{1,2}月)"
    r"|(?<![\u4e00-\u9fff])[一二三四五六七八九十]{1,2}(?:是|、)"
)
_EDGES = " \u3000,,;;。、\n\r\t"
_FEWEST_UNNUMBERED = 3


def as_milestones(prose: Prose, limits: list[Limit]) -> tuple[list[ScheduleProposal], list[Limit]]:
    """The milestones that the dated limits make, and the limits left over."""
    dated = sorted((limit for limit in limits if limit.kind is ScheduleKind.ON), key=lambda limit: limit.start)
    made: list[ScheduleProposal] = []
    used: set[Limit] = set()
    for runs, fewest in ((_items(prose), 2), (_clauses(prose, dated), _FEWEST_UNNUMBERED)):
        left = [limit for limit in dated if limit not in used]
        for steps in _steps(runs, left):
            days = [limits[-1].due_on for _, limits in steps if limits[-1].due_on]
            in_order = days == sorted(set(days))
            if len(set(days)) >= fewest and (in_order or fewest == 2):
                made.append(_proposal(prose, steps))
                used.update(limit for _, inside in steps for limit in inside)
    return made, [limit for limit in limits if limit not in used]


def _items(prose: Prose) -> list[list[Span]]:
    """The numbered items as one run of spans."""
    starts = [match.start() for match in _ITEM.finditer(prose.text)]
    return [list(zip(starts, [*starts[1:], len(prose.text)], strict=True))] if len(starts) > 1 else []


def _clauses(prose: Prose, dated: list[Limit]) -> list[list[Span]]:
    """For each sentence with several dated limits, the stretches from one limit's clause to the next."""
    runs: dict[tuple[int, int], list[int]] = {}
    for limit in dated:
        starts = runs.setdefault(prose.sentence(limit.start), [])
        start = prose.clause(limit.start)[0]
        if start not in starts:
            starts.append(start)
    return [list(zip(starts, [*starts[1:], end], strict=True)) for (_, end), starts in runs.items()]


def _steps(runs: list[list[Span]], dated: list[Limit]) -> Iterator[list[Step]]:
    """For each run, its spans that have a last day, each with its limits, the latest at the end."""
    place = 0
    for run in runs:
        steps: list[Step] = []
        for span in run:
            inside: list[Limit] = []
            while place < len(dated) and dated[place].start < span[1]:
                if dated[place].start >= span[0]:
                    inside.append(dated[place])
                place += 1
            if inside:
                steps.append((span, sorted(inside, key=lambda limit: limit.due_on or date.min)))
        yield steps


def _proposal(prose: Prose, steps: list[Step]) -> ScheduleProposal:
    milestones = []
    for (start, end), limits in steps:
        if due_on := limits[-1].due_on:
            milestones.append(MilestoneReading(due_on=due_on, **_trimmed(prose, start, end)))
    sure = min(limit.confidence for _, limits in steps for limit in limits)
    whole = _trimmed(prose, steps[0][0][0], steps[-1][0][1])
    return ScheduleProposal(kind=ScheduleKind.MILESTONES, milestones=milestones, confidence=sure, **whole)


def _trimmed(prose: Prose, start: int, end: int) -> dict[str, Any]:
    words, place = prose.words(start, end)
    stripped = words.strip(_EDGES)
    return {"words": stripped, "start": place + words.index(stripped)}
