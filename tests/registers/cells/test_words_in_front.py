"""Words of part that stand in front of their names, in a bracket for several, or that name who only looks on."""

import pytest

from app.registers.cells.reader import read_cell
from app.units.directory import Directory, KnownUnit

NAMES = ("教育局", "财政局", "公安局")
COUNTY = Directory({name: KnownUnit(name, is_collective=False, is_open=False) for name in NAMES})
READ = {
    "牵头教育局": "教育局 lead",
    "牵头教育局、财政局": "教育局 lead, 财政局 lead",
    "牵头教育局，配合财政局": "教育局 lead, 财政局 supporting",
    "牵头教育局；配合财政局、公安局": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "牵头 教育局 配合 财政局": "教育局 lead, 财政局 supporting",
    "牵头、教育局；配合、财政局": "教育局 lead, 财政局 supporting",
    "主办教育局，协办财政局": "教育局 lead, 财政局 supporting",
    "牵头单位教育局配合单位财政局": "教育局 lead, 财政局 supporting",
    "牵头（教育局），配合（财政局、公安局）": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "牵头单位（教育局）、配合单位（财政局）": "教育局 lead, 财政局 supporting",
    "[牵头]教育局[配合]财政局": "教育局 lead, 财政局 supporting",
    "牵头教育局，财政局配合": "教育局 lead, 财政局 supporting",
    "教育局配合财政局": "教育局 supporting, 财政局 responsible",
    "教育局（牵头，财政局配合）": "教育局 lead, 财政局 supporting",
    "教育局（牵头；财政局、公安局配合）": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "教育局、财政局（共同牵头）、公安局": "教育局 lead, 财政局 lead, 公安局 responsible",
    "教育局、财政局（联合牵头），公安局（配合）": "教育局 lead, 财政局 lead, 公安局 supporting",
    "教育局、财政局（牵头）": "教育局 responsible, 财政局 lead",
    "教育局负责统筹，财政局负责实施": "教育局 lead, 财政局 responsible",
    "教育局、财政局按职责分别牵头，公安局配合": "教育局 lead, 财政局 lead, 公安局 supporting",
    "教育局牵头，财政局、公安局按职责分工配合": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "教育局、财政局按职责分工负责": "教育局 responsible, 财政局 responsible",
    "【牵头】教育局【配合】财政局、公安局": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "（牵头）教育局（配合）财政局、公安局": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "（牵头）教育局、（配合）财政局、（配合）公安局": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "（牵头）教育局、财政局": "教育局 lead, 财政局 responsible",
    "教育局、财政局分别牵头，公安局配合": "教育局 lead, 财政局 lead, 公安局 supporting",
    "教育局主要负责，财政局协助": "教育局 responsible, 财政局 supporting",
    "教育局、财政局（配合）": "教育局 responsible, 财政局 supporting",
    "教育局（牵头）、财政局（配合）、公安局（配合）": "教育局 lead, 财政局 supporting, 公安局 supporting",
    "牵头单位：教育局；责任单位：财政局、公安局（配合）": "教育局 lead, 财政局 responsible, 公安局 supporting",
    "牵头单位：教育局；配合单位：无": "教育局 lead",
    "教育局、—": "教育局 responsible",
}
ASKED = {
    "各乡镇人民政府（教育局、财政局除外）": ("教育局", "财政局除外"),
    "各乡镇人民政府，教育局、财政局除外": ("教育局", "财政局除外"),
    "教育局、财政局除外的各单位": ("教育局", "财政局除外的各单位"),
    "各乡镇人民政府（教育局、财政局不参与），公安局": ("教育局", "财政局不参与"),
    "教育局（牵头）、财政局、公安局（配合）": ("配合",),
    "教育局（牵头），财政局，公安局（配合）": ("配合",),
    "教育局牵头，财政局、公安局（配合）": ("配合",),
    "配合教育局": ("配合",),
    "教育局牵头，配合财政局": ("配合",),
    "责任单位：教育局 监管单位：公安局": ("公安局",),
    "教育局（责任单位）、公安局（监管单位）": ("监管单位",),
    "教育局（财政局）": ("财政局",),
}


@pytest.mark.parametrize(("cell", "expected"), READ.items())
def test_a_word_of_part_is_said_of_the_names_that_a_clerk_hears(cell: str, expected: str) -> None:
    reading = read_cell(cell, COUNTY)

    assert (", ".join(f"{unit.name} {unit.role}" for unit in reading.units), reading.unread) == (expected, ())


@pytest.mark.parametrize(("cell", "unread"), ASKED.items())
def test_what_may_be_said_of_either_is_asked(cell: str, unread: tuple[str, ...]) -> None:
    assert read_cell(cell, COUNTY).unread == unread


@pytest.mark.parametrize("cell", ["无", "—", "——", "-", "－", "/"])
def test_a_sign_for_nobody_names_nobody_and_is_not_asked_about(cell: str) -> None:
    reading = read_cell(cell, COUNTY)

    assert (reading.units, reading.unread) == ((), ())


def test_the_telephone_behind_a_second_label_is_no_time() -> None:
    reading = read_cell("教育局；联系人：王建国 联系电话：0564-6021234", COUNTY)

    assert (reading.persons, reading.times, reading.unread) == (("王建国", "0564-6021234"), (), ())


@pytest.mark.parametrize("cell", ["教育局、财政局……", "教育局、财政局…", "教育局、财政局..."])
def test_dots_leave_a_list_unfinished(cell: str) -> None:
    reading = read_cell(cell, COUNTY)

    assert ([unit.name for unit in reading.units], reading.open, reading.unread) == (["教育局", "财政局"], True, ())
