"""The layout of an HTML table as rows of equal width, with merged cells in every place they cover."""

from collections.abc import Iterator

from lxml import etree

from app.languages.messages import say
from app.registers.files.html_text import is_hidden, text_of
from app.registers.files.limits import MOST_COLUMNS
from app.registers.files.reading import beyond
from app.registers.files.table_rows import TableCell, TableRow


def grid(rows: list[etree._Element]) -> Iterator[TableRow]:
    """Lay out a table's `tr` elements by the rules of HTML (rowspan, colspan; rowspan=0 reaches to the end).

    A colspan that reaches beyond the columns that are read is cut, as the HTML standard cuts at 1000; a cell there is
    rejected with `UnreadablePage`.
    """
    hanging: dict[int, tuple[TableCell, int]] = {}  # by column: a cell from above and how many rows it still covers
    for number, row in enumerate(rows):
        placed: dict[int, TableCell] = {column: cell for column, (cell, _) in hanging.items()}
        hanging = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}
        column = 0
        for element in row.iterchildren("td", "th"):
            if is_hidden(element):
                continue
            while column in placed:
                column += 1
            if column >= MOST_COLUMNS:
                raise beyond(say("at most {most} columns", most=MOST_COLUMNS), _line(row))
            cell = TableCell(text_of(element))
            height = _span(element, "rowspan") or len(rows)
            for covered in range(column, min(column + max(1, _span(element, "colspan")), MOST_COLUMNS)):
                if covered in placed:
                    break
                placed[covered] = cell
                if (below := min(height, len(rows) - number) - 1) > 0:
                    hanging[covered] = (cell, below)
        width = max(placed, default=-1) + 1
        yield TableRow(tuple(placed.get(i) for i in range(width)), _line(row))


def _line(row: etree._Element) -> int:
    line: int | None = getattr(row, "sourceline", None)  # its stub does not say what it is
    return line or 0


def _span(element: etree._Element, name: str) -> int:
    digits = (element.get(name) or "1").strip()[:6]
    return int(digits) if digits.isascii() and digits.isdecimal() else 1
