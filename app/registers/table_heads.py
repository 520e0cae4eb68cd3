"""The words in a register's column heads, and its section titles, in whatever form the table comes."""

import re
from typing import Literal

from app.registers.cell_words import number_of

Column = Literal["section", "requirement", "units", "completion"]
COLUMNS: tuple[Column, ...] = ("section", "requirement", "units", "completion")

_WORDS: dict[Column, re.Pattern[str]] = {
    "section": re.compile(r"(?:工作|重点|主要|公开)内容|(?:工作|任务|项目)?类别|重点(?:工作|领域)|工作领域|工作项目"),
    "requirement": re.compile(
        r"(?:工作|具体|任务|落实)要求|(?:工作|具体|重点|主要|目标)任务|任务内容|(?:工作|具体|主要|落实|任务)(?:举措|措施)|任务|事项"
    ),
    "units": re.compile(
        r"(?:责任|牵头|承办|负责|落实|配合)(?:单位|部门|科室)(?:[及和、](?:责任人|配合单位|配合部门))?"
    ),
    "completion": re.compile(
        r"(?:工作)?(?:完成|落实|进展|推进|办理|实施)(?:情况|进度|进展|时限及情况)|工作进展|完成进度"
    ),
}
_SECTION = re.compile(
    r"(?:第?(?P<number>[一二三四五六七八九十]{1,3})(?:[、.．:：]|部分|$)|[(（](?P<inside>[一二三四五六七八九十]{1,3})[)）])\s*\S"
)
_LONGEST_TITLE = 60


def column_of(text: str) -> Column | None:
    """The column that a head names, or None if the text is no column head."""
    word = re.sub(r"\s", "", text[:40])
    return next((column for column, pattern in _WORDS.items() if pattern.fullmatch(word)), None)


def section_number(text: str) -> int | None:
    """The number of a section title (一、助力…), or None where the text is a sentence, or has no number."""
    if len(text) > _LONGEST_TITLE or "\n" in text or re.search(r"[。；;]", text):
        return None
    match = _SECTION.match(text)
    return number_of(match["number"] or match["inside"]) if match else None
