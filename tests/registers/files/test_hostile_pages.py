"""What strangers may send: a page within the body's limit that would cost much is refused, and told the limit."""

import pytest

from app.errors import UnreadableRegister
from app.registers.files.limits import LONGEST_CELL, LONGEST_UNITS, MOST_COLUMNS, MOST_LINES, MOST_ROWS, MOST_TABLE_ROWS
from app.registers.files.reader import read_register
from app.registers.imports.full_reading import read_fully
from app.units.directory import Directory

TITLE = "某县2025年重点工作清单"
HEADS = "<tr><th>工作内容</th><th>工作要求</th><th>责任单位</th><th>完成情况</th></tr>"
ROW = "<tr><td>一、甲<td>做一<td>教育局<td>好"
TEXT = f"{TITLE}\n\n工作内容\n\n工作要求\n\n责任单位\n\n完成情况\n\n一、甲\n\n"


def html(rows: str, *, before: str = "") -> str:
    return f"{before}<h1>{TITLE}</h1><table>{HEADS}{ROW}{rows}</table>"


def rows_of(page: str) -> int:
    return len(list(read_fully(read_register(page), Directory({}), {}, otherwise=2024).rows))


def many(template: str, times: int) -> str:
    """Rows that differ, so that no answer can be remembered."""
    return "".join(template.replace("#", str(i)) for i in range(times))


TOO_MUCH = {
    "rows": (html("<tr><td>一、甲<td>做<td>局<td>好" * MOST_ROWS), MOST_ROWS),
    "rows that span all": (html('<tr><td colspan="1000000" rowspan="1000000">x' * 9_000), MOST_ROWS),
    "rows that span forty": (html("<tr><td colspan=40 rowspan=9>" * 9_000), MOST_ROWS),
    "empty rows": (html("<tr>" * 9_000), MOST_ROWS),
    "registers": (f"<h1>{TITLE}</h1>" + f"<table>{HEADS}{ROW}</table>" * 1_001, MOST_ROWS),
    "rows of layout": (html("", before="<table><tr><td></table>" * MOST_TABLE_ROWS), MOST_TABLE_ROWS),
    "nested rows": (html("<table><tr><td>" * 60 + "<tr><td>x" * MOST_TABLE_ROWS), MOST_TABLE_ROWS),
    "columns": (html("<tr>" + "<td>x" * (MOST_COLUMNS + 1)), MOST_COLUMNS),
    "a cell": (html("<tr><td><td>做<td>" + "教育局和" * 5_001), LONGEST_CELL),
    "a requirement": (html("<tr><td><td>" + "做" * 20_001 + "<td>教育局"), LONGEST_CELL),
    "units in all": (html(many("<tr><td><td>做<td>" + "教育#局和" * 50 + "财政局", 200)), LONGEST_UNITS),
    "lines": ("做\n" * MOST_LINES + TEXT, MOST_LINES),
    "blank lines": (TEXT + "\n" * MOST_LINES + "做\n\n教育局\n\n好", MOST_LINES),
    "tabs": (TEXT + "做\t" * MOST_LINES, MOST_LINES),
    "units in text": (TEXT + many("做#。\n\n" + "教育局和" * 240 + "#局\n\n好。\n\n", 100), LONGEST_UNITS),
    "what may be units in text": (TEXT + many("教育#局、财政局、人社局、张三\n\n", 3_000), LONGEST_UNITS),
    "rows in text": (TEXT + "做好。\n\n教育局\n\n好。\n\n" * (MOST_ROWS + 1), MOST_ROWS),
}


@pytest.mark.parametrize(("page", "limit"), [pytest.param(*case, id=name) for name, case in TOO_MUCH.items()])
def test_too_much_is_rejected_with_the_limit(page: str, limit: int) -> None:
    with pytest.raises(UnreadableRegister, match=f"at most {limit}"):
        rows_of(page)


HARMLESS = {
    "as many rows as are read": (html("<tr><td>一、甲<td>做<td>局<td>好" * (MOST_ROWS - 2)), MOST_ROWS - 1),
    "spans that are none": (html('<tr><td colspan="-1" rowspan="abc">x' * 1_000), 1),
    "a column too wide": (html('<tr><td colspan="1000000">二、乙'), 1),
    "one requirement over all rows": (
        html("<tr><td rowspan=0>二、乙<td rowspan=0>做<td>局<td>好" + "<tr><td>局<td>好" * 1_990),
        2,
    ),
    "formatting never closed": (html("<b><p>" * 50_000), 1),
    "line breaks": (html("<br>" * 100_000), 1),
    "a comment never closed": (html("<!--" * 100_000), 1),
    "lost characters": (html("\x00" * 10_000), 1),
    "titles of dashes": (html("", before=("<p>2024年清单" + "-_" * 130) * 3_000), 1),
    "titles that all differ": (html("", before=many("<p>202#年清单 2024年", 30_000)), 1),
    "spaces where a date should be": (html("", before=("<p>时间" + "\u3000" * 1_900 + "x") * 150), 1),
}


@pytest.mark.parametrize(("page", "rows"), [pytest.param(*case, id=name) for name, case in HARMLESS.items()])
def test_what_only_looks_costly_is_read(page: str, rows: int) -> None:
    assert rows_of(page) == rows


@pytest.mark.parametrize("page", [html("<table><tr><td>" * 50_000), "<div>" * 10_000 + html("")])
def test_nesting_beyond_the_parsers_depth_is_refused(page: str) -> None:
    with pytest.raises(UnreadableRegister, match=r"read to its end|without them"):
        rows_of(page)


def test_units_that_repeat_count_once() -> None:
    page = html(("<tr><td>一、甲<td>做<td>" + "教育局、" * 25 + "财政局<td>好") * 1_000)

    assert rows_of(page) == 1_001
