"""Reads a register from the web page itself: its table, within whatever the site lays out around it.

Parsed by lxml, whose parser takes time in proportion to the page whatever stands in it, and refuses deep nesting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from app.languages.messages import Message, say
from app.registers.html_encoding import decode_page
from app.registers.html_table import TableCell, TableRow, grid
from app.registers.html_text import beginning_of, is_hidden, lines_of
from app.registers.limits import MOST_ROWS, MOST_TABLE_ROWS
from app.registers.page_head import read_head
from app.registers.register_reading import RegisterReading, SectionReading, TaskReading, UnreadablePage
from app.registers.table_heads import COLUMNS, Column, section_number

_LONGEST_HEAD = 40
_LONGEST_TITLE = 60
_ROW_NUMBER = ("序号", "编号", "序")


def read_html(data: bytes | str) -> RegisterReading:
    """Read a register page's HTML, in whatever encoding it really is.

    The register is the table (or tables, one after another) with the heads 工作要求, 责任单位 and 工作内容 or 完成情况.
    A section is a merged row, or a cell in the first column over its rows. Two columns of units (牵头单位, 配合单位)
    are one text with the heads as labels. What stands outside the table is `surroundings`, what stands in other columns
    `unread`. Raises `UnreadablePage`, its line that of the HTML.
    """
    text, notes = (data, ()) if isinstance(data, str) else decode_page(data)
    page = _parse(text)
    tables = _register_tables(page)
    body = _Body()
    above: list[str] = []
    for rows in tables.values():
        seen = [row for row in rows if not is_hidden(row)]
        if len(seen) < len(rows):
            hidden = len(rows) - len(seen)
            body.notes.append(say("{count} rows of the table are hidden on the page and were left out", count=hidden))
        above += body.take(list(grid(seen)))
    if not body.sections:
        raise UnreadablePage(expected=say("rows below the column heads"), found=say("nothing"))
    outside = lines_of(page, without=tables)
    head = read_head([*outside, *above, *_declared(page)])
    return RegisterReading(
        title=head.title,
        year=head.year,
        published_on=head.published_on,
        sections=tuple(SectionReading(title, tuple(task.read() for task in tasks)) for title, tasks in body.sections),
        surroundings=(*head.surroundings, *head.unread),
        unread=tuple(body.unread),
        notes=(*notes, *head.notes, *body.notes),
    )


def _parse(text: str) -> etree._Element:
    # NUL ends a text for the parser; a lone surrogate cannot be encoded. Both become the sign for a lost character.
    data = text.replace("\x00", "\ufffd").encode("utf-8", errors="replace")
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
    """The tables that hold registers, each with its own rows. A table within one is part of a cell."""
    rows_of: dict[etree._Element, list[etree._Element]] = {}
    with_heads: dict[etree._Element, None] = {}
    unseen: set[etree._Element] = set()
    for number, row in enumerate(page.iter("tr")):
        if number == MOST_TABLE_ROWS:
            raise UnreadablePage(
                expected=say("at most {most} rows in all tables of the page", most=MOST_TABLE_ROWS), found=say("more")
            )
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
        raise UnreadablePage(
            expected=say("a table with the column heads 工作内容, 工作要求, 责任单位, 完成情况"),
            found=say("{count} tables without them", count=len(rows_of)),
        )
    if sum(map(len, found.values())) > MOST_ROWS:
        raise UnreadablePage(
            expected=say("at most {most} rows in the register's table", most=MOST_ROWS), found=say("more")
        )
    return found


def _is_unseen(table: etree._Element) -> bool:
    return is_hidden(table) or any(is_hidden(around) for around in table.iterancestors())


def _names_columns(row: etree._Element) -> bool:
    cells = [TableCell(beginning_of(cell, _LONGEST_HEAD)) for cell in row.iterchildren("td", "th")]
    return bool(TableRow(tuple(cells), 0).heads())


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


@dataclass(slots=True)
class _Task:
    """A row, or several beside one requirement: what the other columns say stands line by line."""

    requirement: str
    units: list[str]
    completion: list[str]

    def read(self) -> TaskReading:
        return TaskReading(self.requirement, "\n".join(self.units), "\n".join(self.completion))


@dataclass(slots=True)
class _Body:
    """Sections and rows, over all tables of the register."""

    sections: list[tuple[str, list[_Task]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    _columns: dict[Column, tuple[int, ...]] = field(default_factory=dict)
    _heads: dict[int, str] = field(default_factory=dict)
    _joined: dict[tuple[TableCell, ...], TableCell] = field(default_factory=dict)
    _before: tuple[TableCell | None, ...] = ()  # the cells of the row above: section, requirement, units, completion
    _seen: set[TableCell] = field(default_factory=set)

    def take(self, rows: Sequence[TableRow]) -> list[str]:
        """Read a table; answers the lines above its heads, where a title may stand."""
        first = next((i for i, row in enumerate(rows) if row.heads()), len(rows))
        for row in rows[first:]:
            if heads := row.heads():
                self._columns = heads
                self._heads = {at: cell.text if cell else "" for at, cell in enumerate(row.cells)}
                self._before = ()
            elif row.distinct:
                self._row(row)
        return [line for row in rows[:first] for cell in row.distinct for line in cell.text.split("\n")]

    def _row(self, row: TableRow) -> None:
        cells = row.distinct
        covers = sum(cell is cells[0] for cell in row.cells)
        if len(cells) == 1 and (covers > 1 or len(row.cells) < len(self._columns) or section_number(cells[0].text)):
            self._merged_row(cells[0], row)
            return
        section, requirement, units, completion = (self._cell(row, column) for column in COLUMNS)
        if section is not None and section.text and section is not requirement and section not in self._before[:1]:
            self._open_section(section.text)
        self._extra(row)
        if requirement is None or not requirement.text:
            self.unread += [cell.text for cell in dict.fromkeys((units, completion)) if cell is not None and cell.text]
        elif not self.sections:
            raise UnreadablePage(
                expected=say("a section title before the first row"),
                found=say("'{text}'", text=requirement.text[:20]),
                line=row.line,
            )
        else:
            self._task(requirement, units, completion)
        self._before = (section, requirement, units, completion)

    def _merged_row(self, cell: TableCell, row: TableRow) -> None:
        """A row of one cell is a section's title, or a remark at the table's end."""
        if cell in self._seen or cell in self._before:
            return
        self._seen.add(cell)
        if section_number(cell.text) is not None:
            self._open_section(cell.text)
        elif len(cell.text) <= _LONGEST_TITLE and not any(c in cell.text for c in "。;；\n"):
            judged = say("read as a section title, though it has no number: '{title}'", title=cell.text)
            self.notes.append(say("line {line}: {detail}", line=row.line, detail=judged))
            self._open_section(cell.text)
        else:
            self.unread.append(cell.text)

    def _open_section(self, title: str) -> None:
        title = " ".join(title.split("\n"))
        if not self.sections or self.sections[-1][0] != title:
            self.sections.append((title, []))

    def _task(self, requirement: TableCell, units: TableCell | None, completion: TableCell | None) -> None:
        before = self._before[1:] if self._before else (None, None, None)
        tasks = self.sections[-1][1]
        if requirement is not before[0] or not tasks:
            tasks.append(_Task(requirement.text, [], []))
            before = (None, None, None)
        if units is not None and units.text and units is not before[1]:
            tasks[-1].units.append(units.text)
        if completion is not None and completion.text and completion is not before[2]:
            tasks[-1].completion.append(completion.text)

    def _cell(self, row: TableRow, column: Column) -> TableCell | None:
        """What a row says in a column, one cell even where the column is two."""
        places = self._columns.get(column, ())
        cells = row.at(places)
        if len(places) < 2 or not cells:
            return cells[0] if cells else None
        if cells not in self._joined:
            heads = [self._heads[at] for at in places]
            labelled = len(set(heads)) > 1
            texts = [
                f"{head}:{cell.text}" if labelled else cell.text
                for head, at in zip(heads, places, strict=True)
                for cell in row.at([at])
            ]
            self._joined[cells] = TableCell("\n".join(dict.fromkeys(texts)))
        return self._joined[cells]

    def _extra(self, row: TableRow) -> None:
        """Reports what stands in columns that are no part of a register's four."""
        read = {cell for columns in self._columns.values() for cell in row.at(columns)}
        for at in range(len(row.cells)):
            head = self._heads.get(at, "")
            for cell in row.at([at]):
                if cell not in read and cell not in self._seen and "".join(head.split()) not in _ROW_NUMBER:
                    self._seen.add(cell)
                    self.unread.append(f"{head}: {cell.text}" if head else cell.text)
