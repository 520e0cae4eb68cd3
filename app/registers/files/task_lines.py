"""A task while it is read, line by line."""

from dataclasses import dataclass, field

from app.registers.files.reading import TaskReading


@dataclass(slots=True)
class TaskLines:
    """A row, or several beside one requirement: what the other columns say stands line by line."""

    requirement: str
    units: list[str] = field(default_factory=list)
    completion: list[str] = field(default_factory=list)
    time: list[str] = field(default_factory=list)

    def read(self) -> TaskReading:
        return TaskReading(self.requirement, *("\n".join(lines) for lines in (self.units, self.completion, self.time)))
