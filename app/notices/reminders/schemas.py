"""The shapes of reminder rules in requests and responses."""

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool, StrictInt, model_validator

from app.languages.messages import say
from app.notices.models import ReceiverKind
from app.obligations.lights import Light
from app.shapes import InputShape, OutputShape, Reason


class Rung(InputShape):
    """When whom is reminded of an obligation: so many working days before (negative) or after its last day, or after a
    share of its time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"working_days": -3, "colour": "yellow", "receivers": ["unit"]},
                {"share": 50, "colour": "green", "receivers": ["unit"], "words": "时间过半,请对照进度。"},
            ]
        }
    )

    working_days: Annotated[
        StrictInt | None, Field(ge=-250, le=250, description="before the last day where negative; 0 is the day itself")
    ] = None
    share: Annotated[
        StrictInt | None, Field(ge=1, le=99, description="per cent of the time from the first day to the last")
    ] = None
    colour: Light
    receivers: Annotated[list[ReceiverKind], Field(min_length=1, max_length=3)]
    words: Annotated[Reason | None, Field(max_length=200, examples=["请抓紧推进。"])] = None

    @model_validator(mode="after")
    def has_one_day(self) -> "Rung":
        if (self.working_days is None) == (self.share is None):
            raise ValueError(say("working_days: a rung has either working_days or share; give one of them"))
        return self

    @property
    def key(self) -> str:
        """Its key among the rungs of its ladder."""
        return f"{self.share}%" if self.share is not None else f"{self.working_days:+d}"


class ReminderRulesWrite(InputShape):
    """The whole ladder; what was there before is replaced. A rung that has fired for a last day does not fire again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"is_on": True, "rungs": [{"working_days": -3, "colour": "yellow", "receivers": ["unit"]}]},
                {"is_on": True},
            ]
        }
    )

    is_on: StrictBool
    rungs: Annotated[list[Rung] | None, Field(max_length=20, description="without it those that stand")] = None

    @model_validator(mode="after")
    def tells_rungs_apart(self) -> "ReminderRulesWrite":
        keys = [rung.key for rung in self.rungs or ()]
        if len({*keys}) < len(keys):
            raise ValueError(say("rungs: two fire on the same day; give each day once"))
        return self


class ReminderRulesPublic(OutputShape):
    checklist_id: int
    is_on: bool
    is_default: bool = Field(description="nobody has set a ladder yet")
    rungs: list[Rung]


_UNIT, _BOTH = [ReceiverKind.UNIT], [ReceiverKind.UNIT, ReceiverKind.OFFICE]
DEFAULT = [
    Rung(working_days=-10, colour=Light.GREEN, receivers=_UNIT),
    Rung(working_days=-3, colour=Light.YELLOW, receivers=_UNIT),
    Rung(working_days=0, colour=Light.RED, receivers=_UNIT),
    Rung(working_days=1, colour=Light.RED, receivers=_BOTH),
    Rung(working_days=5, colour=Light.RED, receivers=[*_BOTH, ReceiverKind.AUDITORS]),
]
