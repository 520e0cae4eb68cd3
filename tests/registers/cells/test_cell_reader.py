"""What a clerk reads in a responsible-units cell. `names` and `roles` read with an empty directory unless given one."""

from collections import Counter

import pytest

from app.obligations.roles import Role
from app.registers.cells.reader import read_cell
from app.registers.files.page_reader import read_page
from app.units.directory import Directory, KnownUnit
from tests.registers.real_page import UNITS_OF_REAL_ROWS, ZONE, county_directory, needs_input, real_page, sample_page

LEAD, RESPONSIBLE, SUPPORTING = Role.LEAD, Role.RESPONSIBLE, Role.SUPPORTING
EMPTY = Directory({})


def directory_with(*names: str) -> Directory:
    return Directory({name: KnownUnit(name, is_collective=False, is_open=False) for name in names})


def names(cell: str, directory: Directory = EMPTY) -> list[str]:
    return [unit.name for unit in read_cell(cell, directory).units]


def roles(cell: str, directory: Directory = EMPTY) -> dict[str, Role]:
    return {unit.name: unit.role for unit in read_cell(cell, directory).units}


def cells(page: str) -> list[str]:
    return [task.units_text for section in read_page(page).sections for task in section.tasks]


class TestTheRealPage:
    pytestmark = needs_input

    def test_every_cell_names_the_units_a_clerk_reads(self) -> None:
        read = [names(cell, county_directory()) for cell in cells(real_page())]

        assert read == UNITS_OF_REAL_ROWS

    def test_nothing_in_any_cell_is_left_unread(self) -> None:
        unread = [text for cell in cells(real_page()) for text in read_cell(cell, county_directory()).unread]

        assert unread == []

    def test_without_a_directory_every_cell_is_still_read_whole(self) -> None:
        unread = [text for cell in cells(real_page()) for text in read_cell(cell, EMPTY).unread]

        assert unread == []


@pytest.mark.parametrize("page", [pytest.param(real_page, marks=needs_input), sample_page])
class TestRealAndSamplePageAlike:
    def test_the_cells_make_116_assignments(self, page: object) -> None:
        assert callable(page)
        units = [unit for cell in cells(page()) for unit in read_cell(cell, county_directory()).units]
        kinds = Counter(unit.name if unit.collective or unit.name == ZONE else "department" for unit in units)

        assert kinds == {"department": 74, "各乡镇人民政府": 15, ZONE: 15, "县直有关单位": 12}

    def test_one_cell_names_nobody(self, page: object) -> None:
        assert callable(page)

        assert [names(cell, county_directory()) for cell in cells(page())].count([]) == 1

    def test_one_cell_has_25_leads_and_an_unfinished_list(self, page: object) -> None:
        assert callable(page)
        readings = [read_cell(cell, county_directory()) for cell in cells(page())]
        longest = max(readings, key=lambda reading: len(reading.units))

        assert ({unit.role for unit in longest.units}, len(longest.units), longest.open) == ({LEAD}, 25, True)

    def test_the_office_leads_one_row_and_the_others_beside_it_are_responsible(self, page: object) -> None:
        assert callable(page)
        led = next(cell for cell in cells(page()) if cell.startswith("政府办牵头"))

        assert Counter(roles(led, county_directory()).values()) == {LEAD: 1, RESPONSIBLE: 8}


def test_the_dictionary_has_exactly_the_documented_shape() -> None:
    reading = read_cell("税务局等", Directory({}))

    assert reading.as_dict() == {
        "units": [{"text": "税务局", "name": "税务局", "role": "responsible", "collective": False, "open": False}],
        "open": True,
        "times": [],
        "unread": [],
        "persons": [],
    }


def test_an_empty_cell_names_nobody_and_is_not_open() -> None:
    reading = read_cell(" \xa0\n", EMPTY)

    assert (reading.units, reading.open, reading.unread) == ((), False, ())


# Names


def test_an_unclosed_office_bracket_is_in_the_text_and_not_in_the_directorys_name() -> None:
    unit = read_cell("政府办(政务公开办", directory_with("政府办")).units[0]

    assert (unit.text, unit.name) == ("政府办(政务公开办", "政府办")


def test_an_office_in_brackets_stays_in_the_name_where_the_directory_knows_neither() -> None:
    assert names("县粮食局(县储备中心)、政府办(政务公开办") == ["县粮食局(县储备中心)", "政府办(政务公开办"]


def test_an_office_in_brackets_belongs_to_its_name_even_if_it_is_known_too() -> None:
    assert names("县粮食局(县储备中心)", directory_with("县粮食局", "县储备中心")) == ["县粮食局"]


def test_a_lost_closing_bracket_does_not_swallow_the_next_unit() -> None:
    assert names("政府办(政务公开办、司法局", directory_with("政府办", "司法局")) == ["政府办", "司法局"]


@pytest.mark.parametrize("printed", ["直有关单位", "县直有关单位", "县直各有关单位", "县直有关部门"])
def test_relevant_county_units_are_one_open_collective_however_printed(printed: str) -> None:
    unit = read_cell(printed, EMPTY).units[0]

    assert (unit.text, unit.name, unit.collective, unit.open) == (printed, "县直有关单位", True, True)


def test_and_other_relevant_units_leaves_the_list_open_and_names_the_open_collective() -> None:
    reading = read_cell("经信局等直有关单位", EMPTY)

    assert (reading.open, [unit.name for unit in reading.units]) == (True, ["经信局", "县直有关单位"])


@pytest.mark.parametrize("printed", ["各乡镇", "各乡镇政府", "各乡镇人民政府", "各乡(镇)人民政府"])
def test_all_townships_are_one_closed_collective_however_printed(printed: str) -> None:
    unit = read_cell(printed, EMPTY).units[0]

    assert (unit.name, unit.collective, unit.open) == ("各乡镇人民政府", True, False)


@pytest.mark.parametrize(
    "printed",
    ["各县、市、区政府", "各镇(街道、园区)", "各乡镇、街道", "各市、县人民政府", "各省、自治区、直辖市人民政府"],
)
def test_a_collective_printed_as_a_list_is_one_unit(printed: str) -> None:
    reading = read_cell(f"{printed}、教育局", EMPTY)

    assert [(unit.name, unit.collective) for unit in reading.units] == [(printed, True), ("教育局", False)]


def test_townships_and_county_units_are_two_collectives() -> None:
    assert names("各乡镇、县直有关单位") == ["各乡镇人民政府", "县直有关单位"]


def test_two_spellings_of_one_unit_are_one_unit_with_the_stronger_role() -> None:
    assert roles("自然资源和规划局配合,自然资源局牵头", county_directory()) == {"自然资源和规划局": LEAD}


@pytest.mark.parametrize("printed", ["县司法局", "司 法 局", "司法局 ", "县 司法局"])
def test_a_printed_county_prefix_or_inner_spaces_make_no_other_unit(printed: str) -> None:
    assert names(printed, directory_with("司法局")) == ["司法局"]


def test_a_name_may_contain_the_word_for_and() -> None:
    assert names("自然资源和规划局、工业和信息化局和住房和城乡建设局") == [
        "自然资源和规划局",
        "工业和信息化局",
        "住房和城乡建设局",
    ]


@pytest.mark.parametrize("joined", ["档案馆和史志办", "档案馆/史志办", "档案馆、史志办"])
def test_a_known_name_is_never_split(joined: str) -> None:
    assert names(f"教育局、{joined}", directory_with(joined)) == ["教育局", joined]


@pytest.mark.parametrize("word", ["及", "和", "与", "以及", "会同", "/", " "])
def test_a_joining_word_between_two_units_parts_them(word: str) -> None:
    assert names(f"教育局{word}财政局") == ["教育局", "财政局"]


def test_units_listed_in_the_brackets_of_a_collective_are_named_too() -> None:
    assert names("县直有关单位(教育局、财政局)") == ["县直有关单位", "教育局", "财政局"]


# Separators


@pytest.mark.parametrize("mark", ["、", ",", "，", ";", "；", "\n", "\r\n", "  ", "\u3000", "\t", "。"])
def test_every_separator_in_use_parts_two_units(mark: str) -> None:
    reading = read_cell(f"教育局{mark}财政局", EMPTY)

    assert ([unit.name for unit in reading.units], reading.unread) == (["教育局", "财政局"], ())


@pytest.mark.parametrize(
    "cell", ["((教育局))", "〔教育局〕", "[教育局]", "（教育局牵头）", "1.教育局", "(1)教育局", "①教育局"]
)
def test_brackets_and_numbering_around_a_unit_are_not_its_name(cell: str) -> None:
    assert names(cell) == ["教育局"]


# Roles


@pytest.mark.parametrize("word", ["配合", "协助", "协同", "参与", "协办", "积极配合"])
def test_the_words_for_help_make_supporting_units(word: str) -> None:
    assert roles(f"教育局牵头,财政局、人社局{word}") == {"教育局": LEAD, "财政局": SUPPORTING, "人社局": SUPPORTING}


def test_one_is_responsible_and_another_assists() -> None:
    assert roles("教育局负责,财政局协助") == {"教育局": RESPONSIBLE, "财政局": SUPPORTING}


@pytest.mark.parametrize("words", ["按职责分工负责", "按照各自职责落实", "落实", "共同负责", "分别负责"])
def test_shared_work_makes_everybody_responsible(words: str) -> None:
    assert roles(f"教育局及财政局{words}") == {"教育局": RESPONSIBLE, "财政局": RESPONSIBLE}


def test_a_unit_beside_a_named_lead_without_a_word_of_its_own_is_responsible() -> None:
    assert roles("教育局牵头,财政局、人社局") == {"教育局": LEAD, "财政局": RESPONSIBLE, "人社局": RESPONSIBLE}


def test_the_lead_units_of_an_unfinished_list_are_all_leads() -> None:
    assert roles("教育局、财政局、人社局等牵头单位") == {"教育局": LEAD, "财政局": LEAD, "人社局": LEAD}


@pytest.mark.parametrize(
    "cell", ["教育局(牵头)、财政局", "教育局（牵头单位）、财政局", "教育局(牵头、财政局", "(牵头)教育局、财政局"]
)
def test_a_role_in_brackets_covers_one_name_alone(cell: str) -> None:
    assert roles(cell) == {"教育局": LEAD, "财政局": RESPONSIBLE}


@pytest.mark.parametrize("colon", [":", "：", " : ", "\n", " "])
@pytest.mark.parametrize("end", [";", "\n", " "])
def test_a_label_gives_its_role_to_all_names_until_the_next(colon: str, end: str) -> None:
    cell = f"牵头单位{colon}教育局、财政局{end}配合单位{colon}人社局、民政局"

    assert roles(cell) == {"教育局": LEAD, "财政局": LEAD, "人社局": SUPPORTING, "民政局": SUPPORTING}


def test_how_the_work_is_shared_does_not_change_the_part_a_label_gave() -> None:
    assert roles("配合单位:教育局、财政局按职责分工负责") == {"教育局": SUPPORTING, "财政局": SUPPORTING}


def test_a_comma_before_the_helpers_sets_apart_the_one_they_help() -> None:
    assert roles("教育局,财政局、人社局配合") == {"教育局": RESPONSIBLE, "财政局": SUPPORTING, "人社局": SUPPORTING}


# 等


@pytest.mark.parametrize(
    ("cell", "is_open"),
    [
        ("教育局、财政局等", True),
        ("教育局、财政局等部门", True),
        ("教育局、财政局、人社局等3个部门", False),
        ("教育局、财政局、人社局等三个单位牵头", False),
        ("教育局、财政局等3个部门", True),
        ("教育局、财政局等10余个部门", True),
        ("教育局、财政局", False),
        ("县委宣传部牵头,教育局、财政局等2个部门配合", False),
    ],
)
def test_a_list_is_open_unless_it_has_as_many_as_it_counts(cell: str, is_open: bool) -> None:
    assert read_cell(cell, EMPTY).open is is_open


# Times, and what is left


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("教育局,6月底完成", "6月底完成"),
        ("教育局6月底前完成", "6月底前完成"),
        ("教育局;完成时限:2023年6月底", "2023年6月底"),
        ("教育局\n完成时限：2023年第二季度", "2023年第二季度"),
        ("教育局(2023年12月31日前)", "2023年12月31日前"),
        ("2023年6月底前由教育局完成", "2023年6月底前"),
        ("教育局、长期坚持", "长期坚持"),
        ("教育局(牵头,十月底前)", "十月底前"),
    ],
)
def test_a_time_is_taken_out_of_the_cell(cell: str, time: str) -> None:
    reading = read_cell(cell, EMPTY)

    assert ([unit.name for unit in reading.units], reading.times, reading.unread) == (["教育局"], (time,), ())


@pytest.mark.parametrize(
    ("cell", "unread"),
    [
        ("教育局、张三", "张三"),
        ("责任领导:待定;责任单位:教育局", "待定"),
        ("教育局:资金保障", "资金保障"),
        ("★教育局", "★"),
        ("教育局、\x00", "\x00"),
        ("教育局、不含司法局", "不含司法局"),
        ("教育局（不含体育局、招生办）", "不含体育局、招生办"),
        ("教育局（除招生办）", "除招生办"),
    ],
)
def test_what_cannot_be_placed_is_reported_and_the_rest_is_read(cell: str, unread: str) -> None:
    reading = read_cell(cell, EMPTY)

    assert ([unit.name for unit in reading.units], reading.unread) == (["教育局"], (unread,))


# Cells as clerks type them


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("①牵头：县委组织部②配合：人社局、财政局", {"县委组织部": LEAD, "人社局": SUPPORTING, "财政局": SUPPORTING}),
        ("税务局负责牵头，财政局负责配合", {"税务局": LEAD, "财政局": SUPPORTING}),
        ("县教育局牵头会同财政局、人社局", {"县教育局": LEAD, "财政局": RESPONSIBLE, "人社局": RESPONSIBLE}),
        ("县委办公室、县政协办、团县委", {"县委办公室": RESPONSIBLE, "县政协办": RESPONSIBLE, "团县委": RESPONSIBLE}),
        ("教体局〔牵头〕，财政局[配合]，人社局【协助】", {"教体局": LEAD, "财政局": SUPPORTING, "人社局": SUPPORTING}),
        ("发改委(重点处)牵头;住建局、交通局等配合", {"发改委": LEAD, "住建局": SUPPORTING, "交通局": SUPPORTING}),
        ("责任单位:民政局。配合单位:财政局。", {"民政局": RESPONSIBLE, "财政局": SUPPORTING}),
        ("牵头单位:民政局 责任单位:财政局 残联", {"民政局": LEAD, "财政局": RESPONSIBLE, "残联": RESPONSIBLE}),
        ("1.司法局 2.数管局(牵头)", {"司法局": RESPONSIBLE, "数管局": LEAD}),
        ("教体局、、财政局，，人社局。", {"教体局": RESPONSIBLE, "财政局": RESPONSIBLE, "人社局": RESPONSIBLE}),
        ("教体局牵头,", {"教体局": LEAD}),
        ("/", {}),
    ],
)
def test_a_clerk_reads_the_same_parts(cell: str, read: dict[str, Role]) -> None:
    reading = read_cell(cell, county_directory())

    assert ({unit.name: unit.role for unit in reading.units}, reading.unread) == (read, ())


@pytest.mark.parametrize(
    "printed",
    [
        "驻县各单位",
        "县直及驻霍各单位",
        "县政府各部门",
        "县直各单位",
        "各乡镇(街道)人民政府(办事处)",
        "各乡镇人民政府（街道办事处）",
        "县（市、区）人民政府",
        "各街道办事处",
    ],
)
def test_whoever_is_meant_all_together_is_one_collective(printed: str) -> None:
    reading = read_cell(f"教育局、{printed}", EMPTY)

    assert [(unit.name, unit.collective) for unit in reading.units] == [("教育局", False), (printed, True)]


@pytest.mark.parametrize(
    ("cell", "unread"),
    [
        ("教育局（责任人：待定，电话：见附件）", ("待定", "见附件")),
        ("教育局（排名第一的为牵头单位）", ("排名第一的",)),
        ("教育局、未定", ("未定",)),
        ("分管副县长、教育局", ("分管副县长",)),
        ("教育局:负责学校", ("学校",)),
    ],
)
def test_what_is_said_of_a_unit_and_is_not_an_office_is_asked_about(cell: str, unread: tuple[str, ...]) -> None:
    reading = read_cell(cell, EMPTY)

    assert ([(unit.name, unit.role) for unit in reading.units], reading.unread) == ([("教育局", RESPONSIBLE)], unread)


@pytest.mark.parametrize(
    ("cell", "times"),
    [
        ("教育局，2023年每季度末前更新", ("2023年每季度末前更新",)),
        ("教育局按职责分工负责，2023年10月底前完成，并长期坚持", ("2023年10月底前完成", "长期坚持")),
        ("教育局（长期）", ("长期",)),
        ("完成时限：2023年12月　责任单位：教育局", ("2023年12月",)),
    ],
)
def test_more_ways_to_say_when_are_times(cell: str, times: tuple[str, ...]) -> None:
    reading = read_cell(cell, EMPTY)

    assert ([unit.name for unit in reading.units], reading.times, reading.unread) == (["教育局"], times, ())


def test_two_known_units_and_a_known_name_of_both_are_that_name() -> None:
    assert names("档案馆和史志办和方志馆", directory_with("档案馆和史志办和方志馆")) == ["档案馆和史志办和方志馆"]
    assert names("教育局 体育科", directory_with("教育局体育科")) == ["教育局体育科"]
