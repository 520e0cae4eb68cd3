"""The pieces of a cell and their meanings; together they are the whole cell."""

from dataclasses import dataclass
from enum import StrEnum

from app.obligations.roles import Role


class PieceKind(StrEnum):
    UNIT = "unit"
    WORD = "word"
    TIME = "time"
    PERSON = "person"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Named:
    """A unit: its name, and whether the directory (or official usage) has it."""

    name: str
    is_collective: bool = False
    is_open: bool = False
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class RoleWord:
    """牵头, 配合, 按职责分工负责 after names. `of_all` is said of the whole list: X、Y等牵头单位."""

    role: Role
    of_all: bool = False


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role that covers one name alone: the name before it, 教育局(牵头), or the next one, (牵头)教育局."""

    role: Role
    of_next: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """牵头单位: before names. Without a role it is a label of something else (时限, 责任人)."""

    role: Role | None


@dataclass(frozen=True, slots=True)
class AndSoOn:
    """等. With a count (等3个部门) the list is full when it has as many."""

    count: int | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """What stands between two names: 、 and joining words (0), a comma (1), a semicolon or a new line (2)."""

    strength: int


@dataclass(frozen=True, slots=True)
class Group:
    """A bracket that shares out work among units of its own, 教育局(财政局配合): its words reach nobody outside."""

    opens: bool


Meaning = Named | RoleWord | OwnRole | Label | AndSoOn | Break | Group | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the cell's characters, as printed."""

    kind: PieceKind
    text: str
    meaning: Meaning = None
