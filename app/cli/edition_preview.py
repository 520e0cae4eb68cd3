"""The display of an edition's changes in the terminal: a table of old and new."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.cli.terminal import console, printable
from app.registers.imports.edition_schemas import (
    ChangeKind,
    NumberChange,
    PartChange,
    SectionDifference,
    TaskDifference,
    TextChange,
)
from app.registers.imports.schemas import ImportPreview, QuestionKind

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_LONGEST, _BEFORE = 40, 8  # characters shown of a text, and how many of them before what differs
_COLOURS = {ChangeKind.ADDED: "green", ChangeKind.CHANGED: "yellow", ChangeKind.WITHDRAWN: "red"}


def print_changes(shown: ImportPreview) -> None:
    """Nothing for a first import."""
    if shown.edition_of is None:
        return
    console().print(f"a newer edition of {summary(shown)}; {shown.unchanged} tasks stay as they are")
    if shown.former_title is not None and shown.title is not None:
        former, printed = printable(shown.former_title), printable(shown.title)
        said = f"{former} → {printed}" if takes_title(shown) else f"{former} stays; --take-title makes it {printed}"
        console().print(f"title: {said}", markup=False)
    if shown.changes or shown.section_changes:
        console().print(_table(shown), soft_wrap=False)


def changes_checklist(shown: ImportPreview) -> bool:
    """Whether the commit would change a checklist that is there already; also by a proposal that is taken."""
    is_other = shown.changes or shown.section_changes or takes_title(shown)
    return shown.edition_of is not None and bool(is_other or taken_rows(shown))


def asks_title(shown: ImportPreview) -> bool:
    """Whether an edition prints another title than its checklist has."""
    return any(question.kind is QuestionKind.EDITION_TITLE for question in shown.questions)


def takes_title(shown: ImportPreview) -> bool:
    """Whether the checklist takes that title."""
    return any(question.kind is QuestionKind.EDITION_TITLE and question.is_taken for question in shown.questions)


def taken_rows(shown: ImportPreview) -> list[int]:
    """Rows whose proposals would be applied."""
    return [row for question in shown.questions if question.is_taken for row in question.rows]


def summary(shown: ImportPreview) -> str:
    """`checklist 1: 1 added, 5 changed, 1 withdrawn, sections: 1 added or changed`."""
    kinds = Counter(one.kind for one in shown.changes)
    said = [f"{kinds[kind]} {kind}" for kind in ChangeKind]
    if shown.section_changes:
        said.append(f"sections: {len(shown.section_changes)} added or changed")
    if takes_title(shown):
        said.append("another title")
    if rows := taken_rows(shown):
        said.append(f"{len(rows)} proposals taken")
    return f"checklist {shown.edition_of}: {', '.join(said)}"


def shortened(text: str) -> str:
    """A text of a file on one line, cut off where it is long."""
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _table(shown: ImportPreview) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for head in ("change", "row", "what"):
        table.add_column(head, justify="right" if head == "row" else "left", overflow="fold")
    for section in shown.section_changes:
        table.add_row(Text(f"section {section.kind}", _COLOURS[section.kind]), "", _lines(_of_section(section)))
    for one in shown.changes:
        row = "" if one.row is None else str(one.row)
        table.add_row(Text(_verb(one), _COLOURS[one.kind]), row, _lines(_of_task(one)))
    return table


def _lines(lines: Iterable[str]) -> "Text":
    from rich.text import Text

    return Text("\n".join(lines))


def _verb(one: TaskDifference) -> str:
    """The kind; what a change is, in its words."""
    if one.kind is not ChangeKind.CHANGED:
        return one.kind
    is_reworded = one.requirement or one.units_text or one.due_text or one.summary or one.units
    words = {"changed": is_reworded, "moved": one.section, "renumbered": one.number}
    return ", ".join(word for word, is_so in words.items() if is_so)


def _of_section(one: SectionDifference) -> Iterator[str]:
    if one.title is not None:
        yield _change("title", one.title)
    if one.position is not None:
        yield _number("place", one.position)


def _of_task(one: TaskDifference) -> Iterator[str]:
    if one.number is not None and one.number.old is not None:
        yield _number("number", one.number)
    named = {
        "section": one.section,
        "requirement": one.requirement,
        "units": one.units_text,
        "time": one.due_text,
        "summary": one.summary,
    }
    for name, change in named.items():
        if change is not None and (change.old or change.new):
            yield _change(name, change)
    for part in one.units if one.kind is ChangeKind.CHANGED else []:
        yield _part(part)
    if one.formerly is not None:
        yield f"in the words of task {one.formerly}, which stays withdrawn"


def _part(part: PartChange) -> str:
    name = printable(part.name) + "?" * (part.unit_id is None)
    if part.old is None:
        return f"+ {name} ({part.new})"
    return f"- {name}" if part.new is None else f"{name}: {part.old} → {part.new}"


def _number(name: str, change: NumberChange) -> str:
    return f"{name}: {change.new}" if change.old is None else f"{name}: {change.old} → {change.new}"


def _change(name: str, change: TextChange) -> str:
    """Both texts from a little before where they begin to differ."""
    if not change.old or not change.new:
        return f"{name}: {shortened(change.new or change.old or '')}"
    pairs = enumerate(zip(change.old, change.new, strict=False))
    same = next((place for place, (old, new) in pairs if old != new), min(len(change.old), len(change.new)))
    start = max(0, same - _BEFORE)
    before, after = ("…" * (start > 0) + shortened(text[start:]) for text in (change.old, change.new))
    return f"{name}: {before} → {after}"
