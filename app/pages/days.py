"""The dates in the address of a page."""

from typing import Any

from pydantic import ConfigDict, field_validator

from app.obligations.schemas import DayQuery


class DayOnPage(DayQuery):
    """As a form sends it: a field that is left empty is absent."""

    model_config = ConfigDict(extra="ignore")  # `declared_parameters` rejects what no part of the route declares

    @field_validator("as_of", "known_on", mode="before")
    @classmethod
    def empty_is_absent(cls, given: Any) -> Any:
        return None if given == "" else given
