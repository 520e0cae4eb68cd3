"""The brackets of a cell, and what their content means for the name beside them."""

from app.registers.cells.pieces import AndSoOn, Label, Meaning, Named, OwnRole, Piece, RoleWord
from app.registers.cells.words import (
    CLOSING,
    GROUP,
    HIDDEN,
    LEVEL_LIST,
    OF_LEVEL,
    OF_SEVERAL,
    OPENING,
    ROLE_NOUN,
    UNOPENED_NUMBERING,
)
from app.units.directory import Directory


def pair_brackets(text: str) -> dict[int, int]:
    """Where each closed bracket opens and closes. Kinds may differ (clerks close 〔 with ]); that of 1) is none."""
    numbering = {m.end() - 1 for m in UNOPENED_NUMBERING.finditer(text) if _starts_item(text, m.start())}
    waiting: list[int] = []
    partner: dict[int, int] = {}
    for i, char in enumerate(text):
        if char in OPENING:
            waiting.append(i)
        elif char in CLOSING and waiting and i not in numbering:
            partner[waiting.pop()] = i
    return partner


def _starts_item(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace() or text[at - 1] in "、,，;；。"


def mask(text: str, partner: dict[int, int], directory: Directory) -> str:
    """The text with everything hidden that is neither separator nor word: bracketed parts, names containing 、."""
    chars = list(text)
    at = 0
    while at < len(chars):
        if (end := partner.get(at)) is not None:
            chars[at : end + 1] = [GROUP] * (end + 1 - at)
            at = end
        at += 1
    masked = "".join(chars)
    for pattern in (LEVEL_LIST, directory.names_with_separators):
        if pattern is not None:
            masked = pattern.sub(lambda m: HIDDEN * len(m[0]), masked)
    return masked


def meaning_beside(piece: Piece, named: Named | None, more_follows: bool) -> Meaning:
    """What a word in brackets means: for the name before it alone, as a label of what follows, or for the next name.
    教育局、财政局(共同牵头) is said of both."""
    meaning = piece.meaning
    if isinstance(meaning, RoleWord | Label) and meaning.role:
        if named and isinstance(meaning, RoleWord) and OF_SEVERAL.match(piece.text):
            return meaning
        if named:
            return OwnRole(meaning.role)
        if ROLE_NOUN.fullmatch(piece.text.strip()):
            return Label(meaning.role)
        return OwnRole(meaning.role, of_next=True) if more_follows else meaning
    return meaning if isinstance(meaning, AndSoOn) else None


def lists_units(inner: list[Piece], named: Named) -> bool:
    """Whether a bracket behind a name lists units of their own: 各有关部门(教育局、财政局), 教育局(财政局配合).

    财政局(国资办) has an office, whoever else may be called so; also 财政局(国资办、金融办) where neither is known.
    """
    units = [piece.meaning for piece in inner if isinstance(piece.meaning, Named)]
    if not units or (named.is_collective and all(OF_LEVEL.fullmatch(unit.name) for unit in units)):
        return False  # 各乡镇人民政府(街道办事处) is one collective
    has_role = speaks_of_parts(inner)
    return named.is_collective or has_role or (len(units) > 1 and any(unit.is_known for unit in units))


def speaks_of_parts(inner: list[Piece]) -> bool:
    """Whether a bracket has words of part or labels: (牵头), (责任人:…), (排名第一的为牵头单位)."""
    return any(isinstance(piece.meaning, RoleWord | Label | OwnRole) for piece in inner)
