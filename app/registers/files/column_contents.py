"""The recognition of columns by their content (units, last days, most text) if their heads do not name them."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from app.registers.cells.lexer import pieces_of
from app.registers.cells.pieces import PieceKind
from app.registers.cells.times import TIME
from app.registers.files.table_heads import Column, is_class
from app.units.directory import Directory

_NOBODY = Directory({})
_LOOKED_AT = 8  # rows
_WORDY = 8  # characters on average
_LONGEST_HEAD, _LONGEST_UNITS, _LONGEST_TIME = 20, 60, 30
_MOST_UNNAMED = 8  # columns; a table with more unnamed columns is not a register
_CLEARLY = 0.6  # a second column with more than this share of the most text makes that doubtful
_TIME = re.compile(rf"(?:{TIME}|立行立改|立即整改|当场办结|\d{{4}}[-/.年]\d{{1,2}}(?:[-/.月]\d{{1,2}}日?)?)")


def columns_by_contents(
    words: Sequence[str], named: Sequence[Column | None], below: Sequence[Sequence[str]]
) -> Mapping[int, Column]:
    """The meaning of columns that no word names, or only a word for a class; empty if it is not clear.

    Args:
        named: the column named by the word at each place.
        below: the texts of the rows below, "" where a cell is empty.
    """
    unnamed = [at for at, word in enumerate(words) if word and named[at] is None]
    unnamed = [at for at in unnamed if at == 0 or words[at] != words[at - 1]]
    subjects = [at for at, column in enumerate(named) if column in ("section", "requirement")]
    has_subject = any(not is_class(words[at]) for at in subjects)
    are_heads = any(named) and not any(len(word) > _LONGEST_HEAD or _are_units(word) for word in words)
    if not are_heads or not unnamed or len(unnamed) > _MOST_UNNAMED:
        return {}
    columns = {at: [row[at] for row in below[:_LOOKED_AT] if at < len(row) and row[at]] for at in unnamed}
    found: dict[int, Column] = {}
    for at, texts in columns.items():
        if "units" not in named and _most(texts, _are_units):
            found[at] = "units"
        elif "time" not in named and _most(texts, _is_time):
            found[at] = "time"
    if "units" in named or "units" in found.values():
        wordy = sorted((_length(texts), at) for at, texts in columns.items() if at not in found)
        if not has_subject and wordy and _is_clear([length for length, _ in wordy]):
            found[wordy[-1][1]] = "requirement"
    return found


def _is_clear(lengths: Sequence[float]) -> bool:
    """Whether the last, the longest, is a column of sentences and no other is."""
    most, next_most = lengths[-1], max(lengths[:-1], default=0)
    return most >= _WORDY and next_most <= _CLEARLY * most


def _length(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / len(texts) if texts else 0


def _most(texts: Sequence[str], is_such: Callable[[str], bool]) -> bool:
    return bool(texts) and 4 * sum(map(is_such, texts)) >= 3 * len(texts)


@lru_cache(maxsize=4096)
def _are_units(text: str) -> bool:
    if not 2 <= len(text) <= _LONGEST_UNITS:
        return False
    kinds = {piece.kind for piece in pieces_of(text, _NOBODY)}
    return PieceKind.UNIT in kinds and PieceKind.UNREAD not in kinds


def _is_time(text: str) -> bool:
    return len(text) <= _LONGEST_TIME and _TIME.fullmatch("".join(text.split())) is not None
