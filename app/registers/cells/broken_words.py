"""The white space inside words of part: that of a narrow column (牵⏎头单位：), or of a clerk who pads (配 合 单 位)."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.registers.cells.pieces import Piece
from app.registers.cells.words import SPACES

_WHITE = rf"[{SPACES}\r\n]{{0,2}}"


def _apart(*words: str) -> str:
    return "(?:" + "|".join(_WHITE.join(word) for word in words) + ")"


_WORD = re.compile(
    rf"{_apart('牵头', '配合', '主办', '协办', '承办', '负责', '责任', '落实', '协助', '参与')}(?!公)"
    rf"(?:{_WHITE}{_apart('责任')})?(?:{_WHITE}{_apart('单位', '部门')}(?=\s*[:：]|\s|$))?"
)


def read_whole(text: str, read: Callable[[str], Iterable[Piece]]) -> Iterator[Piece]:
    """The pieces that `read` makes of a text without that white space, which stands in them as printed."""
    kept: list[int] = []
    at = 0
    for word in _WORD.finditer(text):
        kept += range(at, word.start())
        kept += (place for place in range(*word.span()) if not text[place].isspace())
        at = word.end()
    kept += range(at, len(text))
    begun, end = 0, 0
    for piece in read("".join(text[place] for place in kept)):
        end += len(piece.text)
        stop = kept[end] if end < len(kept) else len(text)
        yield replace(piece, text=text[begun:stop])
        begun = stop
