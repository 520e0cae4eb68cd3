"""A cell whose formula failed says nothing of what was meant: in a column that is read, the file is refused."""

import pytest

from app.errors import UnreadableRegister
from app.registers.files.reader import read_register, read_register_file
from app.registers.files.reading import RegisterReading
from tests.registers.files.awkward_tables import TITLE
from tests.registers.files.drawn_tables import WRITERS
from tests.registers.files.office_parts import cfb, xls_record, xls_stream

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#####", "Err:502")
HEADS = ("工作内容", "工作要求", "责任单位", "完成时限", "完成情况")
ROW = ("一、甲", "修十条路", "教育局", "6月底前", "已修五条")
KINDS = (*WRITERS, "a formula in xlsx")


def drawing(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> str:
    return "\n".join([TITLE, *("|".join(row) for row in (heads, ROW, *rows))])


def read(kind: str, drawn: str) -> list[RegisterReading]:
    form = kind.rpartition(" ")[2]
    return read_register_file(WRITERS[form](drawn), f"清单.{form}")


def refusal(kind: str, drawn: str) -> str:
    with pytest.raises(UnreadableRegister) as refused:
        read(kind, drawn)
    return str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_in_each_column_that_is_read_is_refused(kind: str) -> None:
    is_formula = kind.startswith("a formula")
    written = [f"={error}" if is_formula and error[0] == "#" else error for error in ERRORS]
    rows: list[tuple[str, ...]] = [("二、乙", *ROW[1:])]
    rows += [(*ROW[:at], error, *ROW[at + 1 :]) for at in range(len(HEADS)) for error in written[at::5]]
    said = refusal(kind, drawing(*rows))

    assert "expected values in the columns that are read; mend the formulas, or type the values" in said
    assert "found 10 cells with the error of a formula" in said
    for at, head in enumerate(HEADS):
        for error in ERRORS[at::5]:
            assert f": {head} {error}" in said


@pytest.mark.parametrize(("kind", "error"), [("xlsx", "#N/A"), ("xlsx", "=#N/A"), ("csv", "#N/A")])
def test_the_row_of_the_sheet_is_named(kind: str, error: str) -> None:
    assert "(line 4: 责任单位 #N/A)" in refusal(kind, drawing(("二、乙", "种树", error, "", "")))


@pytest.mark.parametrize("kind", WRITERS)
def test_a_title_of_a_section_over_the_table_is_refused_too(kind: str) -> None:
    assert "工作内容 #REF!" in refusal(kind, drawing(("#REF!", "<", "<", "<", "<"), ("", *ROW[1:])))


@pytest.mark.parametrize("kind", WRITERS)
def test_a_column_that_is_not_read_may_have_errors(kind: str) -> None:
    drawn = "\n".join([TITLE, "序号|工作要求|责任单位|备注", "#REF!|修十条路|教育局|#N/A", "合计|#VALUE!||"])
    (reading,) = read(kind, drawn)

    assert [task.requirement for task in reading.tasks] == ["修十条路"]


def test_words_about_errors_are_words() -> None:
    words = ("二、乙", "表中#N/A的格改正", "教育局", "", "#1楼已修，余#REF!未填")
    (reading,) = read("xlsx", drawing(words))

    assert reading.tasks[1].completion == words[-1]


def test_a_cell_of_a_pages_text_is_refused_with_its_line() -> None:
    page = f"{TITLE}\n发布时间:2025-03-01 09:30\n工作内容\n工作要求\n责任单位\n完成情况\n一、甲\n修路\n#N/A\n好\n"
    with pytest.raises(UnreadableRegister) as refused:
        read_register(page)

    assert "line 9: #N/A" in str(refused.value)


@pytest.mark.parametrize(
    "record",
    [
        xls_record(0x0006, bytes([2, 0, 1, 0, 0, 0, 2, 0, 0x2A, 0, 0, 0, 255, 255]) + bytes(8)),  # =NA()
        xls_record(0x0205, bytes([2, 0, 1, 0, 0, 0, 0x17, 1])),  # #REF! as a value
    ],
)
def test_an_xls_with_failed_formulas_is_refused(record: bytes) -> None:
    texts = [(0, 0, TITLE), *((1, at, head) for at, head in enumerate(HEADS)), (2, 1, "修路")]
    stream = xls_stream(texts)
    failed = cfb("Workbook", stream[:-4] + record + stream[-4:])
    with pytest.raises(UnreadableRegister) as refused:
        read_register_file(failed, "清单.xls")

    assert "save it as .xlsx" in str(refused.value)
    assert "found 1 cells with the error of a formula" in str(refused.value)
