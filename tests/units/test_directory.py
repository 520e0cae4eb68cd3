"""The directory finds a unit by each of its spellings."""

import pytest

from app.units.directory import Directory, KnownUnit

JUSTICE = KnownUnit("司法局", is_collective=False, is_open=False)
OFFICE = KnownUnit("县政府办", is_collective=False, is_open=False)
LAND = KnownUnit("自然资源和规划局", is_collective=False, is_open=False)
TOWNSHIPS = KnownUnit("各乡镇人民政府", is_collective=True, is_open=False)
DIRECTORY = Directory({"司法局": JUSTICE, "县政府办": OFFICE, "自然资源局": LAND, "自然资源和规划局": LAND})
EMPTY = Directory({})


@pytest.mark.parametrize("spelling", ["司法局", "县司法局", "司 法 局", "司法局\u3000", "\u200b司法局"])
def test_a_unit_is_found_by_every_way_to_type_its_name(spelling: str) -> None:
    assert DIRECTORY.find(spelling) == JUSTICE


def test_a_lost_county_prefix_is_supplied() -> None:
    assert DIRECTORY.find("政府办") == OFFICE


def test_an_alias_finds_the_unit() -> None:
    assert DIRECTORY.find("自然资源局") == LAND


def test_full_width_letters_and_any_bracket_find_the_half_width_name() -> None:
    office = KnownUnit("12345热线办(A座)", is_collective=False, is_open=False)

    assert Directory({office.name: office}).find("１２３４５热线办〔Ａ座〕") == office


def test_the_prefix_of_another_level_is_another_unit() -> None:
    assert DIRECTORY.find("市司法局") is None


def test_the_jurisdictions_own_name_may_be_printed_where_it_is_known() -> None:
    directory = Directory({"司法局": JUSTICE}, jurisdiction="霍邱县")

    assert directory.find("霍邱县司法局") == JUSTICE


def test_another_countys_unit_is_not_taken_for_our_own() -> None:
    directory = Directory({"司法局": JUSTICE}, jurisdiction="霍邱县")

    assert directory.find("寿县司法局") is None


def test_in_a_district_the_prefix_is_the_districts() -> None:
    directory = Directory({"司法局": JUSTICE}, jurisdiction="金安区")

    assert (directory.find("区司法局"), directory.find("县司法局")) == (JUSTICE, None)


def test_two_units_that_differ_only_in_typing_are_found_only_as_typed() -> None:
    spaced = KnownUnit("司法 局", is_collective=False, is_open=False)
    directory = Directory({"司法局": JUSTICE, "司法 局": spaced})

    assert [directory.find(spelling) for spelling in ("司法局", "司法 局", "司 法局")] == [JUSTICE, spaced, None]


@pytest.mark.parametrize("spelling", ["各乡镇", "各乡镇政府", "各乡镇人民政府", "各乡(镇)人民政府"])
def test_all_townships_are_known_to_an_empty_directory(spelling: str) -> None:
    assert EMPTY.find(spelling) == TOWNSHIPS


@pytest.mark.parametrize("spelling", ["直有关单位", "县直有关单位", "县直各有关单位", "县直相关部门"])
def test_relevant_county_units_are_one_open_collective(spelling: str) -> None:
    assert EMPTY.find(spelling) == KnownUnit("县直有关单位", is_collective=True, is_open=True)


@pytest.mark.parametrize(
    "spelling", ["各有关单位", "有关部门", "各相关乡镇", "其他有关单位", "市直有关部门", "其他单位"]
)
def test_other_relevant_units_are_open_collectives_of_their_own_name(spelling: str) -> None:
    assert EMPTY.find(spelling) == KnownUnit(spelling, is_collective=True, is_open=True)


@pytest.mark.parametrize("spelling", ["县直各单位", "各县、市、区政府", "各镇(街道、园区)", "各镇人民政府", "各部门"])
def test_collectives_whose_members_follow_from_the_words_are_closed(spelling: str) -> None:
    assert EMPTY.find(spelling) == KnownUnit(spelling, is_collective=True, is_open=False)


def test_a_collective_the_directory_lacks_keeps_its_printed_name() -> None:
    assert EMPTY.find("各县（市、区）政府") == KnownUnit("各县（市、区）政府", is_collective=True, is_open=False)


@pytest.mark.parametrize("spelling", ["税务局", "各乡镇和县直有关单位", "有关规定", "各", ""])
def test_what_is_not_a_collective_is_unknown_to_an_empty_directory(spelling: str) -> None:
    assert EMPTY.find(spelling) is None


def test_the_directorys_own_collective_stands_before_official_usage() -> None:
    named = KnownUnit("县直有关单位", is_collective=True, is_open=False)

    assert Directory({"县直有关单位": named}).find("直有关单位") == named


@pytest.mark.parametrize("spelling", ["局" * 100_000, "\x00", "\ud800", "((((", "各" * 50])
def test_no_text_raises(spelling: str) -> None:
    assert DIRECTORY.find(spelling) is None
