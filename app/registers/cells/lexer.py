"""The lexer of a cell of responsible units: it cuts the cell into names, words, times and unknown text.

A name ends only where the words allow it *and* what stands before reads as a unit, so 自然资源和规划局 stays whole.
Names are tried only up to a fixed length and brackets are opened only to a fixed depth, so the time taken grows with
the text's length and nothing worse.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from app.obligations.roles import Role
from app.registers.cells.broken_names import hide_breaks
from app.registers.cells.persons import PERSON, is_person
from app.registers.cells.pieces import AndSoOn, Break, Group, Label, Meaning, Named, OwnRole, Piece, PieceKind, RoleWord
from app.registers.cells.structure import lists_units, mask, meaning_beside, pair_brackets, speaks_of_parts
from app.registers.cells.times import TIME
from app.registers.cells.unit_names import name_unit, unbroken
from app.registers.cells.words import (
    AND_SO_ON,
    CLOSING,
    EXCEPT,
    LABEL,
    LABEL_INSIDE,
    LEADING,
    LONGEST_NAME,
    MARKER,
    NOTHING,
    NUMBERING,
    OPENING,
    OVERSEER,
    ROLE_WORD,
    SEPARATOR,
    SPACES,
    STRONG_BREAK,
    SYMBOL_SIGNS,
    SYMBOLS,
    number_of,
    role_of,
)
from app.units.directory import Directory

_DEEPEST = 5
_RIGHT_TRIES = 6
_WHOLE_TRIES = 2
_TIME = re.compile(TIME)
_PERSON = re.compile(rf"(?:{PERSON})(?=\Z|[{SPACES}\n、,，;；])")
_LOOSE = SPACES + "\r\n.．:：·" + OPENING + CLOSING


def pieces_of(text: str, directory: Directory, depth: int = 0) -> Iterator[Piece]:
    """The cell's pieces, in order; their texts joined are the cell. `depth`: how many brackets stand around it."""
    return _Cutter(text, directory, depth).cut()


_WHOLE_UNITS = ("局", "委", "委员会", "厅")


class _Cutter:
    def __init__(self, text: str, directory: Directory, depth: int) -> None:
        self.text = text
        self.directory = directory
        self.depth = depth
        self.partner = pair_brackets(text)
        self.mask = hide_breaks(text, mask(text, self.partner, directory), directory)
        self.pieces: list[Piece] = []
        self.expects: str | None = None  # after a label of another kind: "time", "person" or "overseer"
        self.is_after_unit = False  # only white space since the last unit
        self.tried: dict[str, Named | None] = {}

    def cut(self) -> Iterator[Piece]:
        start = 0
        for separator in SEPARATOR.finditer(self.mask):
            self._phrase(start, separator.start())
            sign = separator[0].strip() or separator[0]
            strength = 2 if sign in STRONG_BREAK else 1 if sign in ",，" else 0
            self._put(PieceKind.WORD, separator.start(), separator.end(), Break(strength))
            if strength == 2 and self.expects in ("person", "overseer"):
                self.expects = None
            start = separator.end()
            yield from self.pieces
            self.pieces.clear()
        self._phrase(start, len(self.text))
        yield from self.pieces

    def _put(self, kind: PieceKind, start: int, end: int, meaning: Meaning = None) -> None:
        if end > start:
            is_white = kind is PieceKind.WORD and not self.text[start:end].strip()
            self.is_after_unit = kind is PieceKind.UNIT or (is_white and self.is_after_unit)
            self.pieces.append(Piece(kind, self.text[start:end], meaning))

    def _phrase(self, start: int, end: int) -> None:
        """What stands between two separators: words in front, then names and the words that end them."""
        stop = start + len(self.text[start:end].rstrip(SPACES))
        at = start = self._foreign_values(self._lead(start, stop), stop)
        if self.is_after_unit and self._is_person(start, stop):
            self._put(PieceKind.PERSON, start, stop)
            start = at = stop
        while at < stop and (marker := MARKER.search(self.mask, at, stop)):
            after = self._read_marker(marker, start, stop)
            if after is None:
                at = self.partner.get(marker.start(), max(marker.end() - 1, marker.start())) + 1
            else:
                at = start = self._lead(after, stop)
                if self.expects == "overseer":
                    at = start = self._foreign_values(start, stop)
        self._name(start, stop)
        self._put(PieceKind.WORD, stop, end)

    def _lead(self, start: int, end: int) -> int:
        """Puts spaces, numbering, labels and words such as 由; returns where the name begins."""
        while start < end:
            if self.text[start] in SPACES:
                self._put(PieceKind.WORD, start, start + 1)
                start += 1
            elif match := NUMBERING.match(self.text, start, end):
                self._put(PieceKind.WORD, start, match.end())
                start = match.end()
            elif match := LABEL.match(self.mask, start, end):
                others = ("time", "person", "overseer")
                self.expects = next((other for other in others if match[f"label_{other}"]), None)
                self._put(PieceKind.WORD, start, match.end(), Label(_role_of_label(match)))
                start = match.end()
            elif (match := LEADING.match(self.mask, start, end)) and not self._begins_name(start, match.end(), end):
                self._put(PieceKind.WORD, start, match.end(), Break(0))
                start = match.end()
            else:
                break
        return start

    def _begins_name(self, start: int, after: int, end: int) -> bool:
        """Whether 和, 与, 由 … is the beginning of a name: 和 begins the names of places, 和县."""
        if after == end or self.text.startswith(("和县", "和平", "和静", "和田"), start):
            return True
        named = self._unit(start, end)
        return named is not None and named.is_known

    def _foreign_values(self, start: int, end: int) -> int:
        """What labels of time or persons announce, one behind another; returns where to read on."""
        begun = -1
        while self.expects is not None and begun < start < end:
            begun, start = start, self._foreign_value(start, end)
        return start

    def _foreign_value(self, start: int, end: int) -> int:
        """What a label of time or persons announces, up to the next label; returns where to read on."""
        label = LABEL_INSIDE.search(self.mask, start, end)
        stop = label.start() if label else end
        is_time = self.expects == "time"
        named = self._unit(start, stop)
        if (
            named
            and self.expects != "overseer"
            and (named.is_known or is_time)
            and not _TIME.fullmatch(self.mask, start, stop)
        ):
            self.expects = None
            return start
        last = start + len(self.text[start:stop].rstrip(SPACES))
        is_named = self.expects == "person" and is_person(self.text[start:last])
        self.expects = None if is_time else self.expects
        kind = PieceKind.TIME if is_time else PieceKind.PERSON if is_named else PieceKind.UNREAD
        self._put(kind, start, last)
        self._put(PieceKind.WORD, last, stop)
        return self._lead(stop, end)

    # Markers: each either ends the name that began at `start` and returns where to read on, or returns None.

    def _read_marker(self, marker: re.Match[str], start: int, end: int) -> int | None:
        at = marker.start()
        if marker["group"]:
            return self._bracket(at, start, end)
        if start < at and not self._unit(start, at) and not self._ends_unknown(marker, end):
            return None
        if marker["join"] and start < at and marker[0].isspace() and (last := self._person_end(marker.end(), end)):
            self._name(start, at)
            self._put(PieceKind.WORD, at, marker.end())
            self._put(PieceKind.PERSON, marker.end(), last)
            return last
        if marker["join"] and not self._joins(marker, start, end):
            return None
        self._name(start, at)
        if marker["label"]:
            return at
        if marker["etc"]:
            return self._and_so_on(at, end)
        meaning: Meaning = Break(0) if marker["join"] else None
        if marker["role"] and (word := ROLE_WORD.match(self.mask, at, end)) and (role := role_of(word)):
            meaning = RoleWord(role)
        self._put(PieceKind.TIME if marker["time"] else PieceKind.WORD, at, marker.end(), meaning)
        return marker.end()

    def _is_person(self, start: int, end: int) -> bool:
        return is_person(self.text[start:end]) and not self._unit(start, end)

    def _person_end(self, start: int, end: int) -> int | None:
        """Where the persons that begin here end, or None where none do."""
        match = _PERSON.match(self.text, start, end)
        return match.end() if match and not self._unit(start, match.end()) else None

    def _ends_unknown(self, marker: re.Match[str], end: int) -> bool:
        """Whether a marker counts even behind unknown text: a label does, and 牵头 or 配合 that ends the phrase."""
        if marker["label"]:
            return True
        word = ROLE_WORD.match(marker["role"]) if marker["role"] else None
        return word is not None and not word["responsible"] and marker.end() == end

    def _and_so_on(self, at: int, end: int) -> int | None:
        match = AND_SO_ON.match(self.mask, at, end)
        if match is None:
            return None
        count = number_of(match["count"]) if match["count"] and not match["more"] else None
        role = role_of(match, "etc_")
        self._put(PieceKind.WORD, at, at + 1, AndSoOn(count))
        self._put(PieceKind.WORD, at + 1, match.end(), RoleWord(role, of_all=True) if role else None)
        return match.end()

    def _joins(self, marker: re.Match[str], start: int, end: int) -> bool:
        """Whether 和, 及, 与, / or a space joins two units: both read as units, and no unit is known by the whole."""
        after = marker.end()
        if start == marker.start():
            return True
        if marker["join"].isspace() and (LABEL.match(self.mask, after, end) or NUMBERING.match(self.text, after, end)):
            return True
        stops = self._stops(after, min(end, after + LONGEST_NAME))
        tried: list[int] = []
        for stop in stops:
            tried.append(stop)
            if self._unit(after, stop):
                break
        else:
            return False
        if marker["join"].isspace() or self.text.startswith(("各", "全"), start):
            wholes: Iterable[int] = tried
        elif self.directory.may_go_on(self.text[start : marker.start()]):
            wholes = chain(tried, islice(stops, _WHOLE_TRIES))  # how far beyond that a name may go on
        else:
            return True
        return not any((whole := self._unit(start, stop)) and whole.is_known for stop in wholes)

    def _stops(self, after: int, near: int) -> Iterator[int]:
        """Where a name that begins at `after` may end: at the next few markers, or where the phrase does."""
        markers = (later.start() for later in MARKER.finditer(self.mask, after, near) if later.start() > after)
        yield from islice(markers, _RIGHT_TRIES)
        yield near

    def _bracket(self, at: int, start: int, end: int) -> int | None:
        """Opens a bracket that contains words, times or units; an office in brackets is left to its name."""
        close = self.partner.get(at)
        named = self._unit(start, at)
        if self.depth >= _DEEPEST or (start < at and not named):
            return None
        if close is None:
            return self._unclosed(at, start, end) if named and self.text[at] in OPENING else None
        if named and not named.is_collective and self._is_person(at + 1, close):
            self._name(start, at)
            self._put(PieceKind.WORD, at, at + 1)
            self._put(PieceKind.PERSON, at + 1, close)
            self._put(PieceKind.WORD, close, close + 1)
            return close + 1
        if EXCEPT.match(self.text, at + 1, close):  # 各乡镇(不含甲镇、乙镇): none of those is a unit that owes
            self._name(start, at)
            self._put(PieceKind.WORD, at, at + 1)
            self._put(PieceKind.UNREAD, at + 1, close)
            self._put(PieceKind.WORD, close, close + 1)
            return close + 1
        inner = list(pieces_of(self.text[at + 1 : close], self.directory, self.depth + 1))
        only_words = all(piece.kind in (PieceKind.WORD, PieceKind.TIME) for piece in inner)
        if not only_words:
            if named and not lists_units(inner, named):
                has_unit = any(piece.kind is PieceKind.UNIT for piece in inner)
                is_unclear = any(piece.kind is PieceKind.UNREAD or _is_stranger(piece) for piece in inner)
                is_lost = is_unclear and self._is_lost(start, close + 1)
                if not is_lost and (has_unit or not speaks_of_parts(inner)):
                    return None
                # (责任人:张三), (司法居), (国资办、司法居): about the unit, or nothing that could be placed
                inner = [_unplaced(piece) for piece in inner]
            if not named and close + 1 < end and not any(piece.kind is PieceKind.UNIT for piece in inner):
                return None
        elif self.text[at] == "【" and close + 1 < end:
            inner = [replace(piece, meaning=meaning_beside(piece, None, more_follows=True)) for piece in inner]
        else:
            inner = [replace(piece, meaning=meaning_beside(piece, named, close + 1 < end)) for piece in inner]
        shares = bool(named) and not only_words and speaks_of_parts(inner)
        self._name(start, at)
        self._put(PieceKind.WORD, at, at + 1, Group(opens=True) if shares else None)
        self.pieces += inner
        self._put(PieceKind.WORD, close, close + 1, Group(opens=False) if shares else None)
        return close + 1

    def _is_lost(self, start: int, end: int) -> bool:
        """Whether a name with a bracket means the unit before that, so that the bracket's text would be lost. The
        directory may know the whole."""
        whole = self._unit(start, end)
        return whole is not None and whole.is_known and not self.directory.find(unbroken(self.text[start:end].strip()))

    def _unclosed(self, at: int, start: int, end: int) -> int | None:
        """教育局(牵头 with its end lost. A lone word or time counts; what reads as no office is unread: nothing says
        where it would close."""
        word = ROLE_WORD.fullmatch(self.mask, at + 1, end)
        if not word and not _TIME.fullmatch(self.mask, at + 1, end):
            if self._unit(at + 1, end) or not self._is_lost(start, end):
                return None
            self._name(start, at)
            self._put(PieceKind.WORD, at, at + 1)
            self._put(PieceKind.UNREAD, at + 1, end)
            return end
        self._name(start, at)
        self._put(PieceKind.WORD, at, at + 1)
        role = role_of(word) if word else None
        self._put(PieceKind.WORD if word else PieceKind.TIME, at + 1, end, OwnRole(role) if role else None)
        return end

    def _unit(self, start: int, end: int) -> Named | None:
        if not 0 < end - start <= 2 * LONGEST_NAME:
            return None
        printed = self.text[start:end].strip()
        if printed not in self.tried:
            self.tried[printed] = name_unit(printed, self.directory)
        return self.tried[printed]

    def _name(self, start: int, end: int) -> None:
        """Puts what is left between two markers: a unit if it reads as one, else unread; loose punctuation as words."""
        first, last = start, end
        while first < last and self.text[first] in _LOOSE and first not in self.partner:
            first += 1
        has_opening = last - first <= 2 * LONGEST_NAME and any(c in OPENING for c in self.text[first : last - 1])
        while last > first and self.text[last - 1] in _LOOSE and not (has_opening and self.text[last - 1] in CLOSING):
            last -= 1
        self._put(PieceKind.WORD, start, first)
        self._unit_or_unread(first, last)
        self._put(PieceKind.WORD, last, end)

    def _unit_or_unread(self, first: int, last: int) -> None:
        named = self._unit(first, last)
        if named is None and (symbols := SYMBOLS.match(self.text, first, last)) and self._unit(symbols.end(), last):
            self._put(PieceKind.UNREAD, first, symbols.end())  # ★教育局: what the star says, only the office knows
            first = symbols.end()
            named = self._unit(first, last)
        bare = first + len(self.text[first:last].rstrip(SYMBOL_SIGNS))
        if named is None and bare < last and (starred := self._unit(first, bare)):
            end = first + len(self.text[first:bare].rstrip(SPACES))
            self._put(PieceKind.UNIT, first, end, starred)
            self._put(PieceKind.WORD, end, bare)
            self._put(PieceKind.UNREAD, bare, last)
            return
        if named is None and (person := self._person_behind(first, last)):
            self._put(PieceKind.UNIT, first, person, self._unit(first, person))
            self._put(PieceKind.PERSON, person, last)
            return
        is_word = named is None and NOTHING.fullmatch(self.text, first, last) is not None
        kind = PieceKind.UNIT if named else PieceKind.WORD if is_word else PieceKind.UNREAD
        self._put(kind, first, last, named)

    def _person_behind(self, first: int, last: int) -> int | None:
        """Where a person begins whose name stands right behind a unit's: 县水利局张某."""
        for start in range(last - 2, max(first + 2, last - 12), -1):
            if self._unit(first, start) and self._is_person(start, last):
                return start
        return None


def _unplaced(piece: Piece) -> Piece:
    """A piece in a bracket about the unit before it: an office there is part of that unit, and none of its own."""
    kind = PieceKind.WORD if piece.kind is PieceKind.UNIT and not _is_stranger(piece) else piece.kind
    return replace(piece, kind=PieceKind.UNREAD if kind is PieceKind.UNIT else kind, meaning=None)


def _is_stranger(piece: Piece) -> bool:
    """Whether a name in a bracket is that of a whole unit: 民征局. Offices end in other words. So is who only looks on:
    监管单位."""
    return isinstance(piece.meaning, Named) and (
        piece.text.endswith(_WHOLE_UNITS) or OVERSEER.fullmatch(piece.text) is not None
    )


def _role_of_label(match: re.Match[str]) -> Role | None:
    """The role that a label names. 责任 names one only as a label."""
    label = match["label_role"] or match["label_noun"]
    word = ROLE_WORD.search(label) if label else None
    return (role_of(word) if word else Role.RESPONSIBLE) if label else None
