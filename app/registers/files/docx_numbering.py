"""The numbers that Word prints before paragraphs but does not store in their text: 一、 1. (1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.registers.files.office_xml import attribute, child, local_name, number

_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9
_CHINESE = frozenset(
    ["chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"]
)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts: `text` has %1 for the number of the first level, and so on."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbering:
    """`lists`: the levels of each list; `styles`: the list and level that a paragraph's style gives it."""

    lists: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def label(self, paragraph: etree._Element) -> str:
        """The number that Word prints before this paragraph. Call it once for each, in the document's order."""
        properties = child(paragraph, "pPr")
        if properties is None or not self.lists:
            return ""
        list_id, at = self.styles.get(attribute(child(properties, "pStyle"), "val") or "", (None, 0))
        if (own := child(properties, "numPr")) is not None:
            list_id = attribute(child(own, "numId"), "val") or list_id
            at = number(attribute(child(own, "ilvl"), "val"), at)
        levels = self.lists.get(list_id or "", {})
        if list_id is None or at not in levels:
            return ""
        counts = self._counts.setdefault(list_id, [None] * _LEVELS)
        last = counts[at]
        counts[at] = levels[at].start if last is None else last + 1
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)
        return re.sub(r"%([1-9])", lambda match: _shown(levels, counts, int(match[1]) - 1), levels[at].text)


def _shown(levels: Mapping[int, Level], counts: list[int | None], at: int) -> str:
    level = levels.get(at, Level())
    count = counts[at]
    return formatted(level.start if count is None else count, level.form)


def formatted(count: int, form: str) -> str:
    """A number as a list prints it (ST_NumberFormat of ISO/IEC 29500); an unknown format gives digits."""
    if form in _CHINESE and 0 < count < 100:
        tens, ones = divmod(count, 10)
        return ("" if tens < 2 else _DIGITS[tens]) + "十" * bool(tens) + (_DIGITS[ones] if ones else "")
    if form == "decimalEnclosedCircle" and 0 < count <= 20:
        return chr(ord("①") + count - 1)
    if form in ("lowerLetter", "upperLetter") and 0 < count <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + count - 1)
    return "" if form in ("bullet", "none") else str(count)


def read_numbering(root: etree._Element) -> dict[str, dict[int, Level]]:
    """The lists of a document's numbering part, by their number."""
    forms = {
        attribute(one, "abstractNumId"): {
            number(attribute(level, "ilvl"), 0): Level(
                number(attribute(child(level, "start"), "val"), 1),
                attribute(child(level, "numFmt"), "val") or "decimal",
                attribute(child(level, "lvlText"), "val") or "",
            )
            for level in one
            if local_name(level) == "lvl" and attribute(child(level, "numFmt"), "val") not in ("bullet", "none")
        }
        for one in root
        if local_name(one) == "abstractNum"
    }
    return {
        attribute(one, "numId") or "": forms.get(attribute(child(one, "abstractNumId"), "val"), {})
        for one in root
        if local_name(one) == "num"
    }
