"""Line breaks and padding that a narrow column makes, in lists, before brackets and within words of part."""

import pytest

from app.registers.cells.reader import read_cell
from tests.registers.cells.test_words_in_front import ASKED, COUNTY, READ


def parts(cell: str) -> list[tuple[str, str]]:
    return [(unit.name, unit.role) for unit in read_cell(cell, COUNTY).units]


@pytest.mark.parametrize("cell", [*READ, *ASKED])
def test_a_line_that_ends_in_a_comma_goes_on_in_the_next(cell: str) -> None:
    broken = [cell.replace(sign, sign + white) for sign in "、，" for white in ("\n", " ", "\n  ")]

    assert [parts(one) for one in broken] == [parts(cell)] * len(broken)


@pytest.mark.parametrize(
    "cell",
    [
        "教育局（牵头）、财政局（配合）",
        "教育局（牵头）",
        "教育局、财政局（共同牵头）；公安局（配合）",
        "教育局（牵头，财政局配合）",
        "财政局（国资办）、教育局",
        "各乡镇（街道）、财政局",
    ],
)
def test_a_bracket_on_the_next_line_is_that_of_the_name_above(cell: str) -> None:
    assert [parts(cell.replace("（", white + "（")) for white in ("\n", " ")] == [parts(cell)] * 2


def test_a_bracket_that_begins_a_line_of_its_own_is_that_of_the_name_behind() -> None:
    assert parts("（牵头）教育局\n（配合）财政局") == [("教育局", "lead"), ("财政局", "supporting")]
    assert parts("（1）教育局\n（2）财政局") == [("教育局", "responsible"), ("财政局", "responsible")]


@pytest.mark.parametrize("white", ["\n", " ", "　"])
@pytest.mark.parametrize(
    "cell",
    [
        "牵_头：教育局；配_合：财政局",
        "牵头单_位：教育局，配合_单_位：财政局",
        "教育局牵_头，财政局配_合",
        "教育局（牵_头）、财政局（配_合）",
    ],
)
def test_a_word_of_part_that_a_column_breaks_is_still_that_word(cell: str, white: str) -> None:
    reading = read_cell(cell.replace("_", white), COUNTY)

    assert [(unit.name, unit.role) for unit in reading.units] == [("教育局", "lead"), ("财政局", "supporting")]
    assert reading.unread == ()
    assert "".join(piece.text for piece in reading.pieces) == cell.replace("_", white)


@pytest.mark.parametrize("cell", ["教育局落实_责任单位：财政局", "教育局负责_任务单位"])
def test_words_on_two_lines_that_are_no_word_together_stay_two(cell: str) -> None:
    first = read_cell(cell.replace("_", "\n"), COUNTY).units[0]

    assert (first.name, first.role) == ("教育局", "responsible")
