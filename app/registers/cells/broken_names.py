"""The white space inside names: that of a narrow column (县交通运⏎输局), or of a clerk who pads (财　政　局); and that
between a name and its bracket (县财政局⏎（牵头）)."""

import re
from collections.abc import Iterator
from itertools import chain

from app.registers.cells.persons import begins_as_person
from app.registers.cells.unit_names import name_unit
from app.registers.cells.words import CLOSING, GROUP, HIDDEN, LEADING, LONGEST_NAME, MARKER, NUMBERING, OPENING, SPACES
from app.units.directory import Directory

_PART = re.compile(rf"[^\s{SPACES}、,，﹑､|｜;；。!！:：{GROUP}{re.escape(OPENING + CLOSING)}]+", re.UNICODE)
_WHITE = re.compile(rf"[\s{SPACES}]+")
_BEFORE_BRACKET = re.compile(rf"(?<=[^\s、,，;；:：。])\s{{1,3}}(?={GROUP})")
_BRACKETS = re.compile(f"{GROUP}+")
_MOST_PARTS = 8
_OFFICE = re.compile(r"办公室|办")
_WITH_OFFICE = re.compile(r"(?:政府|[县市区党工]委|人大|政协|局)\Z")
_STARTS_ANEW = re.compile(r"[县市区省州各]|党|团|人民")


def hide_breaks(text: str, mask: str, directory: Directory) -> str:
    """The mask with the white space inside names hidden. Takes time in proportion to the text."""
    if not _WHITE.search(mask):
        return mask
    chars = list(mask)
    for start, end in chain(_breaks(text, mask, directory), _before_brackets(text, mask)):
        chars[start:end] = HIDDEN * (end - start)
    return "".join(chars)


def _breaks(text: str, mask: str, directory: Directory) -> Iterator[tuple[int, int]]:
    for run in _runs(mask):
        at = 0
        while at < len(run) - 1:
            joined = _joined(text, mask, run[at : at + _MOST_PARTS], directory)
            yield from ((run[i][1], run[i + 1][0]) for i in range(at, at + joined))
            at += joined + 1


def _before_brackets(text: str, mask: str) -> Iterator[tuple[int, int]]:
    """White space between a name and a bracket behind which nothing follows; (2)财政局 and (配合)财政局 begin anew."""
    for white in _BEFORE_BRACKET.finditer(mask):
        closed = _BRACKETS.match(mask, white.end())
        follows = mask[closed.end() : closed.end() + 1] if closed else ""
        if (not follows or follows.isspace() or follows in "、,，;；。") and not NUMBERING.match(text, white.end()):
            yield white.span()


def _runs(mask: str) -> Iterator[list[tuple[int, int]]]:
    """Parts with nothing but white space between them."""
    run: list[tuple[int, int]] = []
    for part in _PART.finditer(mask):
        if run and not _WHITE.fullmatch(mask, run[-1][1], part.start()):
            yield run
            run = []
        run.append(part.span())
    if run:
        yield run


def _joined(text: str, mask: str, run: list[tuple[int, int]], directory: Directory) -> int:
    """How many of the breaks behind a run's first part are inside its name."""
    first = _begin(mask, *run[0])
    if first == run[0][1] or _has_word(mask, first, run[0][1]):
        return 0
    head = text[first : run[0][1]]
    alone = name_unit(head, directory)
    for last in range(1, len(run)):
        start, end = run[last]
        cut = MARKER.search(mask, start, end)
        stop = cut.start() if cut and not cut["join"] else end
        if stop - first > LONGEST_NAME or stop == start:
            return 0
        tail = text[start:stop]
        whole = name_unit("".join(text[first:stop].split()), directory)
        is_line = "\n" in text[run[last - 1][1] : start]
        if whole and _is_one(head, tail, whole.is_known, bool(alone), is_line, directory):
            return last
        if alone or stop < end or not (is_line or len(tail) == 1):
            return 0
    return 0


def _begin(mask: str, start: int, end: int) -> int:
    while match := NUMBERING.match(mask, start, end) or LEADING.match(mask, start, end):
        start = match.end()
    return start


def _has_word(mask: str, start: int, end: int) -> bool:
    return any(not marker["join"] for marker in MARKER.finditer(mask, start, end))


def _is_one(head: str, tail: str, is_known: bool, is_alone: bool, is_line: bool, directory: Directory) -> bool:
    """Whether two parts are one name, where together they read as one."""
    if is_alone:
        return is_line and (is_known or (_OFFICE.fullmatch(tail) is not None and _WITH_OFFICE.search(head) is not None))
    rest = name_unit(tail, directory)
    if is_known or rest is None:
        return is_line or len(head) == 1
    if rest.is_known or not (is_line or len(head) == 1):
        return False
    if len(tail) > 2 and (_STARTS_ANEW.match(tail) or begins_as_person(head)):
        return False
    return len(head) > 1 or len(tail) == 1 or _STARTS_ANEW.match(head) is not None
