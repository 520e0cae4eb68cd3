"""The base classes of all shapes in requests and responses, and the types of their common fields."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from app.clock import local_day
from app.languages.messages import Message, say

WHEN_USED = ConfigDict(defer_build=True)  # what reads and writes a value is built when it is first used
SENT_WHOLE = ConfigDict(json_schema_serialization_defaults_required=True)  # what is answered has all its fields
FIRST_YEAR, LAST_YEAR = 1949, 2199  # no register is older, and no clerk means a later day
Date = TypeVar("Date", bound=date)
# The largest whole number that every client represents exactly (RFC 7493, I-JSON).
MAX_NUMBER = 2**53 - 1
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL, UTF-8 no lone surrogate: both are rejected."""
    if _NOT_STORABLE.search(text):
        raise ValueError(say("contains a NUL character or half a character (a lone surrogate); remove it"))
    return text


def _no_direction_marks(text: str) -> str:
    """Names that read otherwise than they are (Unicode TR36: bidirectional overrides), or spread over lines."""
    if _DIRECTION_MARKS.search(text):
        raise ValueError(say("contains marks that change the reading direction; remove them"))
    if _CONTROLS.search(text):
        raise ValueError(say("contains a line break or a control character; write the name on one line"))
    return text


def _not_as_journal(text: str) -> str:
    """Nobody is named as the journal names somebody else."""
    if text.startswith("person:"):
        raise ValueError(say("names a person by number; give their name"))
    return text


def explained(refusal: Message) -> WrapValidator:
    """Says what a text of a certain form should be, where pydantic would show the pattern, which helps no clerk."""

    def check(text: Any, inner: ValidatorFunctionWrapHandler) -> Any:
        try:
            return inner(text)
        except ValidationError as broken:
            if isinstance(text, str):
                raise ValueError(refusal) from broken
            raise

    return WrapValidator(check)


def plausible(moment: Date) -> Date:
    """Raises:
    ValueError: the day or moment lies outside the years that a register can speak of.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(say("lies too far off; give a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR))
    return moment


def _is_day(value: Any) -> bool:
    """As ISO 8601 writes it: a bare number would otherwise be read as seconds since 1970."""
    return isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None


def _written_day(value: Any) -> Any:
    if isinstance(value, date) or _is_day(value):
        return value
    with suppress(TypeError, ValueError, OverflowError):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return local_day(moment)
    raise ValueError(say("is not a day; give it as 2023-12-31"))


def _written_moment(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", value)):
        return value
    if _is_day(value):
        return f"{value}T00:00:00+08:00"
    raise ValueError(say("is not a moment; give date, time and zone, such as 2023-12-31T17:30:00+08:00"))


def _either(example: str, meaning: str) -> WithJsonSchema:
    formats = [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
    return WithJsonSchema({"anyOf": formats, "examples": [example], "description": meaning}, mode="validation")


# A local day, and a moment with its offset, that a clerk can mean. Far ones do not fit a calendar in another time zone.
Day = Annotated[
    date,
    BeforeValidator(_written_day),
    AfterValidator(plausible),
    Field(examples=["2026-12-31"]),
    _either("2026-12-31", "a moment is the day in Shanghai on which it falls"),
]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_moment),
    AfterValidator(plausible),
    _either("2026-12-31T17:00:00+08:00", "a day is its first moment in Shanghai"),
]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2026])]
# A text of several lines, stored as it was sent.
Prose = Annotated[
    str, StringConstraints(max_length=20_000), AfterValidator(_storable), Field(examples=["已完成信息梳理。"])
]
# The same, and it says something.
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(_storable),
    Field(examples=["按月公开就业、住房、教育等领域的动态信息。"]),
]
# A whole page; the limit of the body is its limit.
PageText = Annotated[str, StringConstraints(min_length=1), AfterValidator(_storable)]
# One line that names something.
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_storable),
    AfterValidator(_no_direction_marks),
    Field(examples=["司法局"]),
]
# A sentence of ours: it stays a message, so that an answer can say it in the caller's language.
Sentence = Annotated[str, WrapValidator(lambda text, check: text if isinstance(text, Message) else check(text))]
PersonName = Annotated[Name, Field(max_length=100, examples=["张三"]), AfterValidator(_not_as_journal)]
# What a list is searched for.
SearchText = Annotated[
    str, StringConstraints(min_length=1, max_length=100), AfterValidator(_storable), Field(examples=["公开"])
]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(_storable),
    Field(examples=["机构改革,职责已划转。"]),
]
JurisdictionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2,12}$"),
    explained(say("is not the code of a jurisdiction; give 2 to 12 digits (GB/T 2260), such as 341522")),
    Field(examples=["341522"]),
]
JurisdictionPrefix = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{0,12}$"),
    explained(say("is not the beginning of a jurisdiction's code; give up to 12 digits, such as 3415")),
    Field(examples=["3415"]),
]
# The id of a row: in a path or a filter, and in a body, where it is a number and not the text of one.
RowId = Annotated[int, Field(ge=1, le=MAX_NUMBER, examples=[1])]
BodyId = Annotated[RowId, Strict()]
Revision = Annotated[
    int,
    Strict(),
    Field(ge=1, le=MAX_NUMBER, description="the revision that the change was made from", examples=[1]),
]


# Things to be done at once, all or none.
Item = TypeVar("Item")
Items = Annotated[list[Item], Field(min_length=1, max_length=500)]


class InputShape(BaseModel):
    """A shape in a request: unknown names are rejected, so that a misspelt field is not lost silently."""

    model_config = ConfigDict(extra="forbid", **SENT_WHOLE)  # some are answered too: schedules, targets


class OutputShape(BaseModel):
    """A shape in a response."""

    model_config = ConfigDict(from_attributes=True, **WHEN_USED, **SENT_WHOLE)

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """A row as a shape, whether the framework, a session or a driver gave it.

        Args:
            more: what the row has under another name, or not at all.
        """
        return cls(**{name: getattr(row, name) for name in _names_of(cls) if name not in more}, **more)


@cache
def _names_of(shape: type[BaseModel]) -> Sequence[str]:
    """Of its fields; Pydantic looks for them anew each time."""
    return [*shape.model_fields]


class WithReason(InputShape):
    """A step that must be explained."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "抽查未见公开。"}]})

    reason: Reason
