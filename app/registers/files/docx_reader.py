"""The reader of a register in a Word document (.docx): its tables and the paragraphs between them."""

from collections.abc import Iterator, Sequence
from posixpath import dirname, join

from lxml import etree

from app.languages.messages import Message, listed, say
from app.registers.files.docx_numbering import Numbering, read_numbering
from app.registers.files.docx_text import DocxText
from app.registers.files.limits import MOST_COLUMNS, MOST_TABLE_ROWS
from app.registers.files.office_xml import attribute, child, is_on, local_name, number, parse_xml
from app.registers.files.packed import PackedFile
from app.registers.files.reading import RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns
from app.registers.files.table_reader import join_pieces
from app.registers.files.table_rows import Table, TableCell, TableDocument, TableRow
from app.registers.files.unclear_tables import read_parts, with_columns


def read_docx(
    packed: PackedFile, name: str = "", notes: Sequence[Message] = (), columns: Columns | None = None
) -> RegisterReading:
    """Read a document as it prints once its tracked changes are accepted: hidden text and hidden rows are left out.

    Raises `UnreadablePage`, its line the row of the table.
    """
    main = _main_part(packed)
    text = _text(packed, dirname(main))
    layout = _Layout(text)
    parts = list(layout.parts(parse_xml(packed.read(main))))
    if columns:
        parts = with_columns(parts, columns)
    parts, joined = join_pieces(parts)
    refused = UnreadablePage(
        expected=say("a table with the column heads 工作内容, 工作要求, 责任单位, 完成情况"),
        found=say("{count} tables without them", count=sum(isinstance(part, Table) for part in parts)),
    )
    return read_parts(TableDocument(parts, notes=[*notes, *layout.notes(), *joined], name=name), refused)


def _main_part(packed: PackedFile) -> str:
    rels = parse_xml(packed.read("_rels/.rels")) if "_rels/.rels" in packed else None
    for relation in rels if rels is not None else ():
        target = (relation.get("Target") or "").lstrip("/")
        if (relation.get("Type") or "").endswith("/officeDocument") and target in packed:
            return target
    if "word/document.xml" in packed:
        return "word/document.xml"
    raise UnreadablePage(expected=say("a Word document"), found=say("a file without its text"))


def _text(packed: PackedFile, folder: str) -> DocxText:
    styles, numbering = (
        parse_xml(packed.read(name)) if (name := join(folder, part)) in packed else None
        for part in ("styles.xml", "numbering.xml")
    )
    hidden: list[str] = []
    numbered: dict[str, tuple[str, int]] = {}
    for style in styles if styles is not None else ():
        name = attribute(style, "styleId") or ""
        if is_on(child(style, "rPr", "vanish")):
            hidden.append(name)
        if list_id := attribute(child(style, "pPr", "numPr", "numId"), "val"):
            level = attribute(child(style, "pPr", "numPr", "ilvl"), "val") or "0"
            numbered[name] = (list_id, int(level) if level in "012345678" else 0)
    lists = read_numbering(numbering) if numbering is not None else {}
    return DocxText(frozenset(hidden), Numbering(lists, numbered))


class _Layout:
    """Lays out the document's tables, as many rows as are read."""

    def __init__(self, text: DocxText) -> None:
        self._text = text
        self._rows = 0
        self._hidden_rows = 0
        self._covered: list[str] = []  # texts of cells that are a part of another, in which Word shows none

    def parts(self, document: etree._Element) -> Iterator[str | Table]:
        for body in document:
            if local_name(body) == "body":
                for block in self._text.blocks(body):
                    if local_name(block) == "tbl":
                        self._covered = []
                        yield Table(list(self._grid(block)), covered=self._covered)
                    elif lines := self._text.text(block):
                        yield from lines.split("\n")

    def notes(self) -> Iterator[Message]:
        if self._text.accepted_changes:
            yield say("tracked changes were read as accepted")
        if self._text.unknown_fonts:
            yield say(
                "symbols of the fonts {fonts} are unknown and are read as 〓; look at the file",
                fonts=listed(self._text.unknown_fonts),
            )
        if self._text.left_out_hidden:
            yield say("hidden text was left out")
        if self._hidden_rows:
            yield say("{count} hidden rows were left out", count=self._hidden_rows)

    def _grid(self, table: etree._Element) -> Iterator[TableRow]:
        above: dict[int, TableCell] = {}
        for at, row in enumerate(self._text.rows(table), start=1):
            self._rows += 1
            if self._rows > MOST_TABLE_ROWS:
                raise beyond(say("at most {most} rows in all tables", most=MOST_TABLE_ROWS))
            if is_on(child(row, "trPr", "hidden")):
                self._hidden_rows += 1
                continue
            above = self._row(row, above, at)
            yield TableRow(tuple(map(above.get, range(max(above, default=-1) + 1))), at)

    def _row(self, row: etree._Element, above: dict[int, TableCell], at: int) -> dict[int, TableCell]:
        placed: dict[int, TableCell] = {}
        column = number(attribute(child(row, "trPr", "gridBefore"), "val"), 0)
        for element in self._text.rows(row, "tc"):
            if column >= MOST_COLUMNS:
                raise beyond(say("at most {most} columns", most=MOST_COLUMNS), at)
            properties = child(element, "tcPr")
            left = placed.get(column - 1)
            cell = TableCell(self._text.text(element))
            over = above.get(column) if _goes_on(properties, "vMerge") else None
            over = over or (left if _goes_on(properties, "hMerge") else None)
            if over is not None:
                self._covered += [cell.text] if cell.text not in ("", over.text) else []
                cell = over
            span = number(attribute(child(element, "tcPr", "gridSpan"), "val"), 1)
            end = min(column + max(1, span), MOST_COLUMNS)
            placed.update(dict.fromkeys(range(column, end), cell))
            column = end
        return placed


def _goes_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a cell is a part of the one above (vMerge) or before it (hMerge): the property without `restart`."""
    merge = child(properties, name) if properties is not None else None
    return merge is not None and attribute(merge, "val") != "restart"
