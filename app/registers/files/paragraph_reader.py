"""The reader of a 分工方案 without a table: numbered paragraphs under headings, each with its units in a bracket at its
end （县商务局牵头，县财政局配合，4月底前完成） or in lines of their own (牵头单位：… 完成时限：…)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.languages.messages import Message, say
from app.registers.cells.document_rules import note_of, rules_in
from app.registers.cells.lexer import pieces_of
from app.registers.cells.pieces import PieceKind
from app.registers.cells.structure import pair_brackets, speaks_of_parts
from app.registers.cells.words import LABEL, SPACES
from app.registers.files.limits import LONGEST_UNITS, MOST_LINES, MOST_ROWS
from app.registers.files.page_head import is_site, names_register, read_head
from app.registers.files.reading import RegisterReading, SectionReading, beyond
from app.registers.files.table_heads import section_number
from app.registers.files.task_lines import TaskLines
from app.units.directory import Directory

_NOBODY = Directory({})
_LONGEST_BRACKET = 1000
_NUMBER = re.compile(r"\s*(?:\d{1,3}[.．、](?!\d)|[(（]\d{1,3}[)）]|[①-⑳⑴-⒇⒈-⒛])\s*")
_INNER_HEADING = re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]")
_INLINE = re.compile(r"(?:总?牵头|主要责任|责任|配合|主办|协办|承办)(?:责任)?(?:单位|部门)[:：]")
_COMPLETION = re.compile(r"(?:完成|进展|落实)情况[:：]")
_EDGES = " \t\u3000\xa0。；;，,、"
_MEASURE_ENDS = frozenset("。；;！!\n")


@dataclass(slots=True)
class _Section:
    title: str
    tasks: list[TaskLines] = field(default_factory=list)


def read_paragraphs(
    lines: Sequence[str], name: str = "", notes: Sequence[Message] = (), *, on_site: bool = False
) -> RegisterReading | None:
    """Read paragraphs as tasks, or None where none of them names units. `on_site`: around them stands a site.

    Raises `UnreadablePage`: no title with its year, or beyond what is read.
    """
    if len(lines) > MOST_LINES:
        raise beyond(say("at most {most} lines or cells", most=MOST_LINES))
    body = _Body()
    first = _first(lines, body)
    if first is None:
        return None
    for line in lines[first:]:
        body.read_line(line)
    body.end()
    sections = [section for section in body.sections if section.tasks]
    if not sections:
        return None
    if sum(len(section.tasks) for section in sections) > MOST_ROWS:
        raise beyond(say("at most {most} rows in the register's table", most=MOST_ROWS))
    above = list(lines[:first])
    head = read_head(above, name)
    around = [line for line in body.unread if on_site and is_site(line)]
    unread = [line for line in (*head.unread, *body.unread) if line not in around]
    rules = rules_in(unread)
    return RegisterReading(
        title=head.title,
        year=head.year,
        published_on=head.published_on,
        sections=tuple(
            SectionReading(section.title or head.title, tuple(task.read() for task in section.tasks))
            for section in sections
        ),
        surroundings=(*head.surroundings, *around, *(one.title for one in body.sections if not one.tasks)),
        unread=tuple(unread),
        notes=(*notes, *head.notes, say("the file has no table; its paragraphs were read"), *map(note_of, rules)),
        rules=rules,
    )


def _first(lines: Sequence[str], body: "_Body") -> int | None:
    """Where the headings and measures begin. A label in a line of its own has what is to be done in the lines above."""
    first = next((at for at, line in enumerate(lines) if _is_heading(line) or body.names_units(line)), None)
    if first is None or not LABEL.match(lines[first]):
        return first
    numbered = next((at for at, line in enumerate(lines[:first]) if _NUMBER.match(line)), None)
    if numbered is not None:
        return numbered
    return first - 1 if first > 1 and not names_register(lines[first - 1]) else first


def _is_heading(line: str) -> bool:
    return section_number(line.rstrip("。")) is not None


@dataclass(slots=True)
class _Sense:
    """Finds brackets that name units. Each text is looked at once, and no more of them than is read of a page."""

    _answers: dict[str, bool] = field(default_factory=dict)
    _characters: int = 0

    def brackets(self, line: str) -> list[tuple[int, int]]:
        """Where brackets open and close that end a measure and name its units."""
        found: list[tuple[int, int]] = []
        end = -1
        last = len(line.rstrip()) - 1
        for opens, closes in sorted(pair_brackets(line).items()):
            if opens < end:
                continue
            end = closes
            after = line[closes + 1 : closes + 2]
            before = line[max(opens - 1, 0)]
            ends = closes >= last or {before, after} & _MEASURE_ENDS or _NUMBER.match(line, closes + 1)
            if opens and ends and self.are_units(line[opens + 1 : closes]):
                found.append((opens, closes))
        return found

    def are_units(self, text: str) -> bool:
        """Whether a bracket is mostly units and words of their parts."""
        if not 2 <= len(text) <= _LONGEST_BRACKET:
            return False
        if text not in self._answers:
            self._characters += len(text)
            if self._characters > LONGEST_UNITS:
                raise beyond(say("cells that name units on at most {most} characters of the page", most=LONGEST_UNITS))
            pieces = list(pieces_of(text, _NOBODY))
            units, unread = (
                sum(len(piece.text) for piece in pieces if piece.kind is kind)
                for kind in (PieceKind.UNIT, PieceKind.UNREAD)
            )
            most = 2 * units if speaks_of_parts(pieces) else units // 2
            self._answers[text] = units > 0 and unread <= most
        return self._answers[text]


@dataclass(slots=True)
class _Body:
    """Headings, measures and the lines that belong to them. `_waiting`: paragraphs that have named no units yet."""

    sections: list[_Section] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    _outer: str = ""
    _heading: str | None = None  # the last line, if it is a heading that may itself be what is to be done
    _waiting: list[str] = field(default_factory=list)
    _sense: _Sense = field(default_factory=_Sense)

    def names_units(self, line: str) -> bool:
        return bool(_INLINE.search(line) or self._sense.brackets(line))

    def read_line(self, line: str) -> None:
        if measures := list(self._measures(line)):
            for requirement, units in measures:
                self._add(requirement, units)
        elif label := LABEL.match(line):
            self._label(line, label)
        elif _COMPLETION.match(line) and self._last:
            self._last.completion.append(line.partition(":" if ":" in line else "：")[2].strip())
        elif _is_heading(line):
            self._open(line)
        else:
            self._waiting.append(line)

    def end(self) -> None:
        self.unread += self._waiting
        self._waiting = []

    @property
    def _last(self) -> TaskLines | None:
        """The task that the next line may belong to."""
        is_open = not self._waiting and self.sections and self.sections[-1].tasks
        return self.sections[-1].tasks[-1] if is_open else None

    def _open(self, title: str) -> None:
        self.end()
        if not _INNER_HEADING.match(title):
            self._outer = title
        self._heading = title
        self.sections.append(_Section(title.strip(_EDGES)))

    def _measures(self, line: str) -> Iterator[tuple[str, str]]:
        """The measures of a paragraph, each with its units."""
        start = 0
        for opens, closes in self._sense.brackets(line):
            yield line[start:opens], line[opens + 1 : closes]
            start = closes + 1
        rest = line[start:].strip(_EDGES)
        if start and rest:
            self._waiting.append(rest)
        if not start and (label := _INLINE.search(line)) and line[: label.start()].strip(_EDGES + "(（【["):
            yield line[: label.start()].rstrip("(（【[ "), line[label.start() :].strip("。 ）)】]")

    def _add(self, requirement: str, units: str) -> None:
        text = requirement.strip(" \t\u3000\xa0；;，,")
        numbered = [at for at, waiting in enumerate(self._waiting) if _NUMBER.match(waiting)]
        if not _NUMBER.match(text) and numbered:
            text = "\n".join([*self._waiting[numbered[-1] :], text])
            self._waiting = self._waiting[: numbered[-1]]
        self._begin(text).units.append(units)

    def _begin(self, text: str) -> TaskLines:
        self.end()
        if not self.sections:
            self.sections.append(_Section(""))
        task = TaskLines(_NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text)
        self.sections[-1].tasks.append(task)
        self._heading = None
        return task

    def _label(self, line: str, label: re.Match[str]) -> None:
        task = self._last
        if self._waiting or task is None:
            text = "\n".join(self._waiting)
            self._waiting = []
            if not text and self._heading is not None and self.sections:  # （一）… is itself what is to be done
                text = self._heading
                self.sections.pop()
                title = (self._outer if text != self._outer else "").strip(_EDGES)
                if not self.sections or self.sections[-1].title != title:
                    self.sections.append(_Section(title))
            if not text:
                self.unread.append(line)
                return
            task = self._begin(text)
        if label["label_time"]:
            task.time.append(line[label.end() :].strip(_EDGES))
        else:
            task.units.append(line.strip(SPACES + "。"))
