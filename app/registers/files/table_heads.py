"""The words in a register's column heads, and its section titles, in whatever form the table comes."""

import re
from collections.abc import Sequence
from typing import Literal

from app.registers.cells.words import number_of

Column = Literal["section", "requirement", "units", "completion", "time", "number"]
COLUMNS: tuple[Column, ...] = ("section", "requirement", "units", "completion")
"""The four columns of the register as counties publish it, in their order."""
Columns = dict[Column, tuple[int, ...]]

# What is to be done stands in one column or in several. Where it is several, the wider word is the section and the
# narrower the requirement; where it is one, that is the requirement, whatever its word.
_WIDE = re.compile(
    r"(?:工作|重点|主要|公开|目标)内容|(?:工作|任务|项目|事项)?(?:类别|分类|板块)|重点(?:工作|领域)|工作(?:领域|项目)"
)
_MIDDLE = re.compile(
    r"(?:工作|重点|主要|目标|年度|重点工作)(?:目标)?任务|任务(?:内容|名称|事项)|任务|(?:工作|重点|主要|任务)?事项|目标任务"
)
_NARROW = re.compile(
    r"(?:工作|具体|任务|落实|目标|公开)要求|具体(?:工作)?(?:任务|内容|事项)|(?:工作|具体|主要|落实|任务|推进)(?:举措|措施)"
)
_WORDS: dict[Column, re.Pattern[str]] = {
    "units": re.compile(
        r"(?:责任|牵头|承办|负责|落实|配合|主办|协办|主责|参与|协助|协同|实施|参加)(?:责任)?(?:单位|部门|科室|处室|股室)"
        r"(?:[及和、/](?:责任人|(?:责任|配合|协办|参与)(?:单位|部门)))?"
    ),
    "completion": re.compile(
        r".{0,12}(?:完成|落实|进展|推进|办理|实施)(?:进展)?(?:情况|进度|进展|成效|时限及情况)|(?:工作|目前|最新)进展"
    ),
    "time": re.compile(
        r"(?:完成|办结|办理|落实|推进|工作|整改|任务)?(?:时限|期限|时间节点|时间进度|时间安排|截止日期)(?:要求)?"
        r"|(?:完成|办结|推进|截止|整改)(?:时间|日期)|(?:时间|进度)要求"
    ),
    "number": re.compile(r"序号|编号|序"),
}
_SECTION = re.compile(
    r"(?:第?(?P<number>[一二三四五六七八九十]{1,3})(?:[、.．:：]|部分|$)|[(（](?P<inside>[一二三四五六七八九十]{1,3})[)）])\s*\S"
)
_LONGEST_TITLE = 60
_LONGEST_HEAD = 40
_BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def column_of(text: str) -> Column | None:
    """The column that a head names by itself, or None if the text is no column head."""
    word = _word(text)
    if _WIDE.fullmatch(word):
        return "section"
    if _MIDDLE.fullmatch(word) or _NARROW.fullmatch(word):
        return "requirement"
    return next((column for column, pattern in _WORDS.items() if pattern.fullmatch(word)), None)


def columns_of(heads: Sequence[str | None]) -> Columns:
    """Where the columns are, if these texts, one for each place, are a register's heads; else nothing.

    Heads name requirement and units, and one more at least. What is to be done in two columns is section and
    requirement, also where one head stands over both: then the places are the same text.
    """
    columns: Columns = {}
    subjects: dict[str, list[int]] = {}
    for at, text in enumerate(heads):
        column = column_of(text) if text else None
        if column in ("section", "requirement"):
            subjects.setdefault(_word(text or ""), []).append(at)
        elif column:
            columns[column] = (*columns.get(column, ()), at)
    if not subjects or "units" not in columns or len(columns) + len(subjects) < 3:
        return {}
    return {**_subjects(subjects), **columns}


def _subjects(places: dict[str, list[int]]) -> Columns:
    ordered = sorted(places, key=lambda word: (_breadth(word), places[word]))
    if len(ordered) == 1:
        first, *rest = places[ordered[0]]
        return {"section": (first,), "requirement": tuple(rest)} if rest else {"requirement": (first,)}
    if _breadth(ordered[0]) == _breadth(ordered[-1]) == 2:  # two kinds of requirement, and no section beside them
        return {"requirement": _sorted(places, ordered)}
    return {"section": tuple(places[ordered[0]]), "requirement": _sorted(places, ordered[1:])}


def _sorted(places: dict[str, list[int]], words: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted(at for word in words for at in places[word]))


def _breadth(word: str) -> int:
    return next(i for i, words in enumerate((_WIDE, _MIDDLE, _NARROW)) if words.fullmatch(word))


def _word(text: str) -> str:
    """A head without what is no part of its word: spaces that set it, remarks in brackets, a mark, a colon."""
    if len(text) > 2 * _LONGEST_HEAD:
        return ""
    return re.sub(r"[\s*＊:：]", "", _BRACKETED.sub("", text))[:_LONGEST_HEAD]


def section_number(text: str) -> int | None:
    """The number of a section title (一、助力…), or None where the text is a sentence, or has no number."""
    if len(text) > _LONGEST_TITLE or "\n" in text or re.search(r"[。；;]", text):
        return None
    match = _SECTION.match(text)
    return number_of(match["number"] or match["inside"]) if match else None
