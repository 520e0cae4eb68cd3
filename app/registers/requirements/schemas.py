"""The shapes of a requirement's reading over HTTP, and what answers a request for one."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer

from app.checklists.schedules import SpanUnit
from app.registers.requirements.reading import ScheduleKind
from app.shapes import InputShape, OutputShape, Words, Year

# Exact: no number in a reading has more than 15 digits.
Number = Annotated[
    Decimal,
    PlainSerializer(lambda value: int(value) if value % 1 == 0 else float(value), return_type=int | float),
    Field(examples=[50]),
]
Confidence = Annotated[float, Field(ge=0, le=1, examples=[0.9])]
Quoted = Annotated[str, Field(description="the words of the text, as they stand there", examples=["6月底前"])]
Place = Annotated[int, Field(ge=0, description="the character of the text at which `words` begins")]


class RequirementText(InputShape):
    """What is to be read: the prose of one task."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "每季度至少召开一次推进会,6月底前完成50个项目。", "year": 2026}]}
    )

    text: Words = Field(examples=["每季度至少召开一次推进会,6月底前完成50个项目。"])
    year: Year = Field(description="the register's year, for days that name none", examples=[2026])


class MilestonePublic(OutputShape):
    due_on: date
    words: Quoted
    start: Place


class ScheduleProposalPublic(OutputShape):
    """Only the fields that its kind has are set."""

    kind: ScheduleKind
    due_on: date | None = None
    month: Annotated[int | None, Field(description="the month within the period, 1 to 12; its last one without")] = None
    day: Annotated[int | None, Field(description="the day of the month; its last one without")] = None
    weekday: Annotated[int | None, Field(description="the day of the week, 1 is Monday; its last one without")] = None
    times: int | None = None
    days: int | None = None
    unit: SpanUnit | None = None
    event: Annotated[
        str | None, Field(description="what the days are counted from; empty where unnamed", examples=["文件印发"])
    ] = None
    milestones: list[MilestonePublic] = []
    words: Quoted
    start: Place
    confidence: Confidence


class TargetProposalPublic(OutputShape):
    metric: Annotated[str, Field(description="what is counted", examples=["个"])]
    at_least: Number | None = None
    at_most: Number | None = None
    exactly: Number | None = None
    words: Quoted
    start: Place
    confidence: Confidence


class RequirementNotePublic(OutputShape):
    words: Quoted
    start: Place
    note: Annotated[str, Field(description="what is missing", examples=["the day is missing; set it by hand"])]


class RequirementReadingPublic(OutputShape):
    """Proposals, for somebody to take or leave."""

    schedules: list[ScheduleProposalPublic]
    targets: list[TargetProposalPublic]
    notes: list[RequirementNotePublic]


def requirement_reading(asked: RequirementText) -> RequirementReadingPublic:
    """The answer to `POST /registers/requirement-readings`. Nothing is stored."""
    from app.registers.requirements.reader import read_requirement

    return RequirementReadingPublic.model_validate(read_requirement(asked.text, asked.year))
