"""The shapes of keys in requests and responses."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from app.access.models import ActorRole
from app.clock import Moment
from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import BodyId, InputShape, Instant, JurisdictionPrefix, OutputShape, PersonName

UnitIds = Annotated[list[BodyId], Field(max_length=200, description="ids of a reporter's units")]
KeyRole = Literal[ActorRole.REPORTER, ActorRole.COORDINATOR, ActorRole.AUDITOR, ActorRole.ADMIN]


UNITS_OF_REPORTERS = say("units: a reporter speaks for at least one unit, and nobody else for any")


def units_fit_role(role: ActorRole, units: Sequence[int]) -> bool:
    """A reporter speaks for units, and nobody else does."""
    return (role is ActorRole.REPORTER) == bool(units)


class AccessWanted(InputShape):
    """What somebody shall be allowed. A reporter speaks for units of one jurisdiction; everyone else has a jurisdiction
    prefix."""

    role: KeyRole
    jurisdiction: JurisdictionPrefix = Field(description="GB/T 2260 code or a prefix of it; empty is everywhere")
    units: UnitIds = []

    @model_validator(mode="after")
    def units_are_for_reporters(self) -> Self:
        if not units_fit_role(self.role, self.units):
            raise ValueError(UNITS_OF_REPORTERS)
        return self


class KeyCreate(AccessWanted):
    """A key to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "司法局 填报", "role": "reporter", "jurisdiction": "341522", "units": [24]}]
        }
    )

    name: PersonName = Field(description="what the key is for, such as 司法局 填报", examples=["司法局 填报"])
    expires_at: Annotated[Instant | None, Field(description="the key ends then; never without it")] = None


class KeyPublic(OutputShape):
    id: int
    prefix: str = Field(description="the public part, by which a log names the key")
    name: str
    role: ActorRole
    jurisdiction: str
    units: list[int]
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None


class KeyCreated(KeyPublic):
    shown_once: ClassVar[frozenset[str]] = frozenset({"key"})

    key: str | None = Field(
        description="the whole key; it is shown only now. Null in a repeated response: if the first one was "
        "lost, revoke this key and make another",
        examples=["duban_0a1b2c3d4e5f_…"],
    )


class KeyQuery(PageQuery):
    role: KeyRole | None = None
