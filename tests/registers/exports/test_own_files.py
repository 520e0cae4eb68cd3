"""What Duban exports, it reads back: the same rows from every form, whatever the words are."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.registers.exports.formats import FileFormat, written
from app.registers.exports.table import MergedRow, OutTable
from app.registers.files.formulas import guarded, unguarded
from app.registers.files.own_note import OwnNote
from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading

FORMS = [FileFormat.XLSX, FileFormat.DOCX, FileFormat.HTML, FileFormat.CSV]
DAY = date(2026, 6, 30)
NOTE = OwnNote(2026, date(2026, 1, 9), DAY, DAY)
# What readers of other papers judge by its words: sums, remarks, heads, titles, formulas, signs for the cell above.
AWKWARD = [
    *(
        "=1+1",
        "+86",
        "-10%",
        "@县长",
        "'=1",
        "''-",
        "'",
        "同上",
        "〃",
        "合计",
        "小计：共2项",
        "备注：无",
        "说明：见附件",
    ),
    *("（略）", "一、甲", "（一）乙", "工作要求", "责任单位", "第1页", "2025年清单", "注：\n第二行", 'a,b;c\t"d"'),
    *("<b>&amp;</b>", "1", "/", "长" * 80, "句子。句子；", "发布时间:2020-01-01", "县财政局牵头\n县公安局配合"),
    *("✓≥95%", "\u3000全角", "合计：共3项任务"),
]


def tidy(text: str) -> str:
    """Text as a checklist has it: lines without white space around. Runs of blanks are one in a page."""
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


WORDS = st.sampled_from(AWKWARD) | st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" \n"), min_size=1, max_size=12
)
TEXT = st.lists(WORDS, min_size=1, max_size=3).map("".join).map(tidy).filter(bool)
MAYBE = st.just("") | TEXT


@dataclass(frozen=True)
class Printed:
    title: str
    sections: list[tuple[str, list[tuple[str, str, str, str]]]]  # title; requirement, units, due_text, completion
    heads: tuple[str, ...] = field(default=("工作内容", "工作要求", "责任单位", "完成时限", "完成情况"))

    def file(self, form: FileFormat) -> bytes:
        rows = iter([*self._rows()])
        table = OutTable(self.title, NOTE.text, self.heads, (8, 60, 36, 16, 60), rows, DAY)
        with written(table, form) as file:
            return file.read()

    def _rows(self) -> Iterator[MergedRow | tuple[Any, ...]]:
        for title, tasks in self.sections:
            yield MergedRow(title)
            yield from ((None, *task) for task in tasks)


REGISTERS = st.builds(
    Printed,
    TEXT.map(lambda text: " ".join(text.split())),
    st.lists(
        st.tuples(
            TEXT.map(lambda text: " ".join(text.split())),
            st.lists(st.tuples(TEXT, MAYBE, MAYBE, MAYBE), min_size=1, max_size=4),
        ),
        min_size=1,
        max_size=3,
    ),
)


def rows_of(reading: RegisterReading) -> list[Any]:
    return [
        (one.title, [(task.requirement, task.units_text, task.time_text, task.completion) for task in one.tasks])
        for one in reading.sections
    ]


@settings(max_examples=20)
@given(REGISTERS, st.sampled_from(FORMS[1:]))  # a workbook costs a process of its own; the next test has it
def test_an_export_is_read_back_as_it_was_written(register: Printed, form: FileFormat) -> None:
    [reading] = read_register_file(register.file(form), f"清单.{form}")

    assert rows_of(reading) == register.sections
    assert (reading.title, reading.year, reading.published_on) == (register.title, 2026, date(2026, 1, 9))
    owed = [(title, *task[:3]) for title, tasks in register.sections for task in tasks]
    assert reading.unread == ()
    assert len(reading.notes) == (1 if len(set(owed)) < len(owed) else 0)  # rows that say the same are noted


@pytest.mark.parametrize("form", FORMS)
def test_every_awkward_text_comes_back_from_every_form(form: FileFormat) -> None:
    texts = [tidy(text) for text in AWKWARD]
    titles = [" ".join(text.split()) for text in texts]
    register = Printed(
        "重点工作", [(title, [(text, text, "", text)]) for title, text in zip(titles, texts, strict=True)]
    )
    [reading] = read_register_file(register.file(form), f"清单.{form}")

    assert rows_of(reading) == register.sections


@given(st.text(st.sampled_from("'=+-@\ta"), max_size=5))
def test_the_guard_of_formulas_is_taken_away_as_it_was_put(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_another_offices_csv_loses_its_guards_too() -> None:
    lines = [["某县2026年重点工作清单"], ["工作要求", "责任单位", "完成情况"], ["做一", "教育局", "'-10%"]]
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    [reading] = read_register_file(file.getvalue().encode(), "清单.csv")

    assert reading.tasks[0].completion == "-10%"
