"""The rules that a document states once for all its lists of units: 列第一位者为牵头单位,其他为配合单位."""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from app.languages.messages import Message, say
from app.obligations.roles import Role
from app.registers.cells.pieces import Label, OwnRole, RoleWord
from app.registers.cells.reader import CellReading

_STATED = re.compile(
    r"(?:列|排|名列|排名|位列)(?:在|名)?(?:第一|首)(?:位|名)?的?(?:者|单位|部门|责任单位)*(?:,|，)?(?:均|即)?(?:为|是|系)"
    r"(?:牵头|主办|主责|责任|总牵头)(?:责任)?(?:单位|部门)?"
    r"(?:[,，;；、。]?(?:其他|其它|其余|余下|后面)(?:的|者|单位|部门|责任)*(?:均|都|皆)?(?:为|是|系)"
    r"(?:配合|协办|协助|协同|参与|责任|承办)(?:责任)?(?:单位|部门)?)?"
)
_LEADS = re.compile(r"(?:为|是|系)(?:总?牵头|主办|主责)")
_SUPPORT = re.compile(r"(?:其他|其它|其余|余下|后面).*(?:配合|协办|协助|协同|参与)")


class DocumentRule(StrEnum):
    """What a document may state for all its rows."""

    FIRST_IS_LEAD = "first_is_lead"


def rules_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of such rules, each once."""
    found = (match[0] for line in lines for match in _STATED.finditer("".join(line.split())))
    return tuple(dict.fromkeys(found))


def note_of(words: str) -> Message:
    return say("the register says '{words}'; that is not applied, so set the leading units by hand", words=words)


def leading_rule(rules: Iterable[str]) -> str | None:
    """The words that make the first unit the leading one."""
    return next((words for words in rules if _LEADS.search(words)), None)


def with_first_leading(cell: CellReading, words: str) -> CellReading:
    """A cell as the words have it. A cell that says itself who has which part stays as it is."""
    if any(isinstance(piece.meaning, Label | RoleWord | OwnRole) for piece in cell.pieces):
        return cell
    others = Role.SUPPORTING if _SUPPORT.search(words) else Role.RESPONSIBLE
    units = (replace(unit, role=others if place else Role.LEAD) for place, unit in enumerate(cell.units))
    return replace(cell, units=tuple(units))
