"""The reader of a register in a document's tables, for every format of file."""

from collections.abc import Iterable, Iterator, Sequence

from app.languages.messages import Message, listed, say
from app.registers.cells.document_rules import note_of, rules_in
from app.registers.files.left_out import left_out_tables, without
from app.registers.files.limits import MOST_ROWS
from app.registers.files.own_note import own_note
from app.registers.files.page_head import may_be_title, names_register, read_head
from app.registers.files.reading import LeftOut, LeftOutKind, RegisterReading, SectionReading, UnreadablePage, beyond
from app.registers.files.table_body import TableBody
from app.registers.files.table_rows import Table, TableDocument, lines_above, rows_above


def read_tables(document: TableDocument) -> RegisterReading:
    """Read a document: its tables with a register's heads are one register, in their order.

    A section is a merged row, a cell in a column over its rows, or the line above a table. Columns of one meaning
    (牵头单位, 配合单位) are one text with the heads as labels. What stands outside the tables is `surroundings` or
    `unread`, what stands in other columns and tables `left_out`. Raises `UnreadablePage`.
    """
    tables = [part for part in document.parts if isinstance(part, Table)]
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise beyond(say("at most {most} rows in the register's table", most=MOST_ROWS))
    above = [line for table in tables for line in lines_above(table)]
    body = TableBody(is_own=own_note([*(part for part in document.parts if isinstance(part, str)), *above]) is not None)
    outside: list[str] = []
    between: list[str] = []  # two tables, where the title of another register may stand
    behind = 0
    for number, part in enumerate(document.parts):
        if isinstance(part, str):
            outside.append(part)
        else:
            before = document.parts[number - 1] if number else None
            body.printed |= {line for line in outside if may_be_title(line)}
            caption = before if isinstance(before, str) and body.is_caption(before) else None
            begun, above_before = not body.is_empty, len(body.above)
            if body.add_table(part, caption):
                outside.pop()
            if begun:
                between += [*outside[behind:], *body.above[above_before:]]
            behind = len(outside)
    body.failed.require_none()
    if body.is_empty:
        raise UnreadablePage(expected=say("rows below the column heads"), found=say("nothing"))
    lines = [*outside, *body.above, *document.declared]
    head = read_head(lines, "" if body.is_own else document.name)
    sections = body.sections(head.title)
    rules = rules_in([*outside, *body.above, *body.left_out.texts, *_words(tables)])
    read = {*lines} - {*head.unread}
    others = [*left_out_tables([*document.others, *(Table(rows_above(table)) for table in tables)], read)]
    others += [LeftOut(LeftOutKind.TEXT, one, (one,)) for one in between if one not in read and names_register(one)]
    around, unread = without((*head.surroundings, *body.surroundings), others), without(head.unread, others)
    return RegisterReading(
        title=head.title,
        year=head.year,
        published_on=head.published_on,
        sections=sections,
        surroundings=(*around, *unread) if document.on_site else tuple(around),
        unread=() if document.on_site else tuple(unread),
        notes=(
            *document.notes,
            *head.notes,
            *body.notes,
            *body.numbers.notes(),
            *_repeated(sections),
            *map(note_of, rules),
        ),
        rules=rules,
        left_out=(*others, *body.left_out.read()),
    )


def _repeated(sections: Iterable[SectionReading]) -> Iterator[Message]:
    """A note on rows that say what one above them says: their units would owe it twice."""
    said: set[tuple[str, ...]] = set()
    rows: list[int] = []
    every = ((section.title, task) for section in sections for task in section.tasks)
    for number, (title, task) in enumerate(every, start=1):
        row = (title, task.requirement, task.units_text, task.time_text)
        if row in said:
            rows.append(number)
        said.add(row)
    if rows:
        yield say("rows that say the same as one above them, and would be owed twice: {rows}", rows=listed(rows[:20]))


def register_tables(tables: Iterable[Table]) -> list[Table]:
    """Those of the tables that have a register's heads."""
    return [table for table in tables if any(table.heads_at(at) for at in range(len(table.rows)))]


def join_pieces(parts: Sequence[str | Table]) -> tuple[list[str | Table], list[Message]]:
    """The parts with tables joined that are cut in two, and a note on that: nothing stands between them, they are
    equally wide, and the second has no heads."""
    whole: list[str | list[Table]] = []
    width = 0  # of the register's table that the next part may go on in
    for part in parts:
        has_heads = isinstance(part, Table) and bool(register_tables([part]))
        if isinstance(part, str):
            whole.append(part)
        elif not has_heads and width > 1 and _width(part) == width and isinstance(pieces := whole[-1], list):
            pieces.append(part)
            continue
        else:
            whole.append([part])
        width = _width(part) if has_heads and isinstance(part, Table) else 0
    is_cut = any(not isinstance(part, str) and len(part) > 1 for part in whole)
    note = say("a table without heads was read as the one before it, which goes on")
    return [part if isinstance(part, str) else _one(part) for part in whole], [note] if is_cut else []


def _one(pieces: Sequence[Table]) -> Table:
    if len(pieces) == 1:
        return pieces[0]
    covered = [text for piece in pieces for text in piece.covered]
    return Table([row for piece in pieces for row in piece.rows], covered=covered)


def _width(table: Table) -> int:
    return max((len(row.cells) for row in table.rows), default=0)


def with_lines(parts: Sequence[str | Table], found: Sequence[Table]) -> list[str | Table]:
    """The parts, each table that is not among those found as its lines."""
    return [
        line for part in parts for line in ([part] if isinstance(part, str) or part in found else lines_of_table(part))
    ]


def lines_of_table(table: Table) -> Iterator[str]:
    for row in table.rows:
        for cell in row.distinct:
            yield from cell.text.split("\n")


def _words(tables: Sequence[Table]) -> Iterable[str]:
    """The words of the heads, where rules stand in brackets."""
    for table in tables:
        for at in range(len(table.rows)):
            if heads := table.heads_at(at):
                yield from heads.words
                break
