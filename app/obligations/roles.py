"""The roles of a unit in a task."""

from enum import StrEnum


class Role(StrEnum):
    """A unit's part in a task, the strongest first."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORTING = "supporting"

    @property
    def rank(self) -> int:
        return list(Role).index(self)
