"""Properties of the cell reader for every text: nothing is lost, nothing is misread as a word, no text takes long."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.obligations.roles import Role
from app.registers.cells.pieces import Named, PieceKind
from app.registers.cells.reader import read_cell
from app.registers.cells.times import TIME
from app.registers.cells.words import AND_SO_ON, LABEL, LEADING, MARKER, NOTHING, NUMBERING, ROLE_WORD
from app.registers.files.limits import LONGEST_CELL
from app.units.directory import Directory
from tests.registers.real_page import county_directory

EMPTY = Directory({})
COUNTY = county_directory()
NAMES = ["教育局", "财政局", "自然资源和规划局", "县委编办", "政府办(政务公开办)", "残联", "城关镇人民政府"]
WORDS = (
    "牵头|配合|负责|按职责分工负责|牵头单位:|配合单位：|责任单位|等|等3个部门|等牵头单位|直有关单位|各乡镇|各县、市、区政府"
    "|及|和|与|、|,|，|;|；|(|)|（|）|〔|〕|[|]|【|】|1.|1)|(1)|6月底完成|完成时限:|责任人:|长期坚持|张三|的|★|:|政府办(政务公开办"
)
ODDITIES = [" ", "  ", "\n", "\t", "\u3000", "\xa0", "\x00", "\ud800", "\ufffc", "\ufffd", "\u202e"]
FRAGMENTS = [*NAMES, *WORDS.split("|"), *ODDITIES]
any_text = st.text(st.characters(codec=None)) | st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
any_directory = st.sampled_from([EMPTY, COUNTY])

_PUNCTUATION = re.compile(r"[\s\u200b\ufeff、,，﹑､|｜;；。!！.．:：·/／&＆+＋(（〔\[【〖)）〕\]】〗\x1c-\x1f\x85]*")
_WORDS = [LABEL, LEADING, NUMBERING, NOTHING, ROLE_WORD, AND_SO_ON, MARKER]


def is_known_word(text: str) -> bool:
    """A word of the grammar, or punctuation; 等 and what follows it (部门, 3个部门) are two pieces."""
    if _PUNCTUATION.fullmatch(text) or any(word.fullmatch(text) for word in _WORDS):
        return True
    return AND_SO_ON.fullmatch("等" + text) is not None


def is_office(text: str, directory: Directory) -> bool:
    """What alone would be a unit: in a bracket with something unread it is an office of the unit before it."""
    return [piece.kind for piece in read_cell(text, directory).pieces] == [PieceKind.UNIT]


@given(any_text, any_directory)
def test_the_pieces_together_are_the_cell(cell: str, directory: Directory) -> None:
    assert "".join(piece.text for piece in read_cell(cell, directory).pieces) == cell


@example("政府办(政务办及信息局)", COUNTY)
@example("政府办(政务办 ★)", COUNTY)
@example("教育局、无", COUNTY)
@given(any_text, any_directory)
def test_only_words_of_the_grammar_are_called_words(cell: str, directory: Directory) -> None:
    words = [piece.text for piece in read_cell(cell, directory).pieces if piece.kind is PieceKind.WORD]
    others = [word for word in words if not is_known_word(word)]

    assert [word for word in others if not is_office(word, directory)] == []


@given(any_text, any_directory)
def test_every_name_time_and_unread_text_of_the_pieces_is_in_the_answer(cell: str, directory: Directory) -> None:
    reading = read_cell(cell, directory)
    names = {piece.meaning.name for piece in reading.pieces if isinstance(piece.meaning, Named)}

    assert {unit.name for unit in reading.units} == names
    assert [piece for piece in reading.pieces if piece.kind is PieceKind.UNIT and not piece.meaning] == []
    assert list(reading.times) == [piece.text for piece in reading.pieces if piece.kind is PieceKind.TIME]
    assert list(reading.unread) == [piece.text for piece in reading.pieces if piece.kind is PieceKind.UNREAD]


@given(any_text, any_directory)
def test_no_unit_is_named_twice(cell: str, directory: Directory) -> None:
    names = [unit.name for unit in read_cell(cell, directory).units]

    assert len(names) == len(set(names))


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    st.lists(st.sampled_from(["、", "和", "及", "、\n", "\n、", "、 "]), min_size=10, max_size=10),
    st.sampled_from([("牵头", Role.LEAD), ("配合", Role.SUPPORTING), ("按职责分工负责", Role.RESPONSIBLE)]),
)
def test_a_list_joined_in_any_way_is_read_back_with_its_role(
    names: list[str], joins: list[str], word: tuple[str, Role]
) -> None:
    cell = "".join(name + join for name, join in zip(names[:-1], joins, strict=False)) + names[-1] + word[0]
    units = read_cell(cell, EMPTY).units

    assert [(unit.text, unit.role) for unit in units] == [(name, word[1]) for name in names]


@given(st.from_regex(TIME, fullmatch=True))
def test_a_text_that_is_a_time_names_no_unit(text: str) -> None:
    assert read_cell(text, EMPTY).units == ()


@pytest.mark.parametrize("directory", [EMPTY, COUNTY], ids=["empty", "county"])
@pytest.mark.parametrize(
    "part",
    [
        "(",
        ")",
        "()",
        "教育局(",
        "教育局(财政局、",
        "教育局(牵头",
        "牵头单位:",
        "教育局和",
        "和",
        "等",
        "等3个",
        "1.",
        " ",
        "局",
        "各乡、",
        "ﷺ县局和",
        "各局和县局/",
        "①",
        "教育局(财政局[牵头]配合)",
    ],
)
def test_the_longest_cell_of_anything_is_read_whole(part: str, directory: Directory) -> None:
    cell = part * (LONGEST_CELL // len(part))
    reading = read_cell(cell, directory)

    assert sum(len(piece.text) for piece in reading.pieces) == len(cell)


def test_nested_brackets_of_any_depth_are_read() -> None:
    reading = read_cell("(" * 5000 + "教育局" + ")" * 5000, EMPTY)

    assert "".join(piece.text for piece in reading.pieces).count("教育局") == 1
