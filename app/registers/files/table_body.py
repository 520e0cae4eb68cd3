"""The reader of a register's table rows: sections, tasks, and the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.languages.messages import Message, say
from app.registers.files.failed_cells import FailedCells, is_failed
from app.registers.files.left_out import LeftOutCells
from app.registers.files.page_head import is_site, may_be_title, names_register
from app.registers.files.reading import SectionReading, UnreadablePage
from app.registers.files.row_numbers import RowNumbers
from app.registers.files.row_words import is_as_above, is_sum
from app.registers.files.table_heads import Column, Columns, section_number
from app.registers.files.table_rows import Table, TableCell, TableRow, lines_above
from app.registers.files.task_lines import TaskLines

_LONGEST_TITLE = 60
_ROW_COLUMNS: tuple[Column, ...] = ("section", "requirement", "units", "completion", "time")
_HANZI_NUMBER = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")
_ROW_NUMBER = re.compile(r"[\d一二三四五六七八九十百①-⑳()（）、.．\-—]{1,12}")
_REMARK = re.compile(
    r"(?:备?注|说明|附注?|填表|填报|制表|联系|审核|审批|签发|校对|负责人|单位负责人|分管领导|日期|时间|电话|合计|总计)[^、]{0,8}[:：]|[*＊※]"
)
_ASIDE = re.compile(r"[(（【\[〔][^()（）]*[)）】\]〕]")
_CAPTION_HAS_NOT = re.compile(r"[\d:：]")
_CONTINUED = re.compile(r"\s*[(（]续[)）]\Z")
_PAGE_FURNITURE = re.compile(
    r"[(（]?(?:续上?表|接上[页表]|续)[)）]?|(?:第\s*\d+\s*页|共\s*\d+\s*页|[,，/\s])+|[-—]\s*\d+\s*[-—]"
)


@dataclass(slots=True)
class _Section:
    """`judged`: the note on a title that was taken for one without a number; it stands only if rows follow."""

    title: str
    tasks: list[TaskLines] = field(default_factory=list)
    judged: Message | None = None


@dataclass(slots=True)
class TableBody:
    """Sections and rows, over all tables of the register. Lines that stood between them come in by `between`."""

    is_own: bool = False  # a file that Duban exported: nothing in it is judged by its words
    left_out: LeftOutCells = field(default_factory=LeftOutCells)
    surroundings: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    failed: FailedCells = field(default_factory=FailedCells)  # in columns that are read
    numbers: RowNumbers = field(default_factory=RowNumbers)
    above: list[str] = field(default_factory=list)  # lines in the tables, before their heads
    printed: set[str] = field(default_factory=set)  # titles above the table, which later pages print again
    _sections: list[_Section] = field(default_factory=list)
    _caption: str | None = None
    _caption_used: bool = False
    _columns: Columns = field(default_factory=dict)
    _heads: Sequence[str] = ()
    _keeps_merging: bool = True
    _is_under_title: bool = False  # a row of the table is the register's title, as exports have it without sections
    _joined: dict[tuple[TableCell, ...], TableCell] = field(default_factory=dict)
    _before: tuple[TableCell | None, ...] = ()  # the row above's cells, in the order of _ROW_COLUMNS
    _above: tuple[TableCell | None, ...] = ()  # the row above's cells, by column
    _seen: set[TableCell] = field(default_factory=set)

    def add_table(self, table: Table, caption: str | None = None) -> bool:
        """Read a table. `caption`: what may be the title of its section, where the table itself names none.

        Returns whether the caption was the title.
        """
        rows = table.rows
        above = lines_above(table)
        for text in table.covered:
            self.left_out.add_text(text)
        self.printed |= {line for line in above if may_be_title(line)}
        inside = above[-1] if above and self.is_caption(above[-1]) else None
        self._caption = inside or caption or table.name or None
        self._caption_used = False
        self._keeps_merging = table.keeps_merging
        self._before = self._above = ()
        started = False
        skip = 0
        for at, row in enumerate(rows):
            if skip:
                skip -= 1
            elif not (self.is_own and started) and (heads := table.heads_at(at)):
                self._columns, self._heads, self._before, self._above = heads.columns, heads.words, (), ()
                skip, started = heads.height - 1, True
                self.notes += [_guessed(head, column) for head, column in heads.guessed]
            elif started and row.distinct:
                self._row(row)
        self.above += above[:-1] if inside and self._caption_used else above
        return inside is None and caption is not None and self._caption_used

    def sections(self, register_title: str) -> tuple[SectionReading, ...]:
        """All that was read. Rows of a table without any section stand under the register's title."""
        if self._sections and not (last := self._sections[-1]).tasks and section_number(last.title) is None:
            self._sections.pop()  # a short remark below the table, and no title
            self.left_out.add_text(last.title)
        self.notes += [section.judged for section in self._sections if section.judged]
        if any(not section.title for section in self._sections):
            self.notes.append(say("the table names no sections; its rows stand under the register's title"))
        return tuple(
            SectionReading(section.title or register_title, tuple(task.read() for task in section.tasks))
            for section in self._sections
        )

    @property
    def is_empty(self) -> bool:
        return not self._sections

    def is_caption(self, line: str) -> bool:
        """Whether a line right above heads may be the title of a section: the register has its own, or this is none."""
        return may_be_caption(line) and (bool(self.printed) or not names_register(line))

    def _row(self, row: TableRow) -> None:
        if self.is_own:
            self.failed.add(row, self._read_places, self._heads)
            self._own_row(row)
            return
        if all(_REMARK.match(cell.text) for cell in row.distinct):
            for cell in row.distinct:
                self.left_out.add_text(cell.text)
            return
        if is_sum(row):
            text = " ".join(cell.text for cell in row.distinct)
            self.notes.append(say("line {line}: a row of sums was left out: '{text}'", line=row.line, text=text))
            return
        title = self._title_cell(row)
        self.failed.add(row, self._read_places if title is None else range(len(row.cells)), self._heads)
        if title is not None:
            self._merged_row(title, row)
            return
        self._task_row(self._with_cells_above(row))

    @property
    def _read_places(self) -> list[int]:
        return [at for column in _ROW_COLUMNS for at in self._columns.get(column, ())]

    def _own_row(self, row: TableRow) -> None:
        """A row of one cell in the first column is a section's title, any other a task, whatever it says."""
        if row.distinct == list(row.at([0])):
            self._sections.append(_Section(row.distinct[0].text))
        else:
            self._before = ()
            self._task_row(row)

    def _task_row(self, row: TableRow) -> None:
        section, requirement, units, completion, time = cells = tuple(self._cell(row, one) for one in _ROW_COLUMNS)
        if section is not None and section.text and section is not requirement and section not in self._before[:1]:
            self._open_section(section.text)
        for number in row.at(self._columns.get("number", ())):
            self.numbers.add(number.text)
        is_task = True
        if requirement is not None and requirement.text:
            self._require_section(requirement, row)
            self._task(requirement, units, completion, time)
        elif self._continues(row):
            self._add(self._sections[-1].tasks[-1], (None, None, None), (units, completion, time))
        else:
            for left in dict.fromkeys(filter(None, (units, completion, time))):
                self.left_out.add_text(left.text)
            is_task = False
        self._extra(row, is_task=is_task)
        self._before = cells

    def _with_cells_above(self, row: TableRow) -> TableRow:
        """The row with the cells above in place of 同上 and 〃, and a note that says so."""
        cells = list(row.cells)
        for at, above in enumerate(self._above[: len(cells)]):
            cell = cells[at]
            if cell is not None and above is not None and is_as_above(cell.text):
                cells[at] = above
                read = say("'{text}' is read as the cell above: '{above}'", text=cell.text, above=above.text)
                self.notes.append(say("line {line}: {detail}", line=row.line, detail=read))
        self._above = tuple(cells)
        return TableRow(self._above, row.line)

    def _title_cell(self, row: TableRow) -> TableCell | None:
        """The cell that is all of a row, or all but its number: a section's title, or a remark."""
        cells = row.distinct
        covers = sum(cell is cells[0] for cell in row.cells)
        if len(cells) == 1:
            first = next(at for at, cell in enumerate(row.cells) if cell is cells[0])
            alone = covers > 1 or len(row.cells) < len(self._columns) or section_number(cells[0].text) is not None
            fronts = (*self._columns.get("number", ()), *self._columns.get("section", ()))
            at_front = first == 0 and first in fronts and not _ROW_NUMBER.fullmatch(cells[0].text)
            return cells[0] if alone or at_front else None
        number = next(iter(row.at(self._columns.get("number", ()))), None)
        if len(cells) != 2 or number is not cells[0] or not _HANZI_NUMBER.fullmatch(number.text):
            return None
        sign = "" if number.text[-1] in ")）、.．" else "、"
        return TableCell(f"{number.text}{sign}{cells[1].text}")

    def _merged_row(self, cell: TableCell, row: TableRow) -> None:
        """A row of one cell is a section's title, or a remark, or printed again at a page's end."""
        if cell in self._seen or cell in self._before:
            return
        self._seen.add(cell)
        if section_number(cell.text) is not None:
            self._open_section(cell.text)
        elif _PAGE_FURNITURE.fullmatch(cell.text) or _CONTINUED.sub("", cell.text) in self.printed:
            self.surroundings.append(cell.text)
            self._is_under_title |= cell.text in self.printed
        elif is_title(cell.text):
            judged = say("read as a section title, though it has no number: '{title}'", title=cell.text)
            self._open_section(cell.text, say("line {line}: {detail}", line=row.line, detail=judged))
        else:
            self.left_out.add_text(cell.text)

    def _open_section(self, title: str, judged: Message | None = None) -> None:
        title = " ".join(title.split("\n"))
        if not self._sections or self._sections[-1].title != title:
            self._sections.append(_Section(title, judged=judged))
        self._caption = None

    def _require_section(self, requirement: TableCell, row: TableRow) -> None:
        if self._caption is not None and "section" not in self._columns:
            judged = say("read as a section title, though it has no number: '{title}'", title=self._caption)
            self._open_section(self._caption, judged if section_number(self._caption) is None else None)
            self._caption_used = True
        elif not self._sections and ("section" not in self._columns or self._is_under_title):
            self._open_section("")
        elif not self._sections:
            raise UnreadablePage(
                expected=say("a section title before the first row"),
                found=say("'{text}'", text=requirement.text[:20]),
                line=row.line,
            )

    def _continues(self, row: TableRow) -> bool:
        """Whether a row without requirement belongs to the task above: where merging is lost, its cell is empty."""
        numbered = row.at(self._columns.get("number", ()))
        is_open = bool(self._before and self._sections and self._sections[-1].tasks)
        return is_open and not numbered and not self._keeps_merging

    def _task(self, requirement: TableCell, *others: TableCell | None) -> None:
        before: Sequence[TableCell | None] = self._before[1:] or (None,) * 4
        tasks = self._sections[-1].tasks
        if requirement is not before[0] or not tasks:
            tasks.append(TaskLines(requirement.text))
            before = (None,) * 4
        self._add(tasks[-1], before[1:], others)

    def _add(self, task: TaskLines, before: Sequence[TableCell | None], cells: Sequence[TableCell | None]) -> None:
        for lines, above, cell in zip((task.units, task.completion, task.time), before, cells, strict=True):
            if cell is not None and cell.text and cell is not above:
                lines.append(cell.text)

    def _cell(self, row: TableRow, column: Column) -> TableCell | None:
        """What a row says in a column, one cell even where the column is two."""
        places = self._columns.get(column, ())
        cells = row.at(places)
        if len(places) < 2 or not cells:
            return cells[0] if cells else None
        if cells not in self._joined:
            heads = ["".join(self._heads[at].split()) for at in places]
            labelled = len(set(heads)) > 1 and (len(cells) > 1 or len(self._covered(row, places)) == 1)
            texts = [
                f"{head}:{cell.text}" if labelled else cell.text
                for head, at in zip(heads, places, strict=True)
                for cell in row.at([at])
            ]
            self._joined[cells] = TableCell("\n".join(dict.fromkeys(texts)))
        return self._joined[cells]

    def _covered(self, row: TableRow, places: Sequence[int]) -> list[int]:
        """The places that have text: a cell merged over 牵头单位 and 配合单位 says nothing of who leads."""
        return [at for at in places if row.at([at])]

    def _extra(self, row: TableRow, *, is_task: bool) -> None:
        """Notes the text of columns that are not part of a register, and beside which task; in our own files they are
        computed."""
        number = sum(len(section.tasks) for section in self._sections) if is_task else 0
        read = {
            cell
            for column, places in self._columns.items()
            for cell in row.at(places)
            if column != "number" or _ROW_NUMBER.fullmatch(cell.text)
        }
        for at in range(len(row.cells)):
            head = next(islice(self._heads, at, None), "")
            for cell in row.at([at]):
                if cell not in read and cell not in self._seen:
                    if self.is_own:
                        self._seen.add(cell)
                        self.surroundings.append(f"{head}: {cell.text}")
                    else:
                        self.left_out.add_cell(head, cell, number)


def _guessed(head: str, column: Column) -> Message:
    if column == "units":
        return say("the column '{head}' was read as responsible units", head=head)
    if column == "time":
        return say("the column '{head}' was read as last days", head=head)
    return say("the column '{head}' was read as what is to be done", head=head)


def may_be_caption(line: str) -> bool:
    """Whether a line right above a table's heads may be the title of its section."""
    if is_failed(line):
        return False
    if section_number(line) is not None:
        return True
    return is_title(line) and not _CAPTION_HAS_NOT.search(line) and not may_be_title(line) and not is_site(line)


def is_title(text: str) -> bool:
    """Whether a line without a number can be the title of a section: it is short, no sentence and no remark."""
    short = len(text) <= _LONGEST_TITLE and not any(char in text for char in "。;；\n")
    return short and not _REMARK.match(text) and not _ASIDE.fullmatch(text)
