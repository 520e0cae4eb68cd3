"""The shapes of a unit's part in a task, and in a collective, in requests and responses."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool, model_validator

from app.clock import Moment
from app.languages.messages import say
from app.obligations.roles import Role
from app.paging import PageQuery
from app.shapes import BodyId, Day, InputShape, OutputShape, Reason
from app.units.models import UnitKind

AS_IF_NEVER = "it was a mistake: its obligations leave the responses for every day; past reports stay readable"

StartsOn = Annotated[
    Day | None,
    Field(description="交办日: owed from this day; in a checklist that units were told of, today without it"),
]


class AssignmentWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "lead"}]})

    role: Role = Role.RESPONSIBLE
    named_under: Annotated[
        BodyId | None,
        Field(description="the open collective of the task (县直有关单位) for which this unit is named"),
    ] = None
    starts_on: StartsOn = None


class MembershipWrite(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-07-01"}]})

    from_on: Annotated[Day | None, Field(description="first day; today without it")] = None
    takes_part_in_current: Annotated[
        StrictBool, Field(description="it also owes the periods under way on its first day, from that day on")
    ] = False


class MembershipPublic(OutputShape):
    collective_id: int
    unit_id: int
    from_on: date | None = Field(description="null: it has always been a member")
    until_on: date | None = Field(description="first day on which it is no longer a member")
    takes_part_in_current: bool = Field(description="it also owes the periods under way on its first day")
    voided_at: Moment | None = Field(description="voided at this moment, as if it had never been")


class MemberJoined(MembershipPublic):
    """A unit's membership after a change."""

    overdue_at_once: int = Field(description="obligations that the change made overdue", examples=[0])


class MemberQuery(PageQuery):
    pass


class MemberPublic(MembershipPublic):
    name: str
    kind: UnitKind


class Ending(InputShape):
    """Why a unit's part in a task, or its membership, ends."""

    reason: Annotated[Reason | None, Field(description="why; it is stored with what is waived")] = None
    as_if_never: Annotated[bool, Field(description=AS_IF_NEVER)] = False

    @model_validator(mode="after")
    def mistakes_are_explained(self) -> "Ending":
        if self.as_if_never and self.reason is None:
            raise ValueError(say("reason: say why, for as_if_never changes the responses for past days"))
        return self
