"""The finder of last days: 6月底前, 2023年9月30日前, 上半年, 三季度末, 年底前, 2023.9.15前, 6月1日至30日."""

import re
from dataclasses import replace

from app.languages.messages import say
from app.registers.requirements.finds import Doubt, Finds, Limit
from app.registers.requirements.no_last_days import no_last_day
from app.registers.requirements.numerals import SMALL
from app.registers.requirements.points import Point, points_of
from app.registers.requirements.reading import ScheduleKind
from app.registers.requirements.text import MASK, Prose, Taken
from app.registers.requirements.undated import UNDATED

_BEFORE = re.compile(
    r"(?:\d{1,2}[时点])?(?:之|以)?前(?![期置端沿列往后景瞻述三两\d]|提(?![升高交供出]))|(?:之|以)?内(?![容部控外涵设])|[截为]?止"
)
_PART_OF_TIME = re.compile(r"[底末终旬日号]$")
_PAST_BEFORE = re.compile(r"前(?:的|已|形成|取得|登记|建成的|存在|遗留|成立)")
_DOING = re.compile(
    r"[,、]?(?:再|均|要|须|应|需|必须|力争|确保|争取|全部|全面|基本|如期|按时|正式|率先|实现|县|组织|集中|前后)?"
    r"(?:完成|办结|实现|达到|建成|开工|竣工|投产|投用|交付|启用|上线|启动|开展|召开|举办|报送|上报|公布|公开|发布|印发|出台|制定"
    r"|形成|见效|清零|销号|验收|通过|落实|整改|编制|提交|投入|开通|建立|全部|全面|基本|力争|确保|对外|再|各|实行|推广|交|报|提[升高]|增至|降[至到])"
)
_BACKGROUND = re.compile(
    r"(?:的|起|以?后|之后|以来|来(?!临)|开始|同期|[^,;。]{0,6}期间|底?数|修订|制定的|印发的|初"
    r"|度?有?(?:工作)?(?:总结|报告|年报|要点|清单|数据|情况|任务|预算|决算|计划|考核结果)"
    r"|(?:绩效|目标)?(?:考核|考评|述职|测评))"
)
_PREPARED = re.compile(r"打好|打下|夯实|奠定|迎接|做好准备|创造条件|提供支撑|作准备|做准备")
_LEADING = re.compile(
    r"(?:于|在|到|至|并|力争|确保|务必|争取|计划|拟|应|须|需|要|原则上|其中|再|且|和|及|与|、|将|分别"
    r"|截止|最迟|最晚|不迟于|不晚于|是|\d[.、]|[①-⑳⑴-⒛])$"
)
_LISTED = re.compile(rf"(?:[、和及与](?:[次明]年)?(?:{SMALL}月(?:{SMALL}[日号]|底)?|{SMALL}[日号]))+")
_LATEST = re.compile(r"(?:截止到?|最迟|最晚|不迟于|不晚于|限于?)(?:在|于)?$")
_UP_TO = re.compile(r"(?:截至|截止)(?:到)?$")
_REACH = 40
_WEAK, _LIKELY, _SURE = 0.6, 0.75, 0.9


def find_dates(prose: Prose, year: int, finds: Finds, taken: Taken) -> None:
    """Adds the last days that the text states, and notes on those that cannot be a day."""
    for match in UNDATED.finditer(prose.folded):
        if prose.text[match.end() - 1] != MASK and not taken.covers(*match.span()):
            finds.doubts.append(
                Doubt(*match.span(), say("the text gives no date for this; look it up and set the day"))
            )
            taken.take(*match.span())
    open_months = _open_months(prose, finds)
    for point in points_of(prose, year, taken):
        if not (point.only_day and _day_of_month(point, prose, finds, open_months)):
            _weigh(point, prose, year, finds)
        taken.take(point.start, point.end)


def _open_months(prose: Prose, finds: Finds) -> dict[tuple[int, int], int]:
    """For each sentence, the place of a monthly limit that has no day yet."""
    return {
        prose.sentence(limit.start): index
        for index, limit in enumerate(finds.limits)
        if limit.kind is ScheduleKind.MONTHLY and limit.day is None
    }


def _day_of_month(point: Point, prose: Prose, finds: Finds, open_months: dict[tuple[int, int], int]) -> bool:
    """25日前报…,每月如此: a day without a month belongs to the month that comes round in its sentence."""
    index = open_months.pop(prose.sentence(point.start), None)
    if index is None or not 1 <= (point.day or 0) <= 31:
        return False
    limit = finds.limits[index]
    first, last = min(limit.start, point.start), max(limit.end, point.end + 1)
    finds.limits[index] = replace(limit, start=first, end=last, day=point.day, confidence=0.7)
    return True


def _weigh(point: Point, prose: Prose, year: int, finds: Finds) -> None:
    before = prose.text[max(0, prose.clause(point.start)[0], point.start - 12) : point.start]
    clause_end = min(prose.clause(point.end)[1], point.end + _REACH)
    after = prose.text[point.end : point.end + 24]
    listed = _LISTED.match(after)
    after = after[listed.end() :] if listed else after  # 4月10日、7月10日前: the 前 is said of both
    strong = _BEFORE.match(after)
    confidence = _confidence(point, before, after, point.is_within or strong is not None)
    if (
        confidence is None
        or point.year < year
        or _is_background(point, before, after, prose.text[point.end : clause_end])
    ):
        return
    end = point.end + (strong.end() if strong and not listed else 0)
    words = listed[0] if listed else prose.text[point.start : point.end]
    if reason := no_last_day(point, prose):
        finds.doubts.append(Doubt(point.start, end, reason, may_be_last_day=False))
    elif point.only_day:
        finds.doubts.append(Doubt(point.start, end, say("the text names a day of no month; set the schedule by hand")))
    elif point.is_start:
        finds.doubts.append(
            Doubt(point.start, end, say("the beginning or middle of a time is not a day; set the day by hand"))
        )
    elif point.is_backward:
        finds.doubts.append(Doubt(point.start, end, say("it ends before it begins; set the day by hand")))
    elif point.day is None and strong and strong[0].endswith("前") and not _PART_OF_TIME.search(words):
        finds.doubts.append(Doubt(point.start, end, say("before it begins, or by its end? set the day by hand")))
    elif point.due_on is None:
        finds.doubts.append(Doubt(point.start, end, say("the calendar has no such day; ask which one is meant")))
    else:
        finds.limits.append(
            Limit(
                point.start,
                end,
                ScheduleKind.ON,
                confidence,
                due_on=point.due_on,
                only_with_target=point.is_whole_year and not strong and confidence < _WEAK,
            )
        )


def _confidence(point: Point, before: str, after: str, strong: bool) -> float | None:
    stands_first = not before or _LEADING.search(before) is not None
    if point.is_whole_year and not strong:
        if before.endswith("到") or _LATEST.search(before):
            return _LIKELY
        return 0.5 if stands_first else None
    if strong or _LATEST.search(before):
        return _SURE
    if _UP_TO.search(before):
        return None
    if _DOING.match(after) or before.endswith("到"):
        return _LIKELY if point.day or stands_first else _WEAK
    return _WEAK if stands_first else None


def _is_background(point: Point, before: str, after: str, rest: str) -> bool:
    strong = _BEFORE.match(after)
    if before.endswith(("为", "自", "从", "近")) and (not strong or _PREPARED.search(rest)):
        return True
    if strong:
        return _PAST_BEFORE.match(after) is not None
    return _BACKGROUND.match(after) is not None or after.startswith(MASK)
