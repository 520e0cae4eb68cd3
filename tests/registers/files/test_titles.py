"""A register's title and year: on two lines, on a cover, in the file's name; what cannot be read becomes a question."""

import pytest

from app.registers.files.page_head import read_head
from app.registers.files.reader import read_register_file
from tests.registers.files.drawn_tables import WRITERS

LIST = "栗川县政务公开重点工作清单"


@pytest.mark.parametrize(
    ("lines", "name", "title", "year"),
    [
        (["栗川县2026年", "政务公开重点工作清单"], "表", "栗川县2026年政务公开重点工作清单", 2026),
        ([LIST, "（2026年度）"], "表", LIST, 2026),
        ([LIST, "二〇二六年"], "表", LIST, 2026),
        (["栗川县２０２６年政务公开重点工作清单"], "表", "栗川县２０２６年政务公开重点工作清单", 2026),
        ([LIST, "（２０２６年度）"], "表", LIST, 2026),
        (["附件1", LIST, "填报日期：2026年3月5日"], "表", LIST, None),
        ([LIST], "2026年清单", LIST, 2026),
        (["栗川县人民政府办公室", "二〇二六年三月"], "栗川县2026年重点工作清单", "栗川县2026年重点工作清单", 2026),
        (["栗川县人民政府办公室", "二〇二六年三月"], "定稿", "", None),
        (["2026年3月5日"], "新建文档", "", None),
        ([], "", "", None),
        (["栗川县贯彻《2024年全省安全生产要点》任务清单"], "表", "栗川县贯彻《2024年全省安全生产要点》任务清单", None),
        (["栗川县贯彻《2024年全省要点》2026年任务清单"], "表", "栗川县贯彻《2024年全省要点》2026年任务清单", 2026),
        (["栗川县2024—2026年重点任务分工方案"], "表", "栗川县2024—2026年重点任务分工方案", None),
        (["栗川县2026年就业促进行动分工方案"], "表", "栗川县2026年就业促进行动分工方案", 2026),
        (["2026年民生实事"], "表", "2026年民生实事", 2026),
        (["首页 > 政务公开 > 工作清单", LIST], "", LIST, None),
        (["一、重点任务清单", "这是一份工作方案。"], "表", "", None),
    ],
)
def test_title_and_year_are_read_or_left_open(lines: list[str], name: str, title: str, year: int | None) -> None:
    head = read_head(lines, name)

    assert (head.title, head.year) == (title, year)


@pytest.mark.parametrize("form", ["xlsx", "docx", "html", "csv"])
def test_a_title_without_a_year_is_not_a_section(form: str) -> None:
    drawing = f"{LIST}\n序号|工作任务|责任单位|完成时限\n1|更换老旧井盖。|县城管局|5月20日前"
    [reading] = read_register_file(WRITERS[form](drawing), f"表.{form}")

    assert (reading.title, reading.year, [one.title for one in reading.sections]) == (LIST, None, [LIST])


def test_rows_without_a_section_stand_under_the_title_that_is_given_later() -> None:
    drawing = "序号|工作任务|责任单位|完成时限\n1|更换老旧井盖。|县城管局|5月20日前"
    [reading] = read_register_file(WRITERS["csv"](drawing), "表.csv")
    given = reading.named("栗川县城市管理任务清单", 2026)

    assert (reading.title, reading.year, [one.title for one in reading.sections]) == ("", None, [""])
    assert (given.year, [one.title for one in given.sections]) == (2026, ["栗川县城市管理任务清单"])


@pytest.mark.parametrize("form", ["docx", "html"])
@pytest.mark.parametrize(("other", "asked"), [("栗川县2025年重点工作清单", True), (f"栗川县2026年{LIST[3:]}", False)])
def test_the_title_of_another_register_between_two_tables_is_asked_about(form: str, other: str, asked: bool) -> None:
    table = "序号|工作任务|责任单位|完成时限\n1|更换老旧井盖。|县城管局|5月20日前"
    drawing = f"栗川县2026年{LIST[3:]}\n{table}\n{other}\n{table}"
    [reading] = read_register_file(WRITERS[form](drawing), f"表.{form}")

    assert reading.year == 2026
    assert [one.name for one in reading.left_out] == ([other] if asked else [])
    assert other not in (*reading.unread, *reading.surroundings)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_rows_that_say_the_same_are_noted(form: str) -> None:
    rows = ["1|更换井盖。|城管局|5月20日前", "2|更换井盖。|城管局|9月20日前", "3|更换井盖。|城管局|5月20日前"]
    drawing = "\n".join([f"栗川县2026年{LIST[3:]}", "序号|工作任务|责任单位|完成时限", *rows])
    [reading] = read_register_file(WRITERS[form](drawing), f"表.{form}")

    assert len(reading.tasks) == 3
    assert [note.values["rows"] for note in reading.notes if "owed twice" in note] == ["3"]
