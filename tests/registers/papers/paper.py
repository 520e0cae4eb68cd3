"""A paper as an office has it, and how a careful clerk reads it.

A reading is written in lines: `= title (year)`; `## section`; then its rows as

    requirement | 牵头 A+B; 责任 C; 配合 D | printed last day → what is proposed | persons | left over of the units

`*` behind a unit says that it is an open collective, ↵ is a line break. A proposal is written as the tests of
requirements write it; `asked` says that somebody has to say what the words mean, or which of two days holds.
`- text` is what was left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.obligations.roles import Role
from app.registers.files.reader import read_register_file
from app.registers.imports.full_reading import FullReading, RowReading, read_fully
from app.registers.requirements.proposals import settled, takeable_in_row, unread_days
from app.registers.requirements.reader import once_each, read_requirement
from app.registers.requirements.reading import RequirementReading
from app.units.directory import Directory, KnownUnit
from tests.registers.files.drawn_tables import WRITERS
from tests.registers.requirements.requirement_answers import schedules

_PARTS = {Role.LEAD: "牵头", Role.RESPONSIBLE: "责任", Role.SUPPORTING: "配合"}
_UNITS = (
    "县财政局 县商务局 县教育局 县水利局 县交通运输局 县公安局 "
    "县城管局 县林业局 县农业农村局 县卫生健康局 县民政局 县住房和城乡建设局 "
    "县自然资源和规划局 县生态环境分局 县应急管理局 县文化和旅游局 县市场监管局 县委组织部 "
    "县委宣传部 县发展改革委 县审计局 县司法局 县政务服务中心 县消防救援大队 "
    "城关镇人民政府 马店镇人民政府 青石乡人民政府 "
)
_ALIASES = {
    "县住建局": "县住房和城乡建设局",
    "县发改委": "县发展改革委",
    "县卫健局": "县卫生健康局",
    "县交通局": "县交通运输局",
    "城关镇": "城关镇人民政府",
    "马店镇": "马店镇人民政府",
    "青石乡": "青石乡人民政府",
}
_names = {name: name for name in _UNITS.split()} | _ALIASES
DIRECTORY = Directory(
    {spelling: KnownUnit(name, is_collective=False, is_open=False) for spelling, name in _names.items()}
    | {"各乡镇人民政府": KnownUnit("各乡镇人民政府", is_collective=True, is_open=False)},
    "栗川县",
)


@dataclass(frozen=True)
class Paper:
    """`drawing`: as tests/registers/files/drawn_tables.py draws; text as it is for `txt`; or what makes the bytes."""

    form: str
    drawing: str | Callable[[], bytes]
    expected: str
    name: str = "清单"

    @property
    def lines(self) -> list[str]:
        return [_plain(line) for line in self.expected.strip().split("\n")]

    def read(self) -> list[str]:
        """The lines that are read of it. Raises what the readers raise."""
        data = self.drawing() if not isinstance(self.drawing, str) else self._drawn(self.drawing)
        [register] = read_register_file(data, f"{self.name}.{self.form}")
        return [*_lines(read_fully(register, DIRECTORY, (), otherwise=0))]

    def _drawn(self, drawing: str) -> bytes:
        return drawing.strip("\n").encode() if self.form == "txt" else WRITERS[self.form](drawing)


def _lines(full: FullReading) -> list[str]:
    lines = [f"= {full.title} ({full.year})"]
    for section in full.sections:
        lines += [f"## {section.title}", *(_row(row, full.year) for row in section.rows)]
    left_out = [text for one in full.register.left_out for text in one.printed]
    return lines + [f"- {_flat(text)}" for text in (*full.register.unread, *left_out)]


def _row(row: RowReading, year: int) -> str:
    parts = [
        f"{word} {'+'.join(unit.name + '*' * unit.open for unit in row.cell.units if unit.role is role)}"
        for role, word in _PARTS.items()
        if any(unit.role is role for unit in row.cell.units)
    ]
    cells = (
        row.task.requirement,
        "; ".join(parts),
        _due(row, year),
        "↵".join(row.cell.persons),
        "↵".join(row.cell.unread),
    )
    return _plain(" | ".join(map(_flat, cells)))


def _due(row: RowReading, year: int) -> str:
    requirement = read_requirement(row.task.requirement, year)
    both = once_each([*settled(row.due, requirement).schedules, *requirement.schedules])
    both.sort(key=lambda one: str(one.due_on))
    said = [schedules(RequirementReading(schedules=both, targets=[], notes=[]))] if both else []
    is_asked = bool(unread_days(row.due, requirement)) or (
        len(both) > 1 and takeable_in_row(row.due, requirement) is None
    )
    proposed = "; ".join([*said, *(["asked"] if is_asked else [])])
    return f"{row.due_text} → {proposed}" if proposed else row.due_text


def _flat(text: str) -> str:
    return text.replace("\n", "↵")


def _plain(line: str) -> str:
    """A line without what is empty at its end, its parts apart in one way."""
    return re.sub(r"\|\s+", "| ", line.strip()).rstrip("| ")
