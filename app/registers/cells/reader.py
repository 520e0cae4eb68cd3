"""The reader of a cell of responsible units (责任单位): the units, their roles, and what is unclear."""

from dataclasses import asdict, dataclass, field

from app.obligations.roles import Role
from app.registers.cells.pieces import AndSoOn, Break, Group, Label, Named, OwnRole, Piece, PieceKind, RoleWord
from app.units.directory import Directory


@dataclass(frozen=True, slots=True)
class UnitReading:
    """One unit. `text` as printed, brackets and all; `name` the directory's or, where it has none, as printed."""

    text: str
    name: str
    role: Role
    collective: bool
    open: bool


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell as read. `open`: 等 leaves the list unfinished, or an open collective stands in it.

    `persons`: who stands in or behind a unit's name. `pieces` is the whole cell in order, every character in exactly
    one of them; the rest is derived from it.
    """

    units: tuple[UnitReading, ...]
    open: bool
    times: tuple[str, ...]
    unread: tuple[str, ...]
    pieces: tuple[Piece, ...]
    persons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """`{"units": [{"text", "name", "role", "collective", "open"}], "open", "times", "unread", "persons"}`."""
        return {
            "units": [asdict(unit) for unit in self.units],
            "open": self.open,
            "times": list(self.times),
            "unread": list(self.unread),
            "persons": list(self.persons),
        }


def read_cell(text: str, directory: Directory) -> CellReading:
    """Read any text as a units cell; never raises. What cannot be placed is in `unread`.

    A unit named twice is one unit, at its first place, with the stronger role (lead, responsible, supporting).
    """
    from app.registers.cells.broken_words import read_whole
    from app.registers.cells.excepted_names import with_excepted_names
    from app.registers.cells.lexer import pieces_of
    from app.registers.cells.unclear_brackets import with_unclear_brackets
    from app.registers.cells.words_in_front import with_words_in_front

    named = with_excepted_names(read_whole(text, lambda whole: pieces_of(whole, directory)))
    pieces = tuple(with_unclear_brackets(with_words_in_front(named)))
    listing = _Listing()
    for piece in pieces:
        listing.add(piece)
    units = _merged(listing.mentions)
    return CellReading(
        units=units,
        open=listing.is_open or any(unit.open for unit in units),
        times=_texts(pieces, PieceKind.TIME),
        unread=_texts(pieces, PieceKind.UNREAD),
        persons=_texts(pieces, PieceKind.PERSON),
        pieces=pieces,
    )


def _texts(pieces: tuple[Piece, ...], kind: PieceKind) -> tuple[str, ...]:
    return tuple(piece.text for piece in pieces if piece.kind is kind)


@dataclass(slots=True)
class _Mention:
    text: str
    named: Named
    by_label: Role | None
    by_word: Role | None = None
    is_own: bool = False  # said of this name alone: words for the whole list leave it

    @property
    def role(self) -> Role:
        return self.by_word or self.by_label or Role.RESPONSIBLE


@dataclass(slots=True)
class _Listing:
    """Walks the pieces and gives each mention its part.

    A word covers the names before it back to the last such word, label, semicolon or line. Across a comma:
    牵头 only if commas are all that separates (A,B牵头), for in A、B,C牵头 the comma divides;
    配合 only if somebody before has another part, for in A,B配合 it is A that B supports.
    """

    mentions: list[_Mention] = field(default_factory=list)
    is_open: bool = False
    _label: Role | None = None
    _next: Role | None = None
    _run: int = 0  # index of the first mention a coming word may cover
    _after_comma: int = 0
    _has_enumeration: bool = False
    _has_role_before: bool = False
    _outside: list[tuple[int, Role | None, int, int, bool]] = field(default_factory=list)
    _covered: list[_Mention] = field(default_factory=list)  # by the word right before: 按职责分工牵头
    _broken: bool = False  # a strong break since the last mention: what came before is closed by the next name

    def add(self, piece: Piece) -> None:
        match piece.meaning:
            case Named() as named:
                self._mention(piece.text, named)
            case Break(strength):
                self._break(strength)
            case Label(role):
                self._label = role or self._label
                self._close()
            case OwnRole(role, of_next):
                if of_next:
                    self._next = role
                elif self.mentions:
                    self.mentions[-1].by_word, self.mentions[-1].is_own = role, True
            case RoleWord(role, of_all):
                self._cover(role, of_all)
            case Group(opens):
                self._group(opens)
            case AndSoOn(count):
                self._and_so_on(count)

    def _mention(self, text: str, named: Named) -> None:
        if self._broken:
            self._close()
        self._covered = []
        self.mentions.append(_Mention(text, named, self._label, self._next, self._next is not None))
        self._next = None

    def _break(self, strength: int) -> None:
        if strength == 2:
            self._broken = True
        elif strength == 1:
            self._after_comma = len(self.mentions)
        else:
            self._has_enumeration = True

    def _group(self, opens: bool) -> None:
        if opens:
            self._outside.append((len(self.mentions), self._label, self._run, self._after_comma, self._has_enumeration))
            self._has_role_before = True  # in A(B配合) it is A that B supports
            self._close()
        elif self._outside:
            start, self._label, self._run, self._after_comma, self._has_enumeration = self._outside.pop()
            for mention in self.mentions[start:]:
                mention.is_own = True

    def _close(self) -> None:
        self._run = self._after_comma = len(self.mentions)
        self._has_enumeration = self._broken = False

    def _cover(self, role: Role, of_all: bool) -> None:
        start = self._run
        # A word that stands alone after a comma (A、B,按职责分工负责) is said of what is before the comma.
        comma = self._after_comma if self._run < self._after_comma < len(self.mentions) else self._run
        if not of_all and (
            (role is Role.LEAD and self._has_enumeration) or (role is Role.SUPPORTING and not self._has_role_before)
        ):
            start = comma
        self._covered = self.mentions[start:] or self._covered
        for mention in self._covered:
            # 配合单位:A、B按职责分工负责: the label says which part, the word only how it is shared out.
            says_less = role is Role.RESPONSIBLE and (mention.by_label or mention.by_word)
            if not mention.is_own and not says_less:
                mention.by_word = role
        self._has_role_before = True
        self._close()

    def _and_so_on(self, count: int | None) -> None:
        listed = len(self.mentions) - self._run
        since_comma = len(self.mentions) - self._after_comma
        full = count is not None and (listed == count or since_comma >= count)
        self.is_open = self.is_open or not full


def _merged(mentions: list[_Mention]) -> tuple[UnitReading, ...]:
    units: dict[str, UnitReading] = {}
    for mention in mentions:
        named, role = mention.named, mention.role
        before = units.get(named.name)
        if before and before.role.rank <= role.rank:
            continue
        units[named.name] = UnitReading(
            text=before.text if before else mention.text,
            name=named.name,
            role=role,
            collective=named.is_collective,
            open=named.is_open,
        )
    return tuple(units.values())
