"""The names of units that words behind them except: 各乡镇(甲镇、乙镇除外)."""

from collections.abc import Iterable
from dataclasses import replace

from app.registers.cells.pieces import Break, Named, Piece, PieceKind
from app.registers.cells.words import EXCEPTED


def with_excepted_names(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces of a cell; names joined by 、 to unread text that excepts them are unread, too."""
    read = [*pieces]
    for place, piece in enumerate(read):
        if piece.kind is not PieceKind.UNREAD or not EXCEPTED.search(piece.text):
            continue
        before = place - 1
        while before > 0 and read[before].meaning == Break(0) and isinstance(read[before - 1].meaning, Named):
            read[before - 1] = replace(read[before - 1], kind=PieceKind.UNREAD, meaning=None)
            before -= 2
    return read
