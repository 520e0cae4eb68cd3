"""The shapes of a caller."""

from pydantic import Field

from app.access.models import ActorRole
from app.access.permissions import Permission
from app.clock import Moment
from app.shapes import OutputShape


class CallerKey(OutputShape):
    id: int
    prefix: str = Field(description="the public part, by which a log names the key")
    name: str
    expires_at: Moment | None


class CallerPerson(OutputShape):
    id: int
    name: str = Field(examples=["张三"])


class CallerUnit(OutputShape):
    id: int
    name: str


class CallerPublic(OutputShape):
    """Who sends the request."""

    role: ActorRole
    jurisdiction: str = Field(description="GB/T 2260 code or a prefix of it; empty is everywhere")
    jurisdiction_name: str | None = Field(
        examples=["霍邱县"], description="null where the directory has none of this code"
    )
    units: list[CallerUnit] = Field(description="for which the caller speaks")
    permissions: list[Permission]
    key: CallerKey | None = Field(description="null without one; a person has none")
    person: CallerPerson | None = Field(description="null: a key stands for a unit or an office")
