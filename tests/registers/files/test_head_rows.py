"""Head rows of many offices: by their words, their place, and what stands below them."""

from app.registers.files.table_rows import Table, TableCell, TableRow, heads_at
from tests.registers.files.head_rows import HEAD_ROWS

_PART_OF_A_REGISTER = ("section", "requirement", "units", "time", "completion")


def table(lines: list[str]) -> Table:
    return Table(
        [
            TableRow(tuple(TableCell(text) if text else None for text in line.split("|")), number)
            for number, line in enumerate(lines, start=1)
        ],
        keeps_merging=False,
    )


def read(lines: list[str]) -> str:
    found = heads_at(table(lines).rows, 0)
    columns = found.columns if found else {}
    return "; ".join(
        f"{name} {' '.join(str(place + 1) for place in columns[name])}"
        for name in _PART_OF_A_REGISTER
        if name in columns
    )


def test_at_least_95_of_100_head_rows_are_read_and_none_wrongly() -> None:
    cases = [case.split("\n") for case in HEAD_ROWS.strip().split("\n\n")]
    found = {lines[0]: (read(lines), expected.removeprefix("= ")) for *lines, expected in cases}

    others = {heads: columns for heads, (columns, expected) in found.items() if columns != expected}

    assert len(others) <= 0.05 * len(cases)
    assert set(others.values()) <= {""}, "what is not clear is asked"


def test_a_row_of_the_register_is_not_a_head_row_whatever_stands_below_it() -> None:
    lines = ["1|部门|县水利局|6月底", "2|更换城区老旧路灯二百盏|县城管局|6月底", "3|新建口袋公园五个|县林业局|6月底"]

    assert read(lines) == ""


def test_two_columns_of_sentences_that_no_word_names_are_unclear() -> None:
    lines = [
        "序号|怎么做|怎样算好|责任单位|完成时限",
        "1|把三条断头路全部打通|通车并且验收合格|县住建局|10月底前",
    ]

    assert read(lines) == ""
