"""Whatever stands in a table stands in a task, in a section's title, or among what was left out: in every form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from app.registers.imports.full_reading import FullReading, read_fully
from tests.registers.files.drawn_tables import WRITERS, rows_of_sheet, workbook
from tests.registers.papers.paper import DIRECTORY

TITLE = "栗川县2026年重点工作清单"
UNITS = ["县财政局", "县水利局", "青石乡", "各乡镇人民政府", "县直有关单位", "县牛栏局"]
MISSPELT = ["司法居", "待定", "另行通知", "县里"]
TIMES = ["6月底前完成", "长期坚持", "每季度"]
PERSONS = ["（张某）", "（李某）"]
LAST_DAYS = ["5月20日前", "立行立改", "长期", "", "汛期前", "6月底↵12月底"]
WORDS = [
    "做好防汛",
    "修缮校舍",
    "备注",
    "合计",
    "一、",
    "（二）",
    "1.",
    "同上次",
    "说明：",
    "责任单位",
    "长" * 70,
    "=1",
    "100%",
]


@dataclass(frozen=True)
class Row:
    """Cells by column. A row of one cell is merged over all columns."""

    cells: tuple[str, ...]


def text(word: str, number: int) -> str:
    return f"{word}第{number}件。"


@st.composite
def unit_cells(draw: st.DrawFn) -> str:
    parts = st.sampled_from([*UNITS, *UNITS, *MISSPELT, *TIMES])
    some = draw(st.lists(parts, max_size=4, unique=True))
    some = [part + draw(st.sampled_from(["", "", *PERSONS])) if part in UNITS[:3] else part for part in some]
    return draw(st.sampled_from(["、", "，", "；", "↵"])).join(some)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows below the heads 序号, 工作任务, 责任单位, 完成时限, 完成情况, 备注."""
    rows: list[Row] = []
    for number in range(1, draw(st.integers(2, 6)) + 1):
        said = text(draw(st.sampled_from(WORDS)), number)
        done, remark = (draw(st.sampled_from(["", text(word, number)])) for word in ("已办", "另见"))
        units, day = draw(unit_cells()), draw(st.sampled_from(LAST_DAYS))
        kind = draw(st.sampled_from(["task", "task", "task", "nobody", "no task", "title", "sum", "alone", "above"]))
        match kind:
            case "task":
                row = Row((str(number), said, units, day, done, remark))
            case "nobody":
                row = Row((str(number), said, "", day, done, remark))
            case "no task":
                row = Row(("", "", units, day, done, remark))
            case "title":
                row = Row((draw(st.sampled_from([said, said[:-1], "二、" + said[:-1]])),))
            case "sum":
                row = Row(("合计", f"共{number}项任务", "", "", done, remark))
            case "alone":
                row = Row(("", said, "", "", "", ""))
            case _:
                row = Row((str(number), said, "同上" if rows else units, "〃" if rows else day, done, ""))
        rows.append(row)
    return [*rows, Row(("9", text("收尾", 9), "县财政局", "", "", ""))]


def drawing(rows: list[Row], lines: tuple[str, str]) -> str:
    drawn = [TITLE, lines[0], "序号|工作任务|责任单位|完成时限|完成情况|备注"]
    for row in rows:
        drawn.append("|".join(row.cells if len(row.cells) > 1 else (*row.cells, *["<"] * 5)))
    return "\n".join([*drawn, "", lines[1]])


def squeezed(words: str) -> str:
    return "".join(words.replace("↵", "\n").split())


def accounted(reading: RegisterReading) -> str:
    """All that a person is shown of a reading, whatever stands around its tables apart."""
    shown = [reading.title, *map(str, reading.notes), *reading.unread]
    shown += [text for one in reading.left_out for text in one.texts]
    for section in reading.sections:
        shown += [section.title, *(cell for task in section.tasks for cell in (*task.printed, task.time_text))]
    return "\f".join(map(squeezed, shown))


def dropped(rows: list[Row], reading: RegisterReading) -> Iterator[str]:
    shown = accounted(reading)
    for row in rows:
        for cell in row.cells:
            if not cell.isdecimal() and cell not in ("同上", "〃") and squeezed(cell) not in shown:
                yield cell


def unread_parts(rows: list[Row], full: FullReading) -> Iterator[str]:
    """Parts of units cells that are no unit, time or person of their row, and are not asked about either."""
    by_requirement = {squeezed(row.task.requirement): row for row in full.rows}
    for row in rows:
        read = by_requirement.get(squeezed(row.cells[1])) if len(row.cells) > 1 else None
        if read is None or row.cells[2] in ("同上", ""):
            continue
        names = {named.text for named in read.cell.units} | {named.name for named in read.cell.units}
        said = [*names, *read.cell.times, *read.cell.persons, *read.cell.unread]
        for part in (*UNITS, *MISSPELT, *TIMES):
            if part in row.cells[2] and not any(squeezed(part) in squeezed(one) for one in said):
                yield part


@settings(max_examples=60)
@given(tables(), st.sampled_from(["docx", "html", "csv"]), st.sampled_from([("", ""), ("附件1", "另行印发。")]))
def test_every_cell_stands_in_a_task_or_is_said_to_be_left_out(
    rows: list[Row], form: str, lines: tuple[str, str]
) -> None:
    [reading] = read_register_file(WRITERS[form](drawing(rows, lines)), f"清单.{form}")
    around = squeezed("\f".join([accounted(reading), *reading.surroundings]))

    assert [*dropped(rows, reading)] == []
    assert [line for line in lines if line not in around] == []
    assert [*unread_parts(rows, read_fully(reading, DIRECTORY, (), otherwise=0))] == []


@settings(max_examples=15)  # each starts a process that reads the workbook
@given(tables(), st.sampled_from([("", ""), ("附件1", "另行印发。")]), st.sets(st.sampled_from([1, 2])))
def test_every_cell_of_a_workbook_stands_in_a_task_or_is_said_to_be_left_out(
    rows: list[Row], lines: tuple[str, str], hidden: set[int]
) -> None:
    """Also of rows that somebody hid by hand."""
    drawn = drawing(rows, lines)
    heads = next(cell.row for cell in rows_of_sheet(drawn)[1] if cell.text == "序号")

    def hide(sheet: Any) -> None:
        for row in hidden:
            sheet.set_row(heads + row, None, None, {"hidden": True})

    [reading] = read_register_file(workbook({"清单": drawn}, afterwards=hide), "清单.xlsx")
    around = squeezed("\f".join([accounted(reading), *reading.surroundings]))

    assert [*dropped(rows, reading)] == []
    assert [line for line in lines if line not in around] == []
    assert [*unread_parts(rows, read_fully(reading, DIRECTORY, (), otherwise=0))] == []


@st.composite
def plans(draw: st.DrawFn) -> list[str]:
    """The paragraphs of a 分工方案: headings, measures with their units in brackets or in lines, other sentences."""
    lines: list[str] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        said = text(draw(st.sampled_from(WORDS)), number)
        units = draw(unit_cells()).replace("↵", "、") or "县财政局"
        kind = draw(
            st.sampled_from(["bracket", "bracket", "labels", "inline", "heading", "sentence", "several", "open"])
        )
        match kind:
            case "bracket":
                lines.append(f"{number}.{said}（{units}）")
            case "labels":
                lines += [f"{number}.{said}", f"责任单位：{units}", f"完成时限：{draw(st.sampled_from(TIMES))}{number}"]
            case "inline":
                lines.append(f"{said}责任单位：{units}")
            case "heading":
                lines.append(f"{'一二三四五六'[number - 1]}、{said[:-1]}")
            case "several":
                lines.append(f"{said}（县财政局牵头）再做{said}（{units}）其余{said}")
            case "open":
                lines += [f"{said}（{units}", "配合单位：" + units]
            case _:
                lines.append(said)
    return [*lines, "9.收尾。（县财政局）"]


@settings(max_examples=60)
@given(plans(), st.sampled_from(["docx", "html", "txt"]))
def test_every_line_of_a_plan_stands_in_a_task_or_is_said_to_be_left_out(lines: list[str], form: str) -> None:
    drawn = "\n".join([TITLE, *lines])
    [reading] = read_register_file(drawn.encode() if form == "txt" else WRITERS[form](drawn), f"方案.{form}")
    shown = squeezed("\f".join([accounted(reading), *reading.surroundings]))
    words = [word for line in lines for word in re.split(r"[（）()]|\d\.|(?:责任|配合)单位：|完成时限：", line)]

    assert [word for word in words if squeezed(word).strip("。") not in shown] == []
