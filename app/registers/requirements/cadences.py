"""The finder of recurring limits: 每月28日前, 按季度, 每半年, 每年12月底前, 至少每季度一期, 全年不少于4期."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.languages.messages import say
from app.registers.requirements.cadence_words import (
    ALSO,
    CADENCE,
    COUNT,
    DAY_OF_THIRD,
    IN_A_YEAR,
    IN_MONTH,
    IN_QUARTER,
    IN_TEN_DAYS,
    IN_WEEK,
    IN_YEAR,
    LONGEST_DAY,
    MONTHS,
    UNITS,
    WEEKDAYS,
)
from app.registers.requirements.comparisons import bounds, comparison
from app.registers.requirements.finds import Doubt, Finds, Limit, Quantity
from app.registers.requirements.numerals import number_of, whole
from app.registers.requirements.reading import ScheduleKind
from app.registers.requirements.text import Prose, Taken

MOST_TIMES = 12
"""More often than that in a year is a quantity to reach, not a cadence."""

_REACH = 40
_COMES_ROUND = re.compile(r"每|逐月|按月|月报|[本当上]月|情况|进[展度]|动态|报表|台账|调度")


def find_cadences(prose: Prose, year: int, finds: Finds, taken: Taken) -> None:
    """Adds recurring limits to `finds`, and marks its characters as read."""
    for match in CADENCE.finditer(prose.text):
        if not taken.covers(*match.span()):
            _read(match, prose, finds, taken)
    for match in IN_A_YEAR.finditer(prose.text):
        if not taken.covers(*match.span()) and match["year"] in (None, str(year)):
            _read_year(match, finds, taken)


def _read(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    start, end = match.span()
    if match["month_end"] and not _comes_round(start, prose):
        finds.doubts.append(Doubt(start, end, say("every month, or only this one? set the schedule by hand")))
    elif match["month_end"]:
        finds.limits.append(Limit(start, end, ScheduleKind.MONTHLY, 0.5))
    elif match["quarter_end"]:
        finds.limits.append(Limit(start, end, ScheduleKind.QUARTERLY, 0.6))
    elif match["next_month"]:
        _read_month(match, prose, finds, taken, confidence=0.6)
    elif match["two_months"]:
        finds.limits.append(Limit(start, end, ScheduleKind.TIMES_PER_YEAR, 0.8, times=6))
        _take_count(prose, end, taken)
    elif match["uneven"]:
        finds.doubts.append(Doubt(start, end, say("no schedule of this kind")))
        _take_count(prose, end, taken)
    elif match["number"]:
        _read_every_so_many(match, prose, finds, taken)
    else:
        unit = match["unit"] or match["by"] or match["each"] or match["called"] or match["short"].lstrip("一个")
        kind = UNITS.get(unit[0])
        if kind is None:
            is_daily = unit[0] in "日天"
            finds.doubts.append(Doubt(start, end, say("no schedule of this kind"), may_be_last_day=not is_daily))
            _take_count(prose, end, taken)
        elif kind in (ScheduleKind.WEEKLY, ScheduleKind.TEN_DAYS):
            _read_shorter(kind, match, prose, finds, taken)
        elif kind is ScheduleKind.MONTHLY:
            _read_month(match, prose, finds, taken, confidence=0.6 if match["called"] else 0.9)
        else:
            _read_longer(kind, match, prose, finds, taken)
    taken.take(start, max([end, *(limit.end for limit in finds.limits[-1:])]))


def _comes_round(at: int, prose: Prose) -> bool:
    """Whether the sentence speaks of what is done again and again."""
    first, last = prose.sentence(at)
    return _COMES_ROUND.search(prose.text, max(first, at - _REACH), min(last, at + _REACH)) is not None


def _read_shorter(kind: ScheduleKind, match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    """每周, 每周五前, 每旬. Several days of a week (每周二、周四) are left to the office."""
    end, weekday, confidence = match.end(), None, 0.9
    inside = (IN_WEEK if kind is ScheduleKind.WEEKLY else IN_TEN_DAYS).match(prose.text, end)
    if inside and inside[0]:
        end, named = inside.end(), inside.groupdict()
        if named.get("more"):
            confidence = 0.5
        elif named.get("weekday"):
            weekday = WEEKDAYS.index(named["weekday"].replace("天", "日")) + 1
    _add(Limit(match.start(), end, kind, confidence, weekday=weekday), prose, finds, taken)


def _read_month(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken, confidence: float) -> None:
    inside = IN_MONTH.match(prose.text, match.end())
    day, end = None, match.end()
    if inside and (inside["day"] or inside["third"] or inside["part"]):
        end = inside.end()
        day = whole(inside["day"]) if inside["day"] else DAY_OF_THIRD.get(inside["third"] or "下")
    if day is not None and not 1 <= day <= 31:
        finds.doubts.append(Doubt(match.start(), end, say("no month has a day {day}", day=day)))
        taken.take(match.start(), end)
        return
    if day is not None and day > 28:
        confidence = 0.6  # not every month has it
    limit = Limit(match.start(), end, ScheduleKind.MONTHLY, confidence, day=day)
    if day is not None and (others := list(_more_days(end, prose, taken))):
        finds.limits += [limit, *others]
        return
    _add(limit, prose, finds, taken)


def _more_days(at: int, prose: Prose, taken: Taken) -> Iterator[Limit]:
    """每月10日、25日前 and 每月5日和20日 are two monthly limits."""
    while joined := ALSO.match(prose.text, at):
        inside = IN_MONTH.match(prose.text, joined.end())
        if not inside or not (inside["day"] or inside["third"]):
            return
        day = whole(inside["day"]) if inside["day"] else DAY_OF_THIRD[inside["third"]]
        at = inside.end()
        taken.take(joined.start(), at)
        if day is None or 1 <= day <= 31:
            yield Limit(joined.end(), at, ScheduleKind.MONTHLY, 0.7, day=day)


def _read_longer(kind: ScheduleKind, match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    if kind is ScheduleKind.YEARLY:
        before = len(finds.doubts)
        dated = list(_days_of_year(match, prose, finds, taken))
        finds.limits.extend(dated)
        if dated or len(finds.doubts) > before:
            return
    inside = (IN_YEAR if kind is ScheduleKind.YEARLY else IN_QUARTER).match(prose.text, match.end())
    end, month, day = match.end(), None, None
    if inside and inside[0]:
        end = inside.end()
        if kind is ScheduleKind.QUARTERLY:
            month = 3 if inside["last"] else 1 if inside["first"] else whole(inside["nth"]) if inside["nth"] else None
            day = whole(inside["day"]) if inside["day"] else DAY_OF_THIRD.get(inside["third"] or "下")
            day = day if day is None or 1 <= day <= 31 else None
            month = month or (3 if day and inside["third"] else None)
    confidence = 0.7 if day and not month else 0.9
    _add(Limit(match.start(), end, kind, confidence, month=month, day=day), prose, finds, taken)


def _days_of_year(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> Iterator[Limit]:
    """每年6月30日和12月31日前 are two yearly limits."""
    start, at = match.start(), match.end()
    while (inside := IN_YEAR.match(prose.text, at)) and inside["month"]:
        month = whole(inside["month"])
        day = whole(inside["day"]) if inside["day"] else DAY_OF_THIRD.get(inside["third"] or "下")
        taken.take(start, inside.end())
        if 1 <= month <= 12 and (day is None or 1 <= day <= LONGEST_DAY[month - 1]):
            yield Limit(start, inside.end(), ScheduleKind.YEARLY, 0.9, month=month, day=day)
        else:
            finds.doubts.append(Doubt(start, inside.end(), say("the calendar has no such day")))
        joined = ALSO.match(prose.text, inside.end())
        if not joined:
            return
        start = at = joined.end()


def _read_every_so_many(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    start, end = match.span()
    months = whole(match["number"]) * {"月": 1, "季度": 3, "年": 12}.get(match["of"], 0)
    if months in MONTHS:
        finds.limits.append(Limit(start, end, MONTHS[months], 0.8))
    elif months and 12 % months == 0:
        finds.limits.append(Limit(start, end, ScheduleKind.TIMES_PER_YEAR, 0.8, times=12 // months))
    else:
        finds.doubts.append(Doubt(start, end, say("no schedule of this kind: it does not come round with the year")))
        _take_count(prose, end, taken)


def _add(limit: Limit, prose: Prose, finds: Finds, taken: Taken) -> None:
    """The limit, with how often a period asks for it: 每年4次 is four times a year, 每季度2次 a target beside it."""
    count = _count_after(prose, limit.end)
    low = number_of(count["low"]) if count else None
    if (
        not count
        or low is None
        or taken.covers(*count.span("low"))
        or CADENCE.search(prose.text, limit.end, count.end())
    ):
        finds.limits.append(limit)
        return
    kind = comparison(prose.text[limit.end : count.start("low")], count["after"] or "")
    # At least, at most or neither: a cap alone asks for nothing to be done.
    capped = kind == "at_most"
    once = low == 1 and not count["high"]
    taken.take(count.start("low"), count.end())
    if limit.kind is ScheduleKind.YEARLY and not capped and 1 < low <= MOST_TIMES and low % 1 == 0:
        finds.limits.append(
            Limit(limit.start, count.end(), ScheduleKind.TIMES_PER_YEAR, 0.9 if kind else 0.8, times=int(low))
        )
        return
    if not capped:
        end = count.end() if once else limit.end
        finds.limits.append(replace(limit, end=end))
    if not once or capped:
        finds.quantities.append(_quantity(count, low, kind))


def _count_after(prose: Prose, at: int) -> re.Match[str] | None:
    return COUNT.search(prose.text, at, min(prose.clause(at)[1], at + _REACH))


def _take_count(prose: Prose, at: int, taken: Taken) -> None:
    """每两周至少一次: the count says nothing of its own."""
    count = _count_after(prose, at)
    if count:
        taken.take(count.start("low"), count.end())


def _quantity(count: re.Match[str], low: Decimal, kind: str | None) -> Quantity:
    start = count.start() if kind else count.start("low")
    high = number_of(count["high"]) if count["high"] else None
    return Quantity(start, count.end(), count["turns"], 0.8 if kind else 0.7, **bounds(kind, low, high))


def _read_year(match: re.Match[str], finds: Finds, taken: Taken) -> None:
    low = number_of(match["low"])
    kind = comparison(match["between"] + match["before"], match["after"] or "")
    is_span = match[0].startswith(("年内", "年度内"))
    if low is None or low % 1 or not (2 if is_span else 1) <= low <= MOST_TIMES or kind == "at_most":
        return
    finds.limits.append(Limit(*match.span(), ScheduleKind.TIMES_PER_YEAR, 0.9 if kind else 0.7, times=int(low)))
    taken.take(*match.span())
