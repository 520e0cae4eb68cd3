"""The shapes of a requirement's reading in requests and responses."""

from pydantic import ConfigDict, Field

from app.registers.requirements.reading import RequirementReading as RequirementReadingPublic
from app.shapes import InputShape, Words, Year

__all__ = ["RequirementReadingPublic", "RequirementText", "requirement_reading"]


class RequirementText(InputShape):
    """What is to be read: the prose of one task."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "每季度至少召开一次推进会,6月底前完成50个项目。", "year": 2026}]}
    )

    text: Words = Field(examples=["每季度至少召开一次推进会,6月底前完成50个项目。"])
    year: Year = Field(description="the register's year, for days that name none", examples=[2026])


def requirement_reading(given: RequirementText) -> RequirementReadingPublic:
    """The response to `POST /registers/requirement-readings`. Nothing is stored."""
    from app.registers.requirements.reader import read_requirement

    return read_requirement(given.text, given.year)
