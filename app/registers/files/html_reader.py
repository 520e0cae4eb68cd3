"""The reader of a register in a web page's HTML: its table, within the layout of the site.

lxml parses it in time proportional to the page, and rejects deep nesting.
"""

from collections.abc import Container, Iterator, Mapping, Sequence

from lxml import etree

from app.languages.messages import Message, say
from app.registers.files.encoding import decode_page
from app.registers.files.html_table import grid
from app.registers.files.html_text import beginning_of, is_hidden, lines_of
from app.registers.files.limits import MOST_MARKUP, MOST_ROWS, MOST_TABLE_ROWS
from app.registers.files.reading import NoTable, RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns, columns_of
from app.registers.files.table_reader import join_pieces, read_tables, register_tables, with_lines
from app.registers.files.table_rows import Table, TableDocument
from app.registers.files.unclear_tables import read_parts, with_columns

_LONGEST_HEAD = 80
_TABLE = "\x00"  # no page has it: `_parse` replaces it


def read_html(data: bytes | str, name: str = "", columns: Columns | None = None) -> RegisterReading:
    """Read a register page's HTML, in its real encoding. `name`: the file's, if it is one.

    See `read_tables`. What the page hides is left out. Raises `UnreadablePage`, its line that of the HTML.
    """
    text, notes = (data, ()) if isinstance(data, str) else decode_page(data)
    page = _parse(text)
    hidden_notes: list[Message] = []
    tables: dict[etree._Element, Table] = {}
    try:
        found = _register_tables(page)
    except NoTable as refused:
        return _read_otherwise(page, name, notes, columns, refused)
    if columns:
        return _read_otherwise(page, name, notes, columns, None)
    for table, rows in found.items():
        seen = [row for row in rows if not is_hidden(row)]
        if len(seen) < len(rows):
            hidden = len(rows) - len(seen)
            hidden_notes.append(say("{count} rows of the table are hidden on the page and were left out", count=hidden))
        tables[table] = Table(list(grid(seen)))
        tables |= {piece: Table(list(grid(_rows_of(piece)))) for piece in _pieces(table, found)}
    parts, joined = join_pieces(list(_parts(page, tables)))
    parts = with_lines(parts, register_tables(part for part in parts if isinstance(part, Table)))
    declared = list(_declared(page))
    notes = (*notes, *hidden_notes, *joined)
    others = list(_others(page, tables))
    return read_tables(TableDocument(parts, declared, notes=notes, name=name, on_site=True, others=others))


def _read_otherwise(
    page: etree._Element, name: str, notes: Sequence[Message], columns: Columns | None, refused: NoTable | None
) -> RegisterReading:
    """Read a page whose columns no row names by words alone, or whose columns somebody named."""
    innermost = [table for table in page.iter("table") if next(table.iterdescendants("table"), None) is None]
    tables = {table: Table(list(grid(_rows_of(table)))) for table in innermost if not _is_unseen(table)}
    parts = list(_parts(page, tables))
    if columns:
        parts = with_columns(parts, columns)
    document = TableDocument(parts, list(_declared(page)), notes, name, on_site=True)
    return read_parts(document, refused or NoTable(expected=say("a table"), found=say("none")))


def _others(page: etree._Element, tables: Container[etree._Element]) -> Iterator[Table]:
    """The tables that a reader sees beside the register's: not those that lay out the page, nor lists of links."""
    for table in page.iter("table"):
        around = (table, *table.iterancestors("table"))
        if any(one in tables for one in (*around, *table.iter("table"))) or _is_unseen(table):
            continue
        if any(True for _ in table.iterdescendants("table", "a")):
            continue
        yield Table(list(grid(_rows_of(table))))


def _pieces(table: etree._Element, found: Container[etree._Element]) -> Iterator[etree._Element]:
    """The tables behind one, with nothing between, that have no heads: what an office program cut off it."""
    element = table.getnext() if not (table.tail or "").strip() else None
    while element is not None and element not in found and not is_hidden(element):
        if element.tag == "table":
            yield element
        elif lines_of(element):
            return
        element = element.getnext() if not (element.tail or "").strip() else None


def _rows_of(table: etree._Element) -> list[etree._Element]:
    rows = (row for row in table.iter("tr") if next(row.iterancestors("table")) is table)
    return [row for row in rows if not is_hidden(row)]


def _parts(page: etree._Element, tables: Mapping[etree._Element, Table]) -> Iterator[str | Table]:
    """The page's lines, its register tables in their places."""
    waiting = iter(tables.values())
    for line in lines_of(page, without=tables, sign=_TABLE):
        if line == _TABLE:
            yield next(waiting)
        else:
            yield line
    yield from waiting  # those in elements whose lines are not text


def _parse(text: str) -> etree._Element:
    # NUL ends a text for the parser; a lone surrogate cannot be encoded. Both become the sign for a lost character.
    data = text.replace("\x00", "\ufffd").encode("utf-8", errors="replace")
    if data.count(b"<") + data.count(b"=") > MOST_MARKUP:
        raise beyond(say("at most {most} tags and attributes", most=MOST_MARKUP))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = etree.fromstring(data, parser)
    except etree.ParseError:
        page = None
    if page is None:
        raise UnreadablePage(expected=say("a page in HTML"), found=say("no element"))
    if fatal := [entry for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL]:
        raise UnreadablePage(
            expected=say("a page that can be read to its end"),
            found=say("a defect ({reason})", reason=fatal[0].message),
            line=fatal[0].line,
        )
    return page


def _register_tables(page: etree._Element) -> dict[etree._Element, list[etree._Element]]:
    """The tables that contain registers, each with its own rows. A table within one is part of a cell."""
    rows_of: dict[etree._Element, list[etree._Element]] = {}
    with_heads: dict[etree._Element, None] = {}
    unseen: set[etree._Element] = set()
    for number, row in enumerate(page.iter("tr")):
        if number == MOST_TABLE_ROWS:
            raise beyond(say("at most {most} rows in all tables of the page", most=MOST_TABLE_ROWS))
        table = next(row.iterancestors("table"), None)
        if table is not None and table not in rows_of and table not in unseen and _is_unseen(table):
            unseen.add(table)
        if table is None or table in unseen:
            continue
        rows_of.setdefault(table, []).append(row)
        if table not in with_heads and _names_columns(row):
            with_heads[table] = None
    found = {
        table: rows_of[table]
        for table in with_heads
        if not any(outer in with_heads for outer in table.iterancestors("table"))
    }
    if not found:
        raise NoTable(
            expected=say("a table with the column heads 工作内容, 工作要求, 责任单位, 完成情况"),
            found=say("{count} tables without them", count=len(rows_of)),
        )
    if sum(map(len, found.values())) > MOST_ROWS:
        raise beyond(say("at most {most} rows in the register's table", most=MOST_ROWS))
    return found


def _is_unseen(table: etree._Element) -> bool:
    return is_hidden(table) or any(is_hidden(around) for around in table.iterancestors())


def _names_columns(row: etree._Element) -> bool:
    return bool(columns_of([beginning_of(cell, _LONGEST_HEAD) for cell in row.iterchildren("td", "th")]))


def _declared(page: etree._Element) -> Iterator[str]:
    """Title and date as government sites must declare them (政府网站发展指引, 国办发〔2017〕47号), then `title`."""
    metas = {(meta.get("name") or "").lower(): (meta.get("content") or "").strip() for meta in page.iter("meta")}
    if title := metas.get("articletitle"):
        yield title
    if day := metas.get("pubdate"):
        yield f"发布时间:{day}"
    for element in page.iter("title"):
        yield from (line.strip() for line in (element.text or "").split("\n") if line.strip())
        break
