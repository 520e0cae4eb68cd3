"""Tables with unclear columns are stored as found, and read when somebody names the columns."""

import json
from dataclasses import asdict

import pytest

from app.errors import UnreadableRegister
from app.registers.files import unclear_tables
from app.registers.files.found_tables import found_document
from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from app.registers.files.table_heads import Columns
from app.registers.files.unclear_tables import read_found
from tests.registers.files.drawn_tables import WRITERS

UNCLEAR = """栗川县2026年重点工作清单
号头|怎么做|怎样算好|牵头方|协同方|到哪天
一、城市管理|<|<|<|<|<
1|把三条断头路全部打通|通车并且验收合格|县住建局|县城管局|10月底前
2|为老旧小区加装电梯十部|电梯全部交付使用|县住建局|县财政局|11月底前
二、民生|<|<|<|<|<
3|新建公办幼儿园两所|秋季学期开学招生|县教育局|县住建局|8月底前
"""
COLUMNS: Columns = {"requirement": (1, 2), "units": (3, 4), "time": (5,), "number": (0,)}
FORMS = ["xlsx", "docx", "html", "csv"]


def read(drawing: str, form: str, given: Given | None = None) -> RegisterReading:
    [reading] = read_register_file(WRITERS[form](drawing), f"表.{form}", given=given or NOTHING_GIVEN)
    return reading


def rows_of(reading: RegisterReading) -> list[tuple[str, str, str, str]]:
    return [
        (section.title, task.requirement, task.units_text, task.time_text)
        for section in reading.sections
        for task in section.tasks
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_whose_columns_are_unclear_is_stored_as_found(form: str) -> None:
    reading = read(UNCLEAR, form)

    assert (reading.title, reading.year, reading.sections, reading.is_asked) == (
        "栗川县2026年重点工作清单",
        2026,
        (),
        True,
    )
    assert reading.found is not None
    assert reading.found.heads == ["号头", "怎么做", "怎样算好", "牵头方", "协同方", "到哪天"]
    assert [row[1] for row in reading.found.first_rows][1:] == ["把三条断头路全部打通", "为老旧小区加装电梯十部"]


@pytest.mark.parametrize("form", FORMS)
def test_it_is_read_when_its_columns_are_named(form: str) -> None:
    found = read(UNCLEAR, form).found
    assert found is not None
    reading = read_found(found_document(json.loads(json.dumps(asdict(found)))), COLUMNS)

    assert [row[0] for row in rows_of(reading)] == ["一、城市管理", "一、城市管理", "二、民生"]
    assert rows_of(reading)[0][1:] == (
        "怎么做:把三条断头路全部打通\n怎样算好:通车并且验收合格",
        "牵头方:县住建局\n协同方:县城管局",
        "10月底前",
    )
    assert rows_of(reading) == rows_of(read(UNCLEAR, form, Given(columns=COLUMNS)))


def test_columns_that_are_given_count_also_where_the_heads_can_be_read() -> None:
    drawing = "栗川县2026年清单\n工作内容|工作要求|责任单位\n一、甲|做一|县住建局"
    reading = read(drawing, "xlsx", Given(columns={"requirement": (0,), "units": (2,)}))

    assert [task.requirement for task in reading.tasks] == ["一、甲"]


def test_what_stands_in_columns_that_are_not_named_is_left_out() -> None:
    reading = read(UNCLEAR, "docx", Given(columns={"requirement": (1,), "units": (3,)}))

    assert {one.name for one in reading.left_out} == {"号头", "怎样算好", "协同方", "到哪天"}


@pytest.mark.parametrize("columns", [{"requirement": (6,)}, {"requirement": (0,), "units": (40,)}])
def test_a_column_that_the_table_does_not_have_is_refused(columns: Columns) -> None:
    with pytest.raises(UnreadableRegister, match="a table of"):
        read(UNCLEAR, "csv", Given(columns=columns))


def test_lines_with_tabs_whose_columns_are_unclear_are_asked_about() -> None:
    text = UNCLEAR.replace("|", "\t").replace("<", "").encode()
    [reading] = read_register_file(text, "页面.txt")

    assert reading.is_asked


def test_paragraphs_that_name_units_are_read_although_a_small_table_stands_between_them() -> None:
    drawing = """栗川县2026年重点工作分工方案
一、建强队伍
1.组建驻外招商小组3个。（县商务局牵头，县财政局配合，4月底前完成）
姓名|手机
甲|1
乙|2
"""
    reading = read(drawing, "docx")

    assert [task.units_text for task in reading.tasks] == ["县商务局牵头，县财政局配合，4月底前完成"]
    assert [one.name for one in reading.left_out] == ["姓名"]


@pytest.mark.parametrize("form", ["docx", "html"])
def test_what_has_no_table_and_names_no_units_is_refused(form: str) -> None:
    with pytest.raises(UnreadableRegister, match="column heads"):
        read("栗川县2026年重点工作清单\n各单位要高度重视。", form)


def test_a_table_that_is_too_large_to_be_stored_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unclear_tables, "MOST_FOUND", 50)

    with pytest.raises(UnreadableRegister, match="at most 50 characters"):
        read(UNCLEAR, "csv")
