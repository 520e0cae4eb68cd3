"""The words of part that stand in front of their names without a colon: 牵头教育局,配合财政局."""

from collections.abc import Iterable
from dataclasses import replace

from app.obligations.roles import Role
from app.registers.cells.pieces import Break, Group, Label, Named, OwnRole, Piece, PieceKind, RoleWord

_OF_NEXT: dict[object, Role] = {OwnRole(role, of_next=True): role for role in Role}


def with_words_in_front(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces of a cell, with a label for each word of part that is said of the names behind it. Such a word has a
    name behind it and none before it, or follows one that has.

    配合 in front of a name is unread, unless the cell goes on from 牵头 in front of one: 配合教育局 may mean that
    others support it. The first word in a bracket is said of the name before that: 教育局(牵头,财政局配合).
    """
    read, named, in_front, opens = [*pieces], False, False, False
    after_word = False  # right behind a word of part: 负责指导 is no word in front of the next name
    for place, piece in enumerate(read):
        match piece.meaning:
            case Named():
                named, opens = True, False
            case Label():
                named = in_front = opens = False
            case Group(opens):
                named = False
            case Break(2):
                named = False
            case OwnRole(role, of_next):
                if in_front and not of_next and isinstance(_next_meaning(read, place), Named):
                    read[place] = replace(piece, meaning=OwnRole(role, of_next=True))
                in_front, opens = in_front or of_next, False
            case RoleWord() if after_word:
                pass
            case RoleWord(role, of_all=False):
                if opens:
                    read[place] = replace(piece, meaning=OwnRole(role))
                elif (in_front or not named) and isinstance(_next_meaning(read, place, Break(0), Break(1)), Named):
                    in_front = in_front or role is not Role.SUPPORTING
                    kind = piece.kind if in_front else PieceKind.UNREAD
                    read[place] = replace(piece, kind=kind, meaning=Label(role) if in_front else None)
                named = opens = False
            case _:
                pass
        after_word = isinstance(piece.meaning, RoleWord)
    return _with_labels(read)


def _with_labels(pieces: list[Piece]) -> list[Piece]:
    """Brackets in front are labels where there are several, or where they are square: 【配合】教育局、财政局."""
    in_front = [place for place, piece in enumerate(pieces) if piece.meaning in _OF_NEXT]
    if len(in_front) > 1 or any(pieces[place - 1].text in ("【", "[") for place in in_front):
        for place in in_front:
            pieces[place] = replace(pieces[place], meaning=Label(_OF_NEXT[pieces[place].meaning]))
    return pieces


def _next_meaning(pieces: list[Piece], place: int, *but: Break) -> object:
    following = (one.meaning for one in pieces[place + 1 :])
    return next((one for one in following if one is not None and one not in but), None)
