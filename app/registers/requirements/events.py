"""The finder of limits that run from an event: 印发后3个工作日内, 自受理之日起60日内, 出台当日."""

import re

from app.checklists.schedules import SpanUnit
from app.languages.messages import say
from app.registers.requirements.comparisons import AT_MOST
from app.registers.requirements.finds import Doubt, Finds, Limit
from app.registers.requirements.numerals import NUMBER, whole
from app.registers.requirements.reading import ScheduleKind
from app.registers.requirements.text import Prose, Taken

_SPAN = re.compile(
    rf"(?P<number>{NUMBER}|半)(?P<unit>个?(?:法定)?工作日|个?自然日|日历[日天]|[日天]|个?星期|周|个月|月|年|个?小时|分钟)(?:(?:之|以)?内(?![容部控外涵])|(?<=工作日)(?=办结|办复|答复|审结))"
)
_AHEAD = re.compile(
    rf"提前(?:至少)?{NUMBER}(?:个?工作日|[日天周])|(?P<event>召开|举行|会议|开会|实施|到期|届满|期满)(?:前{NUMBER}(?:个?工作日|[日天周])|{NUMBER}(?:个?工作日|[日天周])(?:之|以)?前)"
)
_SAME_DAY = re.compile(
    r"(?P<event>(?:受理|印发|出台|发布|生成|变更|变动|变化|收到|接到|办结|公布|签发|发生|开标|成交|作出|审批|批准|通过|签订|完成|决定|投诉|登记|确认)"
    r"(?:的|后|之日)?,?)?(?P<day>当日|当天|(?(event)次日|(?!)))"
    r"(?(event)|(?=[即便就]?(?:办结|受理|反馈|公开|公布|上报|更新|修改|处理|处置|答复|回复|清运|录入|登记|签收|整改|完成|同步)))"
)
_AFTER = re.compile(r"(?:之日|之时|当日|当天|次日)?(?:之后|以后|后|起|开始|内)?的?(?:,)?(?:在|应在|须在|于|要在)?$")
_MARKED = re.compile(r"(?:之日|当日|当天|次日|之时|后|起|起计算)(?:的|内)?,?(?:在|应在|须在|于|要在)?$")
_OPENING = re.compile(
    r"(?<![存正现所实内外])(?:自从|自|应在|要在|须在|需在|在|从)(?!线|建|职|校|册|编|岗|然|我|身|查|主|愿|动|助)|(?<![由关对基等属位便利终])于|应当?|必须|须|确保"
)
_NUMBERING = re.compile(r"[①-⑳⑴-⒛]|\d{1,2}[.、]")
_STARTS = ("收到", "接到", "受理", "接收", "领取", "取得", "发生", "知道")
_REACH = 40
_DAYS = {"月": 30, "周": 7, "期": 7, "日": 1, "天": 1}


def find_events(prose: Prose, finds: Finds, taken: Taken) -> None:
    """Adds limits in days after an event. A month counts as 30 days; hours are too short for a register."""
    for match in _AHEAD.finditer(prose.text):
        finds.doubts.append(
            Doubt(*match.span(), say("days before an event: no schedule of this kind"), may_be_last_day=False)
        )
        taken.take(*match.span())
    for match in _SPAN.finditer(prose.text):
        if not taken.covers(*match.span()) and prose.text[match.start() - 1 : match.start()] not in ("月", "第"):
            _read(match, prose, finds, taken)
    for match in _SAME_DAY.finditer(prose.text):
        if not taken.covers(*match.span("day")):
            _read_same_day(match, prose, finds, taken)


def _read_same_day(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    start = _event_start(prose, match.start("day"), is_marked=True) if match["event"] else match.start("day")
    finds.limits.append(
        Limit(
            start,
            match.end("day"),
            ScheduleKind.AFTER_EVENT,
            0.8 if match["event"] else 0.5,
            days=1 if match["day"] == "次日" else 0,
            unit=SpanUnit.CALENDAR_DAYS,
            event=_clean(prose, start, match.start("day")),
        )
    )
    taken.take(*match.span("day"))


def _read(match: re.Match[str], prose: Prose, finds: Finds, taken: Taken) -> None:
    before = prose.text[max(0, match.start() - 12) : match.start()]
    if re.search(rf"(?:{AT_MOST})(?:在|为)?$", before):
        return  # 压缩至3个工作日以内 is a target
    unit, number = match["unit"], match["number"]
    if match.start() == prose.clause(match.start())[0]:
        number = number.rpartition(".")[2]  # 2.5日内公开 as the second item
    if unit == "月" and number.isdecimal():
        return  # 8月内 is August
    if unit == "年" and prose.text.startswith("的", match.end()):
        return  # 成立三年内的企业
    taken.take(*match.span())
    if unit == "月" and number not in "两数半":
        finds.doubts.append(Doubt(*match.span(), say("a month of the year, or so many months? set the day by hand")))
        return
    if unit.endswith(("小时", "分钟")):
        note = say("shorter than a day: no schedule of this kind")
        finds.doubts.append(Doubt(*match.span(), note, may_be_last_day=False))
        return
    if unit == "年":
        finds.doubts.append(Doubt(*match.span(), say("years from what day? set the day by hand")))
        return
    days = 15 if number == "半" else whole(number) * _DAYS[unit[-1]]
    if not days:
        return
    working = "工作" in unit
    start = _event_start(prose, match.start())
    event = _clean(prose, start, match.start())
    confidence = 0.5 if unit[-1] == "月" else 0.9 if event else 0.7
    finds.limits.append(
        Limit(
            start if event else match.start(),
            match.end(),
            ScheduleKind.AFTER_EVENT,
            confidence,
            days=days,
            unit=SpanUnit.WORKING_DAYS if working else SpanUnit.CALENDAR_DAYS,
            event=event,
        )
    )


def _event_start(prose: Prose, at: int, *, is_marked: bool = False) -> int:
    """Where the words of the event begin: after 自 or 在, else at the start of the clause, or `at` without an event."""
    begin, _ = prose.clause(at)
    if begin == at and at and prose.text[at - 1] == ",":
        begin, _ = prose.clause(at - 1)  # 案件办结后,10个工作日内
    if numbering := _NUMBERING.match(prose.text, begin, at):
        begin = numbering.end()
    begin = max(begin, at - _REACH)
    chunk = prose.text[begin:at]
    stem = _AFTER.sub("", chunk, count=1)
    opening = max((m.end() for m in _OPENING.finditer(stem)), default=0)
    event = stem[opening:]
    if not event:
        return at
    if is_marked or _MARKED.search(chunk) or event.startswith(_STARTS):
        return begin + opening
    return at


def _clean(prose: Prose, start: int, at: int) -> str:
    if start >= at:
        return ""
    stem = _AFTER.sub("", prose.folded[start:at], count=1)
    return stem.removesuffix("之日")
