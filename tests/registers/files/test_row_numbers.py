"""Where a number of the rows (序号) is missing, the reading says so: a row may be, too."""

import pytest

from app.registers.files.reader import read_register_file
from tests.registers.files.drawn_tables import WRITERS


def gaps(numbers: str, form: str = "docx") -> list[str]:
    rows = "\n".join(
        f"{number}|<|<" if "、" in number else f"{number}|办理{at}。|县财政局"
        for at, number in enumerate(numbers.split(), start=1)
    )
    [register] = read_register_file(
        WRITERS[form](f"栗川县2026年任务清单\n序号|工作任务|责任单位\n{rows}\n"), f"清单.{form}"
    )
    return [note for note in register.notes if "numbers are missing" in note]


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv"])
def test_a_missing_number_is_said(form: str) -> None:
    assert gaps("1 2 4 5 9", form) == ["numbers are missing between 2–4, 5–9; see whether rows are, too"]


@pytest.mark.parametrize("numbers", ["1 2 3", "3 4 5", "1 2 1 2 3", "一、甲 1 2 二、乙 1 2", "1 1 2 2", "1-1 1-3 2-1"])
def test_numbers_that_go_on_or_begin_anew_are_not(numbers: str) -> None:
    assert gaps(numbers) == []
