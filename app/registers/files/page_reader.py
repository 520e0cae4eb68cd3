"""The reader of a register in a web page's text: cells one after another, with a blank line between two."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from app.languages.messages import Message, listed, say
from app.registers.cells.document_rules import note_of, rules_in
from app.registers.files.limits import MOST_LINES
from app.registers.files.page_head import read_head
from app.registers.files.page_rows import Cell, UnitsSense, group_rows
from app.registers.files.paragraph_reader import read_paragraphs
from app.registers.files.reading import NoTable, RegisterReading, SectionReading, UnreadablePage, beyond
from app.registers.files.table_heads import COLUMNS, column_of, columns_of, section_number

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_WHITE = " \t\xa0\u3000\v\f" + _INVISIBLE
_PAGE_END = re.compile(
    r"(?:文件下载|附件下载|政策咨询|相关(?:文件|链接|文档|解读|附件)|返回顶部|返回|我要纠错|联系我们|网站地图|分享到?)[:：]?\Z"
    r"|附件[:：]?\Z|扫一扫|打印|【?关闭|【?字体|上一[篇条]|下一[篇条]|版权所有|主办单位[:：]|主办[:：]|承办单位[:：]|责任编辑|.*ICP备"
    r"|(?:如果?|对).{0,20}疑问|如有疑问"
)


def read_page(text: str, name: str = "") -> RegisterReading:
    """Read a register page's text.

    The four column heads show how the page sets its cells apart: the lines from one head to the next are one step.
    Lines nearer than a step are one cell; each further step without text is an empty cell or paragraph.
    Tabs divide a line into cells. Raises `UnreadablePage`.
    """
    too_much = say("at most {most} lines or cells", most=MOST_LINES)
    if sum(1 for _ in islice(re.finditer(r"\r\n|\n|\r", text), MOST_LINES + 1)) >= MOST_LINES:
        raise beyond(too_much)
    cells = (
        Cell(part.strip(_WHITE), number)
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)
        for part in _parts(line)
    )
    parts = list(islice(cells, MOST_LINES + 1))
    if len(parts) > MOST_LINES:
        raise beyond(too_much)
    first = _find_heads(parts)
    heads = parts[first : first + len(COLUMNS)]
    head = read_head([part.text for part in parts[:first] if part.text], name)
    step = max(1, min(after.line - before.line for before, after in pairwise(heads)))
    body = _Body()
    body.read(list(_cells(parts[first + len(COLUMNS) :], heads[-1].line, step)))
    surroundings, unread = (*head.surroundings, *body.page_end), (*head.unread, *body.unread)
    rules = rules_in([*surroundings, *unread])
    return RegisterReading(
        title=head.title,
        year=head.year,
        published_on=head.published_on,
        sections=tuple(body.sections),
        surroundings=surroundings,
        unread=unread,
        notes=(*head.notes, *body.notes, *map(note_of, rules)),
        rules=rules,
    )


def _parts(line: str) -> list[str]:
    stripped = line.strip(_WHITE)
    if "\t" not in stripped:
        return [stripped] if stripped else []
    # A tab at the end of a line of cells is an empty last cell; tabs in front only indent.
    return line.lstrip(_WHITE).rstrip(" \xa0\u3000").split("\t")


def read_text(text: str, name: str = "") -> RegisterReading:
    """Read a page's text: its table, or its paragraphs where it has none. Raises `UnreadablePage`."""
    try:
        return read_page(text, name)
    except NoTable:
        lines = (line.strip(_WHITE) for line in text.splitlines())
        reading = read_paragraphs([line for line in lines if line], name, on_site=True)
        if reading is None:
            raise
        return reading


def _find_heads(parts: Sequence[Cell]) -> int:
    names = [column_of(part.text) for part in parts]
    in_order = {column: (place,) for place, column in enumerate(COLUMNS)}
    for at in range(len(parts)):
        ends_as_heads = tuple(names[at + 2 : at + len(COLUMNS)]) == COLUMNS[2:]
        if ends_as_heads and columns_of([part.text for part in parts[at : at + len(COLUMNS)]]) == in_order:
            return at
    seen = [part for part, name in zip(parts, names, strict=True) if name]
    raise NoTable(
        expected=say("the column heads 工作内容, 工作要求, 责任单位, 完成情况, one after another"),
        found=say("only {heads}", heads=listed(part.text for part in seen[:8])) if seen else say("none of them"),
        line=seen[0].line if seen else None,
    )


def _cells(parts: Sequence[Cell], line: int, step: int) -> Iterator[Cell]:
    """The parts as cells: near lines joined, blanks where steps are left out."""
    near: list[str] = []
    begins = ends = line
    for part in parts:
        distance = part.line - ends
        if not near or not 0 < distance < step:
            if near:
                yield Cell("\n".join(near), begins)
            yield from (Cell("", ends + step * blank) for blank in range(1, distance // step))
            near, begins = [], part.line
        near.append(part.text)
        ends = part.line
    if near:
        yield Cell("\n".join(near), begins)


@dataclass(slots=True)
class _Body:
    """The table below its heads, section after section."""

    sections: list[SectionReading] = field(default_factory=list)
    page_end: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    _sense: UnitsSense = field(default_factory=UnitsSense)

    def read(self, cells: list[Cell]) -> None:
        starts = self._section_starts(cells)
        before = next((cell for cell in cells[: starts[0] if starts else None] if cell.text), None)
        if before is not None or not starts:
            raise UnreadablePage(
                expected=say("a numbered section title, such as 一、…, below the column heads"),
                found=say("'{text}'", text=before.text[:20]) if before else say("nothing"),
                line=before.line if before else None,
            )
        for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
            self._section(cells[start], cells[start + 1 : end], is_last=end == len(cells))

    def _section_starts(self, cells: Sequence[Cell]) -> list[int]:
        starts: list[int] = []
        last = 0
        for at, cell in enumerate(cells):
            number = section_number(cell.text)
            # 一、… inside a later section is a cell's own numbering.
            if number is not None and last < number <= last + 3:
                if number != last + 1:
                    self._note(
                        cell, say("section '{section}' does not follow number {last}", section=cell.text, last=last)
                    )
                starts.append(at)
                last = number
        return starts

    def _section(self, title: Cell, cells: list[Cell], *, is_last: bool) -> None:
        if is_last:
            end = next((i for i, cell in enumerate(cells) if _PAGE_END.match(cell.text.split("\n")[0])), len(cells))
            self.page_end += [cell.text for cell in cells[end:] if cell.text]
            cells = cells[:end]
        rows = group_rows(cells, title.text, self._sense, may_leave=is_last)
        if not rows.tasks:
            self._note(title, say("section '{section}' has no rows", section=title.text))
        self.sections.append(SectionReading(title.text, rows.tasks))
        self.unread += [cell.text for cell in rows.left]
        self.notes += rows.notes

    def _note(self, cell: Cell, detail: Message) -> None:
        self.notes.append(say("line {line}: {detail}", line=cell.line, detail=detail))
