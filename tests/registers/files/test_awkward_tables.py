"""Every awkward table reads the same in every kind of file that can contain it."""

import pytest

from app.registers.files.reader import read_register_file
from tests.registers.files.awkward_tables import AWKWARD, Awkward
from tests.registers.files.drawn_tables import WRITERS


def forms_of(name: str, table: Awkward) -> list[str]:
    """Layouts are tried in every form; a word for a column is the same in all, so two will do."""
    is_word = " over " in name or name.endswith(("alone", "for units", "for the time", "for completion"))
    return [form for form in (("csv", "docx") if is_word else WRITERS) if form in table.forms]


CASES = [
    pytest.param(table, form, id=f"{name}-{form}") for name, table in AWKWARD.items() for form in forms_of(name, table)
]


@pytest.mark.parametrize(("table", "form"), CASES)
def test_an_awkward_table_reads_as_a_clerk_reads_it(table: Awkward, form: str) -> None:
    [reading] = read_register_file(WRITERS[form](table.drawing), f"表.{form}")
    notes = [note for note in reading.notes if "states no date" not in note]

    assert {section.title: list(section.tasks) for section in reading.sections} == table.sections
    assert reading.unread == table.unread
    assert {one.name: list(one.rows) for one in reading.left_out} == table.left_out
    assert len(notes) == len(table.notes), notes
    assert all(words in note for words, note in zip(table.notes, notes, strict=True))
