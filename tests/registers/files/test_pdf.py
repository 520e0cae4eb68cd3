"""A PDF with a text layer is read as the document that it was printed from."""

from pathlib import Path

import pytest

from app.errors import UnreadableRegister
from app.registers.files.reader import read_register, read_register_file
from app.registers.files.reading import RegisterReading, TaskReading
from tests.registers.files.drawn_pages import pdf
from tests.registers.files.drawn_tables import docx, drawing_of
from tests.registers.files.office_program import needs_office, saved_as
from tests.registers.files.test_register_files import sample

TITLE = "某县2025年重点工作清单"
HEADS = "序号|工作内容|工作要求|责任单位|完成情况"
CUT = "每月更新一次办事指南，并在三十日之内由各乡镇人民政府公布。"


def read(data: bytes) -> RegisterReading:
    [reading] = read_register_file(data, "清单.pdf")
    return reading


def test_a_table_with_merged_cells_is_read_as_in_a_document() -> None:
    drawing = f"{TITLE}\n{HEADS}\n1|一、甲|{CUT}|教育局|好\n^|^|^|财政局|^\n2|^|做二|司法局、财政局|\n"
    reading, expected = read(pdf(drawing)), read_register_file(docx(drawing), "清单.docx")[0]

    assert reading.fingerprint() == expected.fingerprint()
    assert (reading.unread, reading.surroundings) == (expected.unread, expected.surroundings)


def test_a_table_that_is_not_a_register_is_left_out_as_of_a_document() -> None:
    drawing = f"{TITLE}\n联系人|电话\n张某|6021234\n\n具体任务如下：\n{HEADS}\n1|一、甲|做一|教育局|好\n"
    reading, expected = read(pdf(drawing)), read_register_file(docx(drawing), "清单.docx")[0]

    assert [one.texts for one in reading.left_out] == [("联系人", "电话", "张某", "6021234")]
    assert (reading.left_out, reading.unread) == (expected.left_out, expected.unread)


@pytest.mark.parametrize("heads_again", [False, True])
def test_a_table_and_a_row_over_two_pages_are_one(heads_again: bool) -> None:
    rows = "".join(f"{number}|一、甲|做{number}|教育局|好\n" for number in range(1, 6))
    reading = read(pdf(f"{TITLE}\n{HEADS}\n{rows}6|一、甲|{CUT}|司法局|好\n", lines=10, heads_again=heads_again))

    assert [task.requirement for task in reading.tasks] == ["做1", "做2", "做3", "做4", "做5", CUT]
    assert reading.tasks[-1] == TaskReading(CUT, "司法局", "好")
    assert (reading.unread, reading.surroundings) == ((), ("- 1 -",))
    assert any("the end of a page cuts" in note for note in reading.notes)


def test_a_row_that_begins_a_page_is_a_row_of_its_own() -> None:
    rows = "".join(f"{number}|一、甲|做好第{number}项工作。|教育局|好\n" for number in range(1, 20))
    reading = read(pdf(f"{TITLE}\n{HEADS}\n{rows}", lines=9))

    assert [task.requirement for task in reading.tasks] == [f"做好第{number}项工作。" for number in range(1, 20)]
    assert not any("the end of a page cuts" in note for note in reading.notes)


@pytest.mark.long
@needs_office
def test_paragraphs_printed_by_libreoffice_are_read_as_in_a_document(tmp_path: Path) -> None:
    measure = "组建驻外招商小组，由分管领导带队每季度外出招商一次以上，全年引进亿元以上项目不少于三个，并建立台账。"
    units = "（县商务局牵头，县财政局、县发展和改革委员会配合，4月底前完成）"
    lines = [f"{number}.{measure}{units}" for number in range(1, 41)]
    document = docx("\n\n".join([TITLE, "一、建强队伍", *lines]))
    [expected] = read_register_file(document, "清单.docx")
    reading = read(saved_as(document, "docx", "pdf", tmp_path))

    assert reading.fingerprint() == expected.fingerprint()
    assert (len(reading.tasks), reading.unread) == (40, expected.unread)


@pytest.mark.long
@needs_office
@pytest.mark.parametrize("sections", ["rows", "column", "paragraphs"])
def test_a_register_printed_by_libreoffice_is_the_same_reading(tmp_path: Path, sections: str) -> None:
    expected = read_register(sample())
    page = saved_as(docx(drawing_of(expected, sections=sections)), "docx", "pdf", tmp_path)
    if "霍邱" not in str(read(page).title):
        pytest.skip("LibreOffice has no Chinese font here")
    reading = read(page)

    assert reading.fingerprint() == expected.fingerprint()
    assert reading.unread == ()


def test_a_table_without_drawn_lines_is_refused_with_what_would_help() -> None:
    """Where a cell has several lines, nothing says which of them are one row; naming the columns would not help."""
    drawing = f"{TITLE}\n{HEADS}\n1|一、甲|{CUT}|教育局|好\n2|^|做二|财政局|\n"

    with pytest.raises(UnreadableRegister, match="no table whose lines are drawn; draw them, or send what it was"):
        read(pdf(drawing).replace(b" l S", b" l n"))
