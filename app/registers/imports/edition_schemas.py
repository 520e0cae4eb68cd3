"""The shapes of an edition's changes, shown to the office before anything is written."""

from enum import StrEnum

from pydantic import Field

from app.obligations.roles import Role
from app.shapes import OutputShape


class ChangeKind(StrEnum):
    """What an edition does to a task or a section."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class TextChange(OutputShape):
    old: str | None = Field(examples=["每季度公开一次。"])
    new: str | None = Field(examples=["每月公开一次。"])


class NumberChange(OutputShape):
    old: int | None = Field(examples=[12])
    new: int | None = Field(examples=[11])


class PartChange(OutputShape):
    """A unit that gets a part in the task (`old` is null), loses it (`new` is null), or has another."""

    unit_id: int | None = Field(description="null where the directory does not have the name yet")
    name: str = Field(examples=["司法局"])
    old: Role | None
    new: Role | None


class TaskDifference(OutputShape):
    """One task that an edition adds, changes or withdraws. What stays is null."""

    kind: ChangeKind
    task_id: int | None = Field(description="null for one that is added")
    row: int | None = Field(description="number of the row in the file; null for one that is withdrawn")
    similarity: int | None = Field(description="of both requirements, 0 to 100", examples=[87])
    number: NumberChange | None = None
    section: TextChange | None = None
    requirement: TextChange | None = None
    units_text: TextChange | None = None
    due_text: TextChange | None = Field(default=None, description="完成时限; an empty cell changes nothing")
    summary: TextChange | None = Field(default=None, description="完成情况; an empty cell changes nothing")
    units: list[PartChange] = []
    formerly: int | None = Field(
        default=None,
        description="a withdrawn task of the same words. It stays withdrawn, with its history, and a new one is added",
    )


class SectionDifference(OutputShape):
    """A section that is added, renamed or moved. One that the edition no longer has stays, behind the others."""

    kind: ChangeKind
    section_id: int | None
    position: NumberChange | None = None
    title: TextChange | None = None


class TaskCandidate(OutputShape):
    task_id: int
    number: int = Field(examples=[12])
    requirement: str = Field(examples=["每季度公开一次。"])
    similarity: int = Field(description="0 to 100", examples=[87])
