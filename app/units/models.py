"""The tables of jurisdictions, units, aliases, contacts and memberships, with the rules of one record."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index, UniqueConstraint, and_, or_
from sqlmodel import Field, col

from app.database.columns import IDENTITY, BigId, enum_type, identity, partial_index, reference
from app.errors import OutsideJurisdiction, UnitDissolved
from app.journal.recorder import StreamRef
from app.journal.rows import Journaled
from app.languages.messages import say


class UnitKind(StrEnum):
    """单位类别."""

    DEPARTMENT = "department"
    TOWNSHIP = "township"
    DEVELOPMENT_ZONE = "development_zone"
    COLLECTIVE = "collective"


def directory_of(jurisdiction_code: str) -> StreamRef:
    """The journal stream of a jurisdiction's units."""
    return StreamRef(f"directory:{jurisdiction_code}", jurisdiction_code)


class DirectoryRow(Journaled):
    """A row of a jurisdiction's directory."""

    journal_kind: ClassVar[str] = "directory"
    journal_key: ClassVar[str | None] = "jurisdiction_code"
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code"})


class Jurisdiction(Journaled, table=True):
    """行政区划: a code of GB/T 2260. Its first two digits are the province, four the prefecture, six the county."""

    __tablename__: ClassVar[Any] = "jurisdiction"
    journal_kind: ClassVar[str] = "directory"
    journal_key: ClassVar[str | None] = "code"
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "jurisdiction.named": {"name"},
        "directory.imported": {"name"},
    }
    not_personal: ClassVar[frozenset[str]] = frozenset({"name"})
    codes: ClassVar[frozenset[str]] = frozenset({"code"})

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=200)


class Unit(DirectoryRow, table=True):
    """An organisation that can be held responsible, or a collective that stands for several."""

    __tablename__: ClassVar[Any] = "unit"
    __table_args__ = (
        UniqueConstraint("jurisdiction_code", "name"),
        UniqueConstraint("id", "jurisdiction_code"),  # so that a key's unit lies in the key's jurisdiction
        CheckConstraint("kind = 'collective' OR NOT is_open", name="only_collectives_are_open"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"dissolved_on": None}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "unit.changed": {"name", "code", "is_confirmed", "revision"},
        "unit.dissolved": {"dissolved_on", "revision"},
        "directory.imported": {"kind", "code", "is_confirmed", "revision"},
    }
    not_personal: ClassVar[frozenset[str]] = frozenset({"name"})
    codes: ClassVar[frozenset[str]] = frozenset({"jurisdiction_code", "code"})

    id: int = identity()
    jurisdiction_code: str = Field(foreign_key="jurisdiction.code", max_length=12)
    kind: UnitKind = Field(sa_type=enum_type(UnitKind, "kind"))
    code: str | None = Field(default=None, max_length=12)  # statistical division code, where it has one
    name: str = Field(max_length=200)
    is_open: bool = False  # 名单待定: a collective whose members the office has to name
    is_confirmed: bool = True  # false while only an import has met the name
    created_at: datetime
    dissolved_on: date | None = None  # the first day on which the unit does not exist
    revision: int = 1

    def dissolve(self, on: date) -> bool:
        """Record that it was merged away. Returns whether that changed it."""
        if self.dissolved_on is not None:
            return False
        self.dissolved_on = on
        self.revision += 1
        return True

    def require_jurisdiction(self, code: str, *, or_below: bool = False) -> None:
        """Args:
            or_below: a jurisdiction below it will do.

        Raises:
            OutsideJurisdiction: the unit belongs to another one.
        """
        if not (self.jurisdiction_code.startswith(code) if or_below else self.jurisdiction_code == code):
            raise OutsideJurisdiction(
                say(
                    "{unit} belongs to {code}, not {other}; give a unit of {other}",
                    unit=self.name,
                    code=self.jurisdiction_code,
                    other=code,
                )
            )

    def require_existing(self) -> None:
        """Raises:
        UnitDissolved: the unit does not exist any more.
        """
        if self.dissolved_on is not None:
            raise UnitDissolved(
                say(
                    "{unit} was dissolved on {day}; give the unit that took over its tasks",
                    unit=self.name,
                    day=self.dissolved_on,
                )
            )


class UnitAlias(DirectoryRow, table=True):
    """Another spelling of a unit. Its own name is here too, so that one constraint makes names and aliases unique."""

    __tablename__: ClassVar[Any] = "unit_alias"
    __table_args__ = (
        partial_index(
            "uq_unit_alias_jurisdiction_code_name",
            "jurisdiction_code",
            "name",
            where="dropped_at IS NULL",
            unique=True,
        ),
        ForeignKeyConstraint(["unit_id", "jurisdiction_code"], ["unit.id", "unit.jurisdiction_code"]),
        Index("ix_unit_alias_unit_id", "unit_id"),
        IDENTITY,
    )
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "unit.changed": {"is_own_name"},
        "alias.dropped": {"dropped_at"},
    }
    not_personal: ClassVar[frozenset[str]] = frozenset({"name"})

    id: int = identity()
    unit_id: int = Field(sa_type=BigId)
    jurisdiction_code: str = Field(max_length=12)
    name: str = Field(max_length=200)
    is_own_name: bool = False
    dropped_at: datetime | None = None


class UnitContact(DirectoryRow, table=True):
    """联络员: a person through whom a unit is reached. Personal data: for officers and for the unit itself."""

    __tablename__: ClassVar[Any] = "unit_contact"
    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "jurisdiction_code"], ["unit.id", "unit.jurisdiction_code"]),
        Index("ix_unit_contact_unit_id", "unit_id", "id"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"email": "", "is_told": False, "gets_digests": True}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "contact.changed": {"email", "is_told", "gets_digests"},
        "contact.dropped": {"name", "position", "phone", "email", "dropped_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"name", "position", "phone", "email"})

    id: int = identity()
    unit_id: int = Field(sa_type=BigId)
    jurisdiction_code: str = Field(max_length=12)
    name: str = Field(max_length=100)
    position: str = Field(default="", max_length=100)  # 职务
    phone: str = Field(default="", max_length=50)
    email: str = Field(default="", max_length=254)
    is_told: bool = False  # is written to when the unit is told of something
    gets_digests: bool = True  # and when it is only reminded
    dropped_at: datetime | None = None


class Membership(DirectoryRow, table=True):
    """A unit's place in a collective, from one day to another; without a first day it has always been."""

    __tablename__: ClassVar[Any] = "membership"
    __table_args__ = (
        Index("ix_membership_collective_id_unit_id", "collective_id", "unit_id"),
        partial_index("uq_membership_current", "collective_id", "unit_id", where="until_on IS NULL", unique=True),
        CheckConstraint("collective_id <> unit_id", name="nobody_holds_itself"),
        IDENTITY,
    )
    journal_added: ClassVar[Mapping[str, Any]] = {"takes_part_in_current": False, "voided_at": None}
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "member.changed": {"takes_part_in_current"},
        "member.ended": {"until_on", "voided_at"},
        "unit.dissolved": {"until_on"},
    }

    id: int = identity()
    collective_id: int = reference("unit.id")
    unit_id: int = reference("unit.id")
    jurisdiction_code: str = Field(max_length=12)
    from_on: date | None = None
    until_on: date | None = None  # the first day on which it is no longer a member
    takes_part_in_current: bool = False  # it also owes the periods under way on its first day
    voided_at: datetime | None = None  # voided at this moment: it never was a member

    def end(self, on: date, *, never: datetime | None = None) -> None:
        """End the membership on a day; `never` is the moment at which it was voided, as if it had never been."""
        self.until_on, self.voided_at = on, never

    def owes(self, starts_on: date, last_on: date | None) -> bool:
        """Whether the unit owes its collective's obligation for a period: one that begins while it is a member, or that
        was under way on its first day.

        Args:
            last_on: the last day on which the period can begin to be owed; None where it has none.
        """
        if self.voided_at is not None:
            return False
        first = max(self.from_on or starts_on, starts_on)
        joined = first == starts_on or (self.takes_part_in_current and (last_on is None or first <= last_on))
        return joined and (self.until_on is None or first < self.until_on)

    @classmethod
    def owing(cls, starts_on: Any, last_on: Any) -> ColumnElement[bool]:
        """`owes`, in SQL: columns of a period."""
        joined, left = col(cls.from_on), col(cls.until_on)
        begins = or_(joined.is_(None), joined <= starts_on)
        under_way = and_(col(cls.takes_part_in_current), joined > starts_on, or_(last_on.is_(None), joined <= last_on))
        stays = or_(left.is_(None), and_(starts_on < left, or_(joined.is_(None), joined < left)))
        return and_(col(cls.voided_at).is_(None), or_(begins, under_way), stays)
