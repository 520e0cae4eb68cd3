"""Heads by their meaning: the words that offices use, in up to three levels, among them classes and unknown words."""

import csv
from pathlib import Path

import pytest

from app.registers.files.reader import read_register_file
from app.registers.files.reading import LeftOut, LeftOutKind, RegisterReading
from app.registers.files.table_heads import Column, columns_of
from tests.registers.files.awkward_tables import TITLE
from tests.registers.files.drawn_tables import WRITERS

_PUBLIC = Path(__file__).parents[3].parent / "shared" / "input" / "head-rows.csv"

HEADS: dict[str, dict[Column, tuple[int, ...]]] = {
    "工作任务,具体要求,责任科室,时限要求": {"section": (0,), "requirement": (1,), "units": (2,), "time": (3,)},
    "任务,责任单位,时限": {"requirement": (0,), "units": (1,), "time": (2,)},
    "类别,任务内容,牵头领导,责任单位": {"section": (0,), "requirement": (1,), "units": (3,)},
    "工作任务,分管领导,牵头组织实施单位,完成时限": {"requirement": (0,), "units": (2,), "time": (3,)},
    "序号,项目内容,当前进度,牵头单位,备注": {"requirement": (1,), "completion": (2,), "units": (3,)},
    "序号,工作任务,细化分工,责任处室,完成时限": {"section": (1,), "requirement": (2,), "units": (3,), "time": (4,)},
    "序号,重点工作,牵头责任单位,上半年落实情况": {"requirement": (1,), "units": (2,), "completion": (3,)},
    "序号,发现问题,整改举措,整改责任单位,整改期限": {"section": (1,), "requirement": (2,), "units": (3,), "time": (4,)},
    "序号,建设任务,任务分工,完成时间": {"requirement": (1,), "units": (2,), "time": (3,)},
    "序号,任务,任务分工,责任单位": {"section": (1,), "requirement": (2,), "units": (3,)},
    "目标任务,实施主体,配合部门,时间节点": {"requirement": (0,), "units": (1, 2), "time": (3,)},
    "序号,工作事项,主要责任单位,其他责任单位,序时进度": {"requirement": (1,), "units": (2, 3)},
    "存在问题,整改目标,整改措施,责任单位,责任人": {"section": (0,), "requirement": (1, 2), "units": (3,)},
    "序号,议定事项,承办单位,办理时限,办理情况": {"requirement": (1,), "units": (2,), "time": (3,), "completion": (4,)},
    "事项,牵头,配合,时限": {"requirement": (0,), "units": (1, 2), "time": (3,)},
    "任务类别,任务名称,责任部门,完成时间": {"section": (0,), "requirement": (1,), "units": (2,), "time": (3,)},
    "工作要点,责任股室,完成时限": {"requirement": (0,), "units": (1,), "time": (2,)},
    "承诺事项,承诺内容,责任单位,完成时限": {"section": (0,), "requirement": (1,), "units": (2,), "time": (3,)},
    "序号,民生实事,主要内容,责任单位,完成时间": {"section": (1,), "requirement": (2,), "units": (3,), "time": (4,)},
    "序号,重点任务,工作内容,责任单位": {"section": (1,), "requirement": (2,), "units": (3,)},
    "工作内容,重点任务,责任单位": {"section": (0,), "requirement": (1,), "units": (2,)},
    "工作任务,责任单位": {"requirement": (0,), "units": (1,)},
}


@pytest.mark.parametrize(("heads", "columns"), HEADS.items())
def test_heads_are_read_by_what_their_words_mean(heads: str, columns: dict[Column, tuple[int, ...]]) -> None:
    found = columns_of(heads.split(","))

    assert {column: places for column, places in found.items() if column != "number"} == columns


@pytest.mark.skipif(not _PUBLIC.exists(), reason="the head rows are not part of the repository")
def test_the_head_rows_of_other_governments_are_all_read() -> None:
    with _PUBLIC.open(encoding="utf-8", newline="") as file:
        unread = [row for row in csv.reader(file) if not columns_of(row)]

    assert unread == []


@pytest.mark.parametrize(
    "heads", ["姓名,单位,电话", "序号,文件名称,发文单位,日期", "指标,单位,目标值,完成值", "任务,电话"]
)
def test_heads_of_other_tables_are_not_heads_of_a_register(heads: str) -> None:
    assert columns_of(heads.split(",")) == {}


def read(drawing: str, form: str) -> RegisterReading:
    [reading] = read_register_file(WRITERS[form](f"{TITLE}\n{drawing}"), f"表.{form}")
    return reading


@pytest.mark.parametrize("form", ["xlsx", "docx", "html"])
def test_heads_of_three_levels_are_read(form: str) -> None:
    reading = read(
        """
序号|工作任务|责任分工|<|<|完成时限
^|^|责任单位|<|责任人|^
^|^|牵头单位|配合单位|^|^
1|做一|教育局|财政局|张三|6月底
""",
        form,
    )
    [task] = reading.tasks

    assert (task.requirement, task.units_text) == ("做一", "牵头单位:教育局\n配合单位:财政局")
    assert (task.time_text, [(one.name, one.texts) for one in reading.left_out]) == ("6月底", [("责任人", ("张三",))])


@pytest.mark.parametrize("form", ["xlsx", "docx", "html", "csv"])
def test_a_section_whose_title_is_the_word_of_a_head_is_not_a_further_row_of_heads(form: str) -> None:
    reading = read("工作内容|工作要求|责任单位|完成情况\n责任单位|<|<|<\n|做一|教育局|好", form)

    assert [(one.title, len(one.tasks)) for one in reading.sections] == [("责任单位", 1)]


@pytest.mark.parametrize("form", ["xlsx", "docx", "csv"])
def test_a_class_is_not_what_is_to_be_done_while_a_wordier_column_stands_beside_it(form: str) -> None:
    reading = read(
        """
类别|民生关切|责任单位|完成时限
教育|新建公办幼儿园两所并投入使用|教育局|6月底
卫生|为全县老人免费体检一次|卫健委|9月底
""",
        form,
    )

    assert [(section.title, section.tasks[0].requirement) for section in reading.sections] == [
        ("教育", "新建公办幼儿园两所并投入使用"),
        ("卫生", "为全县老人免费体检一次"),
    ]
    assert any("民生关切" in note for note in reading.notes)


def test_a_column_that_no_word_names_is_what_is_to_be_done_where_it_has_the_most_text() -> None:
    reading = read(
        """
序号|民生关切|责任单位|完成时限|轻重
1|新建公办幼儿园两所并投入使用|教育局|6月底|重
2|为全县老人免费体检一次|卫健委|9月底|轻
""",
        "csv",
    )

    assert [task.requirement for task in reading.tasks] == ["新建公办幼儿园两所并投入使用", "为全县老人免费体检一次"]
    assert reading.left_out == (LeftOut(LeftOutKind.COLUMN, "轻重", ("重", "轻"), (1, 2)),)


def test_a_class_alone_is_what_is_to_be_done() -> None:
    reading = read("类别|责任单位|完成时限\n教育|教育局|6月底", "csv")

    assert [task.requirement for task in reading.tasks] == ["教育"]
