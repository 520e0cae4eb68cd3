"""The finder of times in a text, limits or not: 6月底, 2023年三季度, 上半年, 2023.9.15, 6月1日至30日."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.registers.requirements.numerals import SMALL, whole
from app.registers.requirements.text import Prose, Taken

_TO = r"(?:至|到|[-—~]{1,2})"
_POINT = re.compile(
    rf"(?<![\d.])(?:(?P<iso_from>\d{{4}}[-./]\d{{1,2}}){_TO}(?=\d{{4}}[-./]))?(?P<iso_year>\d{{4}})(?P<sign>[-./])"
    r"(?P<iso_month>\d{1,2})(?:(?P=sign)(?P<iso_day>\d{1,2})日?|(?(iso_from)|(?=月?[底末前止])))(?!\d)"
    r"|(?=[\d〇○零一二三四五六七八九十廿卅今本当明次下去上第前全年头])"
    r"(?P<own>(?:(?P<year>(?<!\d)\d{4}|[〇○零一二三四五六七八九]{4})年度?"
    r"|(?P<said>今年|本年度?|当年|明年|次年|下一?年度?|去年|上年度?))(?!级))?"
    r"(?:"
    rf"(?<![\d一二三四五六七八九十])(?:(?P<from_month>{SMALL})月?{_TO})?(?P<month>{SMALL})月份?"
    rf"(?:(?P<day>{SMALL})[日号]|(?P<third>[上中下])旬|(?P<month_part>[底末初]|中(?=[,前]))?)"
    r"|(?:[第前]?[一二三四1-4][-—至到~])?第?(?P<quarter>[一二三四1-4])季度(?P<quarter_part>[底末初]|中(?=[,前]))?"
    r"|(?:前|头)(?P<quarters>[三3两2])个?季度(?P<quarters_part>[底末])?"
    r"|(?P<half>[上下])半年(?P<half_part>[底末])?"
    r"|(?(own)年?|(?<![\d一两二三四五六七八九十几近每数多半])年度?)(?P<year_part>[底末终内]|中(?=[,前]))"
    r"|(?P<whole>全年度?)"
    r")?"
    rf"|(?<![\d月一二三四五六七八九十])(?P<only_day>{SMALL})[日号](?=(?:之|以)?前)"
    rf"|(?<=[\d日号][至到~—-])(?P<ranged_day>{SMALL})[日号]"
)
_JOIN = re.compile(rf"起?{_TO}|[、和及与]")
_LATER = {"明年": 1, "次年": 1, "下": 1, "去年": -1, "上": -1}


@dataclass(slots=True)
class Point:
    """A time named in the text, with its last day; `day` None is the month's end.

    is_whole_year: a year and no more. is_within: 年内. is_start: 初 or 中. only_day: no month goes with the day.
    is_backward: the end of a range that begins later: 11月至2月.
    """

    start: int
    end: int
    year: int
    month: int
    day: int | None
    is_whole_year: bool = False
    is_within: bool = False
    is_start: bool = False
    only_day: bool = False
    is_backward: bool = False

    @property
    def due_on(self) -> date | None:
        if not (1 <= self.month <= 12 and 1949 <= self.year <= 2999):
            return None
        last = monthrange(self.year, self.month)[1]
        day = last if self.day is None else self.day
        return date(self.year, self.month, day) if 1 <= day <= last else None


def points_of(prose: Prose, year: int, taken: Taken) -> list[Point]:
    """All times that `text` names, in order; a range is its end. Without a year they are of `year`."""
    return _joined(_points(prose, year, taken), prose.text)


def _points(prose: Prose, year: int, taken: Taken) -> list[Point]:
    points: list[Point] = []
    sentence, stated = (0, 0), None
    for match in _POINT.finditer(prose.text):
        if not match[0] or taken.covers(*match.span()):
            continue
        here = prose.sentence(match.start())
        if here != sentence:
            sentence, stated = here, None
        own = _year_of(match, year)
        points.append(_point(match, own or stated or year))
        if own and own >= year and not points[-1].is_whole_year:
            stated = own  # 2024年3月底前…,6月底前…: the second is of 2024 too
    return points


def _year_of(match: re.Match[str], year: int) -> int | None:
    if written := match["iso_year"] or match["year"]:
        return whole(written)
    said = match["said"]
    return year + next((n for word, n in _LATER.items() if said.startswith(word)), 0) if said else None


def _point(match: re.Match[str], year: int) -> Point:
    start, end = match.span()
    if match["iso_year"]:
        month, day = whole(match["iso_month"]), whole(match["iso_day"]) if match["iso_day"] else None
        begins = [*map(int, re.findall(r"\d+", match["iso_from"] or ""))]
        return Point(start, end, year, month, day, is_backward=begins > [year, month])
    if only_day := match["only_day"] or match["ranged_day"]:
        return Point(start, end, year, 0, whole(only_day), only_day=True)
    part = match["month_part"] or match["quarter_part"]
    if match["month"]:
        third = {"上": 10, "中": 20}.get(match["third"] or "")
        day = whole(match["day"]) if match["day"] else third
        month, first = whole(match["month"]), whole(match["from_month"] or "0")
        return Point(start, end, year, month, day, is_start=part in ("初", "中"), is_backward=first > month)
    if match["quarter"]:
        return Point(start, end, year, 3 * whole(match["quarter"]), None, is_start=part in ("初", "中"))
    if match["quarters"]:
        return Point(start, end, year, 9 if match["quarters"] in "三3" else 6, None)
    if match["half"]:
        return Point(start, end, year, 6 if match["half"] == "上" else 12, None)
    middle = match["year_part"] == "中"
    bare = not match["year_part"]
    return Point(start, end, year, 6 if middle else 12, None, is_whole_year=bare, is_within=match["year_part"] == "内")


def _joined(points: list[Point], text: str) -> list[Point]:
    """6月1日至6月30日 is one point, its end; 6月10日、20日前 are two, both in June."""
    joined: list[Point] = []
    for point in points:
        before = joined[-1] if joined else None
        gap = text[before.end : point.start] if before else ""
        if before and point.start - before.end <= 2 and _JOIN.fullmatch(gap):
            if point.only_day:
                point.month, point.year, point.only_day = before.month, before.year, before.only_day
            if gap[0] not in "、和及与":
                point.start = before.start
                point.is_backward = (before.due_on or date.min) > (point.due_on or date.max)
                joined.pop()
        joined.append(point)
    return joined
