"""A 分工方案 without a table: numbered paragraphs, with units in brackets or in lines of their own."""

import re

import pytest

from app.errors import UnreadableRegister
from app.obligations.roles import Role
from app.registers.cells.reader import read_cell
from app.registers.files.reader import read_register, read_register_file
from app.registers.files.reading import RegisterReading, TaskReading
from app.registers.requirements.due_words import read_due
from app.units.directory import Directory
from tests.registers.files.awkward_tables import TITLE, Sections, one
from tests.registers.files.drawn_tables import WRITERS

FORMS = ["docx", "html", "txt"]


def read(lines: str, form: str, name: str = "方案") -> RegisterReading:
    text = f"{TITLE}\n{lines.strip()}\n"
    data = text.encode() if form == "txt" else WRITERS[form](text)
    [reading] = read_register_file(data, f"{name}.{form}")
    return reading


def tasks(reading: RegisterReading) -> Sections:
    return {section.title: list(section.tasks) for section in reading.sections}


CASES: dict[str, tuple[str, Sections, tuple[str, ...]]] = {
    "a bracket at the end": (
        """
一、建强队伍
1.组建驻外招商小组3个。（县商务局牵头，县财政局配合，4月底前完成）
""",
        {"一、建强队伍": [one("组建驻外招商小组3个。", "县商务局牵头，县财政局配合，4月底前完成")]},
        (),
    ),
    "headings of two levels": (
        """
一、总体要求
坚持稳中求进。
二、重点任务
（一）建强队伍。
1.组建招商小组。（县商务局牵头，县财政局配合）
2.开展培训（责任单位：县人社局）。
（二）优化环境
3.精简流程。（县数管局、县司法局按职责分工负责）
""",
        {
            "（一）建强队伍": [
                one("组建招商小组。", "县商务局牵头，县财政局配合"),
                one("开展培训", "责任单位：县人社局"),
            ],
            "（二）优化环境": [one("精简流程。", "县数管局、县司法局按职责分工负责")],
        },
        ("坚持稳中求进。",),
    ),
    "several measures in one paragraph": (
        """
一、建强队伍
组建招商小组（县商务局牵头）；开展培训（县人社局负责）。
""",
        {"一、建强队伍": [one("组建招商小组", "县商务局牵头"), one("开展培训", "县人社局负责")]},
        (),
    ),
    "lines of their own": (
        """
一、建强队伍
1.组建驻外招商小组3个。
牵头单位：县商务局
配合单位：县财政局、各镇人民政府
完成时限：4月底前
2.开展培训。
责任单位：县人社局；完成时限：长期
""",
        {
            "一、建强队伍": [
                one("组建驻外招商小组3个。", "牵头单位：县商务局\n配合单位：县财政局、各镇人民政府", time="4月底前"),
                one("开展培训。", "责任单位：县人社局；完成时限：长期"),
            ]
        },
        (),
    ),
    "a heading that is itself the task": (
        """
一、建强队伍
（一）组建驻外招商小组3个
责任单位：县商务局
（二）开展培训
责任单位：县人社局
""",
        {
            "一、建强队伍": [
                one("（一）组建驻外招商小组3个", "责任单位：县商务局"),
                one("（二）开展培训", "责任单位：县人社局"),
            ]
        },
        (),
    ),
    "units behind the sentence without a bracket": (
        """
一、建强队伍
1.组建招商小组。责任单位：县商务局。
""",
        {"一、建强队伍": [one("组建招商小组。", "责任单位：县商务局")]},
        (),
    ),
    "a measure of two paragraphs": (
        """
一、建强队伍
1.组建招商小组。
每组不少于3人。（县商务局牵头）
""",
        {"一、建强队伍": [one("组建招商小组。\n每组不少于3人。", "县商务局牵头")]},
        (),
    ),
    "a bracket that names no units": (
        """
一、建强队伍
1.组建招商小组（含驻外）。
2.开展培训（线上线下）。（县人社局）
""",
        {"一、建强队伍": [one("开展培训（线上线下）。", "县人社局")]},
        ("1.组建招商小组（含驻外）。",),
    ),
    "a misspelt unit stays in the bracket": (
        """
一、建强队伍
1.组建招商小组。（县商务局牵头，县财政居配合）
""",
        {"一、建强队伍": [one("组建招商小组。", "县商务局牵头，县财政居配合")]},
        (),
    ),
    "no headings": (
        "1.组建招商小组。（县商务局牵头）\n2.开展培训。（县人社局负责）",
        {TITLE: [one("组建招商小组。", "县商务局牵头"), one("开展培训。", "县人社局负责")]},
        (),
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_paragraphs_are_read_as_a_clerk_reads_them(case: str, form: str) -> None:
    lines, expected, unread = CASES[case]
    reading = read(lines, form)

    assert tasks(reading) == expected
    assert reading.unread == unread
    assert any("no table" in note for note in reading.notes)


def test_every_line_stands_in_a_task_in_a_title_or_is_unread() -> None:
    lines = [line for text, _, _ in CASES.values() for line in text.strip().split("\n")]
    reading = read("\n".join(lines), "txt")
    rows: list[TaskReading] = reading.tasks
    said = _hanzi("".join(["".join(row.printed) for row in rows]))
    titles = [section.title for section in reading.sections]
    others = {_hanzi(text) for text in (*titles, *reading.unread, *reading.surroundings, "完成时限：4月底前")}

    assert [line for line in lines if _hanzi(line) not in said and _hanzi(line) not in others] == []


def _hanzi(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_names_no_units_is_refused(form: str) -> None:
    with pytest.raises(UnreadableRegister, match="column heads"):
        read("一、总体要求\n1.坚持稳中求进。\n2.抓好落实（详见附件）。", form)


def test_a_page_that_is_sent_may_have_no_table_either() -> None:
    reading = read_register(f"{TITLE}\n一、建强队伍\n1.组建招商小组。（县商务局牵头）")

    assert tasks(reading) == {"一、建强队伍": [one("组建招商小组。", "县商务局牵头")]}


def test_the_bracket_says_who_leads_who_helps_and_by_when() -> None:
    [task] = read("一、建强队伍\n1.组建驻外招商小组3个。（县商务局牵头，县财政局配合，4月底前完成）", "docx").tasks
    cell = read_cell(task.units_text, Directory({}))
    [schedule] = read_due("\n".join(cell.times), 2025).schedules

    assert [(unit.name, unit.role) for unit in cell.units] == [("县商务局", Role.LEAD), ("县财政局", Role.SUPPORTING)]
    assert (str(schedule.due_on), cell.unread) == ("2025-04-30", ())
