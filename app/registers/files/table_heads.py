"""The recognition of a register's column heads and section titles."""

import re
from collections.abc import Sequence

from app.registers.cells.words import number_of
from app.registers.files.head_words import CLASS, SHARING, Column, breadth, column_of_word

__all__ = ["COLUMNS", "Column", "Columns", "column_of", "columns_of", "is_class", "section_number"]

COLUMNS: tuple[Column, ...] = ("section", "requirement", "units", "completion")
"""The four columns of the register as counties publish it, in their order."""
Columns = dict[Column, tuple[int, ...]]

_SECTION = re.compile(
    r"(?:第?(?P<number>[一二三四五六七八九十]{1,3})(?:[、.．:：]|部分|$)|[(（](?P<inside>[一二三四五六七八九十]{1,3})[)）])\s*\S"
)
_LONGEST_TITLE = 60
_LONGEST_HEAD = 40
_BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def column_of(text: str) -> Column | None:
    """The column that a head names by itself, or None if the text is not a column head."""
    word = _word(text)
    return column_of_word(word) if word else None


def is_class(text: str) -> bool:
    """Whether a head names a class of tasks (类别), which is not what is to be done."""
    return CLASS.fullmatch(_word(text)) is not None


def columns_of(heads: Sequence[str | None]) -> Columns:
    """Where the columns are, if these texts, one for each place, are a register's heads; else nothing.

    Heads name requirement and units, and one more at least, unless the table has no more. What is to be done in two
    columns is section and requirement, also where one head stands over both: then the places are the same text.
    """
    columns: Columns = {}
    subjects: dict[str, list[int]] = {}
    sharing: dict[str, list[int]] = {}
    words: set[str] = set()
    for at, text in enumerate(heads):
        word = _word(text or "")
        column = column_of_word(word) if word else None
        words |= {word} if column else set()
        if SHARING.fullmatch(word):
            sharing.setdefault(word, []).append(at)
        elif column in ("section", "requirement"):
            subjects.setdefault(word, []).append(at)
        elif column and column != "other":
            columns[column] = (*columns.get(column, ()), at)
    if "units" in columns:
        subjects |= sharing
    elif sharing:
        columns["units"] = tuple(at for places in sharing.values() for at in places)
    subjects = _before_progress(subjects, columns)
    fewest = min(3, len(set(filter(None, heads))))
    if not subjects or "units" not in columns or len(words) < fewest:
        return {}
    return {**_subjects(subjects), **columns}


def _before_progress(places: dict[str, list[int]], columns: Columns) -> dict[str, list[int]]:
    """Without 存在问题 and 下一步措施 behind 进展情况, where what is to be done stands before it."""
    progress = min(columns.get("completion", ()), default=None)
    if progress is None or min((some[0] for some in places.values()), default=progress) > progress:
        return places
    return {word: some for word, some in places.items() if some[0] < progress}


def _subjects(places: dict[str, list[int]]) -> Columns:
    breadths = {word: _breadth(word) for word in places}
    if 2 not in breadths.values():
        # 主要内容 to the right of 民生实事 says more of it; to the left it is what the tasks stand under
        first = min((places[word][0] for word, wide in breadths.items() if wide == 1), default=None)
        breadths |= {
            word: 2 for word in places if word.endswith("内容") and first is not None and places[word][0] > first
        }
    ordered = sorted(places, key=lambda word: (breadths[word], places[word]))
    if len(ordered) == 1:
        first_place, *rest = places[ordered[0]]
        return {"section": (first_place,), "requirement": tuple(rest)} if rest else {"requirement": (first_place,)}
    if breadths[ordered[0]] == breadths[ordered[-1]] == 2:  # two kinds of requirement, and no section beside them
        return {"requirement": _sorted(places, ordered)}
    return {"section": tuple(places[ordered[0]]), "requirement": _sorted(places, ordered[1:])}


def _sorted(places: dict[str, list[int]], words: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted(at for word in words for at in places[word]))


def _breadth(word: str) -> int:
    found = breadth(word)
    return 2 if found is None else found


def _word(text: str) -> str:
    """A head without what is not part of its word: spaces that set it, remarks in brackets, a mark, a colon."""
    if len(text) > 2 * _LONGEST_HEAD:
        return ""
    return re.sub(r"[\s*＊:：]", "", _BRACKETED.sub("", text))[:_LONGEST_HEAD]


def section_number(text: str) -> int | None:
    """The number of a section title (一、助力…), or None where the text is a sentence, or has no number."""
    if len(text) > _LONGEST_TITLE or "\n" in text or re.search(r"[。；;]", text):
        return None
    match = _SECTION.match(text)
    return number_of(match["number"] or match["inside"]) if match else None
