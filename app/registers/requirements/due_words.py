"""The reader of a column of last days (完成时限, 整改期限 …): it reads all of its terse words, or says what it did not
understand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from app.languages.messages import Message, say
from app.registers.requirements.all_year import ALL_YEAR
from app.registers.requirements.cadence_words import WEEKDAYS
from app.registers.requirements.reader import once_each, read_requirement
from app.registers.requirements.reading import RequirementNote, RequirementReading, ScheduleKind, ScheduleProposal
from app.registers.requirements.text import folded

Read = TypeVar("Read", ScheduleProposal, RequirementNote)
_LONGEST, _MOST_LINES = 200, 8
_LINE = re.compile(r"[^\n;；。]+")
_NOTHING = re.compile(r"[\s/／\\—\-–－_*无.．、,，]*")
_A_YEAR = re.compile(r"(?P<year>20\d\d)年?度?|今年|本年度?")
_SHORT_DAY = re.compile(r"(?P<month>\d{1,2})[./．](?P<day>\d{1,2})[日号]?(?:(?:之|以)?前)?(?:完成|办结)?")
# What a sheet makes of 6.30 and 2026.10 where they are typed as numbers.
_MAY_LACK_A_ZERO = re.compile(r"(?:(?P<month>\d{1,2})\.(?P<day>[123])|20\d\d\.1)")
_THAT_MONTH = re.compile(r"[次下翌当]月|月[底末]")
# 6月30日（星期二）17:30前: the hour is left to the day, and the day of the week has to be that of the date.
_HOUR = re.compile(
    r"(?<=[日号\d\s)）])(?:T|[上下]午|晚上?)?\d{1,2}(?:[:：]\d{2}){1,2}|(?:[上下]午|晚上?)?\d{1,2}[时点]整?|下班|(?<=[日号)）])[上下]午"
)
_WEEKDAY = re.compile(r"(?<=[日号])\s*[(（]?(?:星期|周)(?P<weekday>[一二三四五六日天])[)）]?")
_UNFINISHED = re.compile(r"(?:[至到—–~]|-)\s*$")
_STANDING = re.compile(r"久久为功|长期|常态化|常年|持续|长效|不间断|常抓不懈")
_STANDING_WITH = (
    r"(?:地|性)?(?:工作|任务)?"
    r"(?:坚持|推进|推动|开展|落实|实施|进行|整改|抓好|保持|执行|巩固|深化|做好|提升|工作|任务|制度)*"
)
_FILLING = re.compile(
    r"(?:完成|落实|整改|到位|办结|实现|建成|竣工|开工|投用|启动|达到|见效|销号|验收|报送|上报|公开|更新|开展|推进|实施|组织|时限|时间"
    r"|期限|截止|截至|最迟|不迟于|力争|确保|争取|全部|全面|基本|如期|按期|按时|之前|以前|前|底|末|内|并|且|均|于|在|至|到|起|止|为|是|的"
    r"|年度|全年|本|逐步|分别|各|[一1]次|至少|每|随时更新|原则上|不晚于|最晚|自|阶段性|任务|工作|[和及与])"
)
_LETTER = re.compile(r"[\w%]")
_NOT_UNDERSTOOD = say("not understood as a last day; set the schedule by hand")


def read_due(text: str, year: int) -> RequirementReading:
    """Read what a row of a register of `year` prints as its last day: schedules, and notes on what is not understood.

    Every `words` is the text from its `start` on. It has no targets.
    """
    if len(text) > _LONGEST or text.count("\n") > _MOST_LINES:
        return _reading([], [_note(text, _NOT_UNDERSTOOD)])
    schedules: list[ScheduleProposal] = []
    notes: list[RequirementNote] = []
    for line in _LINE.finditer(folded(text)):
        if _NOTHING.fullmatch(line[0]):
            continue
        found = _line(line[0], year)
        schedules += [_moved(one, line.start()) for one in found.schedules]
        notes += [one.model_copy(update={"start": one.start + line.start()}) for one in found.notes]
    return _reading([_printed(one, text) for one in once_each(schedules)], [_printed(one, text) for one in notes])


def _printed(one: Read, text: str) -> Read:
    """What was read of folded text, with its words as they are printed."""
    return one.model_copy(update={"words": text[one.start : one.start + len(one.words)]})


def _line(text: str, year: int) -> RequirementReading:
    squeezed = "".join(text.split())
    if ALL_YEAR.fullmatch(squeezed):
        return _reading([], [_note(text, say("all year: by its end, or a standing duty? set the schedule by hand"))])
    if (number := _MAY_LACK_A_ZERO.fullmatch(squeezed)) and (not number["month"] or _day(year, number, tens=10)):
        note = say("{number} or {number}0? a sheet drops the last 0; set the schedule by hand", number=squeezed)
        return _reading([], [_note(text, note)])
    if (short := _SHORT_DAY.fullmatch(squeezed)) and (day := _day(year, short)):
        return _reading([_proposed(text, ScheduleKind.ON, 0.7, due_on=day)])
    if (whole := _A_YEAR.fullmatch(squeezed)) and (named := int(whole["year"] or year)) >= year:
        return _reading([_proposed(text, ScheduleKind.ON, 0.6, due_on=date(named, 12, 31))])
    found = read_requirement(text, year)
    if not found.schedules and not found.notes:
        found = _cut(read_requirement(text + "止", year), len(text))  # 6月底, 2026.6 and 一季度 say all of it here
    if len(found.schedules) == 1 and _THAT_MONTH.match(found.schedules[0].words):
        return _reading([], [_note(text, say("every month, or only the next one? set the schedule by hand"))])
    schedules = [*(one for one in found.schedules if one.kind is not ScheduleKind.STANDING), *_standing(text)]
    is_all = bool(schedules or found.notes) and _left(text, [*schedules, *found.notes]) is None
    is_all = is_all and not _UNFINISHED.search(text) and _is_that_weekday(text, schedules)
    return _reading(schedules, found.notes if is_all else [*found.notes, _note(text, _NOT_UNDERSTOOD)])


def _reading(schedules: Sequence[ScheduleProposal], notes: Sequence[RequirementNote] = ()) -> RequirementReading:
    return RequirementReading(schedules=[*schedules], targets=[], notes=[*notes])


def _proposed(
    words: str, kind: ScheduleKind, confidence: float, *, start: int = 0, due_on: date | None = None
) -> ScheduleProposal:
    return ScheduleProposal(kind=kind, words=words, start=start, confidence=confidence, due_on=due_on, milestones=[])


def _note(words: str, note: Message) -> RequirementNote:
    return RequirementNote(words=words, start=0, note=note)


def _day(year: int, match: re.Match[str], *, tens: int = 1) -> date | None:
    try:
        return date(year, int(match["month"]), tens * int(match["day"]))
    except ValueError:
        return None


def _cut(found: RequirementReading, length: int) -> RequirementReading:
    """Without the character that was put behind the text."""
    schedules = [one.model_copy(update={"words": one.words[: length - one.start]}) for one in found.schedules]
    return _reading(
        schedules, [one.model_copy(update={"words": one.words[: length - one.start]}) for one in found.notes]
    )


def _moved(one: ScheduleProposal, by: int) -> ScheduleProposal:
    steps = [step.model_copy(update={"start": step.start + by}) for step in one.milestones]
    return one.model_copy(update={"start": one.start + by, "milestones": steps})


def _standing(text: str) -> Iterator[ScheduleProposal]:
    if match := re.search(f"(?:{_STANDING.pattern}){_STANDING_WITH}", text):
        yield _proposed(match[0], ScheduleKind.STANDING, 0.8, start=match.start())


def _is_that_weekday(text: str, schedules: Sequence[ScheduleProposal]) -> bool:
    """Whether a day of the week beside a date is the date's."""
    weekday = _WEEKDAY.search(text)
    if weekday is None:
        return True
    said = WEEKDAYS.index(weekday[1].replace("天", "日"))
    return all(one.due_on is None or one.due_on.weekday() == said for one in schedules)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _left(text: str, read: Iterable[ScheduleProposal | RequirementNote]) -> str | None:
    """What no proposal and no note accounts for, or None where that is nothing but filling words."""
    chars = list(_HOUR.sub(_blank, _WEEKDAY.sub(_blank, text)))
    for one in read:
        chars[one.start : one.start + len(one.words)] = " " * len(one.words)
    left = re.sub(rf"(?:{_STANDING.pattern}){_STANDING_WITH}", "", "".join(chars))
    left = _FILLING.sub("", left)
    return left if _LETTER.search(left) else None
