"""The ways by which offices share out work in one cell, and how a clerk who knows them reads each."""

import pytest

from app.obligations.roles import Role
from app.registers.cells.reader import read_cell
from app.units.directory import Directory, KnownUnit

LEAD, RESPONSIBLE, SUPPORTING = Role.LEAD, Role.RESPONSIBLE, Role.SUPPORTING
EMPTY = Directory({})


def directory_with(*names: str) -> Directory:
    return Directory({name: KnownUnit(name, is_collective=False, is_open=False) for name in names})


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (
            "牵头：县林业局\n责任：县财政局、各镇人民政府",
            {"县林业局": LEAD, "县财政局": RESPONSIBLE, "各镇人民政府": RESPONSIBLE},
        ),
        ("牵头:县林业局 承办:县财政局", {"县林业局": LEAD, "县财政局": RESPONSIBLE}),
        ("主办：县教育局\n协办：县财政局", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("主办：县教育局\n会办：县财政局", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        (
            "县教育局主办，县财政局承办，县民政局协办",
            {"县教育局": LEAD, "县财政局": RESPONSIBLE, "县民政局": SUPPORTING},
        ),
        ("县教育局（县财政局协办）", {"县教育局": RESPONSIBLE, "县财政局": SUPPORTING}),
        (
            "县教育局（配合：县财政局）、县民政局",
            {"县教育局": RESPONSIBLE, "县财政局": SUPPORTING, "县民政局": RESPONSIBLE},
        ),
        ("县教育局（县财政局配合）牵头", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("由县教育局牵头，县财政局参加", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("县教育局负总责，县财政局参与", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("县教育局统筹，县财政局实施", {"县教育局": LEAD, "县财政局": RESPONSIBLE}),
        ("县教育局为主，县财政局为辅", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("县教育局（主）、县财政局（协）", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("县教育局（主办）、县财政局（会办）", {"县教育局": LEAD, "县财政局": SUPPORTING}),
        ("牵头组织实施单位：县教育局\n责任主体：各镇", {"县教育局": LEAD, "各镇": RESPONSIBLE}),
        ("主要责任单位：县教育局\n其他责任单位：县财政局", {"县教育局": RESPONSIBLE, "县财政局": RESPONSIBLE}),
        ("责任：县教育局", {"县教育局": RESPONSIBLE}),
    ],
)
def test_each_unit_has_the_part_that_the_words_give_it(cell: str, read: dict[str, Role]) -> None:
    reading = read_cell(cell, EMPTY)

    assert ({unit.name: unit.role for unit in reading.units}, reading.unread) == (read, ())


def test_who_only_guides_or_supervises_owes_nothing_and_is_asked_about() -> None:
    reading = read_cell("指导单位：县教育局\n实施单位：各镇", directory_with("县教育局"))

    assert ([unit.name for unit in reading.units], reading.unread) == (["各镇"], ("县教育局",))


@pytest.mark.parametrize("cell", ["办公室、人事股", "办公室，人事股。", "办公室\n人事股"])
def test_the_offices_of_one_institution_are_units(cell: str) -> None:
    assert [unit.name for unit in read_cell(cell, EMPTY).units] == ["办公室", "人事股"]


@pytest.mark.parametrize(
    "name", ["区直相关单位", "市直有关单位", "市直相关部门", "州直有关部门", "县直机关相关单位", "省市直有关单位"]
)
def test_relevant_units_of_any_level_are_an_open_collective(name: str) -> None:
    [unit] = read_cell(name, EMPTY).units

    assert (unit.name, unit.collective, unit.open) == (name, True, True)


@pytest.mark.parametrize("name", ["各股室", "各科室", "机关各处室", "州直各单位"])
def test_all_offices_of_an_institution_are_one_collective(name: str) -> None:
    [unit] = read_cell(name, EMPTY).units

    assert (unit.collective, unit.open) == (True, False)


# Names that lines and spaces break


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县交通运\n输局、县公\n安局", ["县交通运输局", "县公安局"]),
        ("县农业\n农村局\n县水利\n局", ["县农业农村局", "县水利局"]),
        ("自然资源和\n规划局、教育局", ["自然资源和规划局", "教育局"]),
        ("牵头单位：县交通运\n输局", ["县交通运输局"]),
        ("1.县交通运\n输局牵头，县公\n安局配合", ["县交通运输局", "县公安局"]),
        ("县政府\n办公室", ["县政府办公室"]),
        ("各镇人民\n政府", ["各镇人民政府"]),
        ("财　政　局", ["财政局"]),
        ("财  政  局、司 法 局", ["财政局", "司法局"]),
        ("县 教 育 局", ["县教育局"]),
        ("县市场监督管\n理局（县知识产\n权局）", ["县市场监督管理局（县知识产权局）"]),
    ],
)
def test_a_name_broken_by_white_space_is_whole(cell: str, names: list[str]) -> None:
    reading = read_cell(cell, EMPTY)

    assert ([unit.name for unit in reading.units], reading.unread) == (names, ())


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县教育局牵头\n县财政局配合", ["县教育局", "县财政局"]),
        ("教育局牵头\n财政局", ["教育局", "财政局"]),
        ("教育局\n财政局", ["教育局", "财政局"]),
        ("县委\n县政府", ["县委", "县政府"]),
        ("残联\n妇联\n工会", ["残联", "妇联", "工会"]),
    ],
)
def test_units_in_lines_of_their_own_stay_apart(cell: str, names: list[str]) -> None:
    assert [unit.name for unit in read_cell(cell, EMPTY).units] == names


def test_a_known_name_in_a_line_of_its_own_takes_in_no_text_above_it() -> None:
    reading = read_cell("创建\n教育局", directory_with("教育局"))

    assert ([unit.name for unit in reading.units], reading.unread) == (["教育局"], ("创建",))


# Persons


@pytest.mark.parametrize("directory", [EMPTY, directory_with("县水利局", "县交通局")])
@pytest.mark.parametrize(
    ("cell", "names", "persons"),
    [
        ("责任领导：张三；责任单位：县水利局", ["县水利局"], ("张三",)),
        ("县水利局（责任人：李四，电话：6081234）", ["县水利局"], ("李四", "6081234")),
        ("县水利局（张某）", ["县水利局"], ("张某",)),
        ("县水利局（张三、李四）", ["县水利局"], ("张三、李四",)),
        ("县水利局（张某某 13800000000）", ["县水利局"], ("张某某 13800000000",)),
        ("县交通局 张某 0000-0000000", ["县交通局"], ("张某 0000-0000000",)),
        ("县水利局 张某\n县交通局 李四", ["县水利局", "县交通局"], ("张某", "李四")),
        ("县水利局\n张某\n县交通局\n李四", ["县水利局", "县交通局"], ("张某", "李四")),
        ("县水利局张某、县交通局李四", ["县水利局", "县交通局"], ("张某", "李四")),
        ("县水利局 局长张三", ["县水利局"], ("局长张三",)),
        ("责任单位及责任人: 县水利局（张某）", ["县水利局"], ("张某",)),
        ("牵头单位：县水利局（张局长）", ["县水利局"], ("张局长",)),
    ],
)
def test_a_person_in_or_behind_a_name_is_read_apart(
    directory: Directory, cell: str, names: list[str], persons: tuple[str, ...]
) -> None:
    reading = read_cell(cell, directory)

    assert ([unit.name for unit in reading.units], reading.persons, reading.unread) == (names, persons, ())


@pytest.mark.parametrize(
    "name",
    [
        "县财政局（金融办）",
        "县自然资源局（林业）",
        "县教体局（高中）",
        "各镇（高桥、马店）",
        "县教育局 高桥镇",
        "城关镇 马店 周集",
    ],
)
def test_an_office_or_a_place_is_nobodys_name(name: str) -> None:
    assert read_cell(name, EMPTY).persons == ()
