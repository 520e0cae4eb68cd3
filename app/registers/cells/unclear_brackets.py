"""The brackets that may be said of one name or of several: 教育局(牵头)、财政局、民政局(配合)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.obligations.roles import Role
from app.registers.cells.pieces import Break, Group, Label, Named, OwnRole, Piece, PieceKind, RoleWord


def with_unclear_brackets(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of a cell; a (配合) behind a name is unread too where names without a part stand between it and one
    that leads. It counts for the name before it until somebody says more."""
    is_led, without_part = False, 0
    for piece in pieces:
        match piece.meaning:
            case Named():
                without_part += 1
            case OwnRole(Role.SUPPORTING, of_next=False):
                is_unclear = is_led and without_part > 1
                without_part = 0
                if is_unclear:
                    yield replace(piece, kind=PieceKind.UNREAD)
                    continue
            case OwnRole(role) | RoleWord(role) | Label(role):
                is_led = (is_led or role is Role.LEAD) and not isinstance(piece.meaning, Label)
                without_part = 0
            case Break(2) | Group():
                without_part = 0
            case _:
                pass
        yield piece
