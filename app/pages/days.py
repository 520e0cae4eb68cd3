"""The days that people type on pages: in forms, and in the address of a page."""

import re
from typing import Any

from pydantic import ConfigDict, field_validator

from app.obligations.schemas import DayQuery
from app.pages.forms import half_width

WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)


def typed_day(text: str) -> str:
    """A day as it is written by hand (2026年12月1日, 2026/12/1), as shapes take it; any other text is for the shape to
    reject."""
    found = WRITTEN.fullmatch(half_width(text))
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else text


class DayOnPage(DayQuery):
    """As a form sends it: a field that is left empty is absent."""

    model_config = ConfigDict(extra="ignore")  # `declared_parameters` rejects what no part of the route declares

    @field_validator("as_of", "known_on", mode="before")
    @classmethod
    def as_typed(cls, given: Any) -> Any:
        return typed_day(given) or None if isinstance(given, str) else given
