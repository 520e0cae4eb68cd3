"""Rules that a document states once for every list of units in it: 列第一位者为牵头单位,其他为配合单位."""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from app.languages.messages import Message, say
from app.obligations.assignment_models import Role
from app.registers.cell_pieces import Label, OwnRole, RoleWord
from app.registers.cell_reader import CellReading

_LEADS = re.compile(r"(?:为|是|系)(?:总?牵头|主办|主责)")
_SUPPORT = re.compile(r"(?:其他|其它|其余|余下|后面).*(?:配合|协办|协助|协同|参与)")


class DocumentRule(StrEnum):
    """What a document may state for all its rows."""

    FIRST_IS_LEAD = "first_is_lead"


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
