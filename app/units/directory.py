"""The directory of a jurisdiction's units, as the reader of cells needs it: their spellings, without a database."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

MAX_SPELLING = 100
"""Characters. No unit has a longer name; longer text is not looked up, so that hostile text costs nothing."""

_JOINS = re.compile(r"[及和与/／&＆+＋]|会同")
_SEPARATORS = re.compile(r"[、,;/\s]")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit in the directory. `is_open`: a collective whose members the office still has to name."""

    name: str
    is_collective: bool
    is_open: bool


class Directory:
    """All spellings (names and aliases) of a jurisdiction's units.

    `jurisdiction` is its full name (霍邱县). Given, units printed with it are found too, and its last character
    (县, 区, 市, 旗) is the one that may be lost or printed; otherwise that is 县.
    """

    def __init__(self, spellings: Mapping[str, KnownUnit], jurisdiction: str = "") -> None:
        self._exact = dict(spellings)
        self._jurisdiction = fold(jurisdiction)
        self._own = self._jurisdiction[-1:] or "县"
        self._folded: dict[str, KnownUnit] = {}
        ambiguous: set[str] = set()
        for spelling, unit in self._exact.items():
            if self._folded.setdefault(fold(spelling), unit) != unit:
                ambiguous.add(fold(spelling))
        for spelling in ambiguous:
            del self._folded[spelling]
        with_separators = sorted((s for s in self._exact if _SEPARATORS.search(s)), key=len, reverse=True)
        self.names_with_separators: re.Pattern[str] | None = (
            re.compile("|".join(map(re.escape, with_separators))) if with_separators else None
        )
        beginnings = {fold(s[: join.start()]) for s in self._exact for join in _JOINS.finditer(s)}
        self._before_joins = tuple(sorted(filter(None, beginnings)))

    def __eq__(self, other: object) -> bool:
        """Whether both have the same spellings of the same units, so that a cell reads the same with either."""
        if not isinstance(other, Directory):
            return NotImplemented
        return (self._exact, self._jurisdiction) == (other._exact, other._jurisdiction)

    def __hash__(self) -> int:
        return hash((len(self._exact), self._jurisdiction))

    def find(self, spelling: str) -> KnownUnit | None:
        """The unit so spelled, or None.

        Full and half width, spaces inside, the kind of bracket and a 县 in front (lost or printed) make no difference.
        The collectives of official usage (各乡镇, 县直有关单位, 各有关部门 …) are found even in an empty directory.
        """
        if len(spelling) > MAX_SPELLING:
            return None
        if unit := self._exact.get(spelling):
            return unit
        folded = fold(spelling)
        for candidate in self._variants(folded):
            if unit := self._folded.get(candidate):
                return unit
        from app.units.usage import collective_by_usage  # its patterns are a hundredth of a server's start

        usual = collective_by_usage(folded, own=self._own)
        if usual is None:
            return None
        collective = KnownUnit(usual.name, is_collective=True, is_open=usual.is_open)
        as_printed = replace(collective, name=spelling.strip()) if collective.name == folded else collective
        return self._folded.get(fold(collective.name), as_printed)

    def may_go_on(self, beginning: str) -> bool:
        """Whether a name in the directory goes on with 和, 及, 与 or /: 自然资源(和规划局) can, 教育局 cannot."""
        return fold(beginning).endswith(self._before_joins)

    def _variants(self, folded: str) -> tuple[str, ...]:
        variants = [folded]
        if self._jurisdiction and folded.startswith(self._jurisdiction):
            folded = folded.removeprefix(self._jurisdiction)
            variants += [folded, self._own + folded]
        elif folded.startswith(self._own):
            variants.append(folded.removeprefix(self._own))
        else:
            variants.append(self._own + folded)
        if self._jurisdiction:
            variants.append(self._jurisdiction + folded.removeprefix(self._own))
        return tuple(v for v in variants if v)


def fold(spelling: str) -> str:
    """One form for all ways to type a name: NFKC (Unicode Standard Annex 15), round brackets, nothing invisible."""
    return unicodedata.normalize("NFKC", spelling).translate(_FORMS)


class _Forms(dict[int, int | None]):
    """A cache of what each character becomes: a long cell folds thousands of names."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        is_invisible = char.isspace() or unicodedata.category(char) in ("Cf", "Cc")
        self[code] = None if is_invisible else code
        return self[code]


_FORMS = _Forms(str.maketrans("〔[【〖{〕]】〗}", "((((()))))"))
