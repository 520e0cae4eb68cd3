"""The display of an import in the terminal: a table of its rows, and the open questions."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.cli.edition_preview import print_changes, shortened, taken_rows
from app.cli.terminal import console, printable
from app.registers.imports.reading_schemas import CellReadingPublic
from app.registers.imports.schemas import ImportPreview, ImportQuestion, QuestionKind

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

HEADINGS = {
    QuestionKind.UNKNOWN_UNIT: "units that the directory does not have",
    QuestionKind.UNREAD_UNITS: "text in cells of units that was not read",
    QuestionKind.NO_UNIT: "rows with nobody named",
    QuestionKind.UNREAD_DAY: "last days that were not understood",
    QuestionKind.DAYS_DISAGREE: "rows whose column of last days and requirement disagree",
    QuestionKind.LEFT_OUT_TABLE: "tables that were left out",
    QuestionKind.LEFT_OUT_COLUMN: "columns that were left out",
    QuestionKind.LEFT_OUT_TEXT: "texts in the table that stand in no row",
    QuestionKind.OPEN_COLLECTIVE: "rows with an open collective, under which units are to be named",
    QuestionKind.UNFINISHED_LIST: "rows whose list of units ends in 等",
    QuestionKind.NO_TIME: "rows that name no time",
    QuestionKind.UNREAD: "lines outside the table that were not read",
}
_BY_ROW = (  # the table shows the text
    QuestionKind.OPEN_COLLECTIVE,
    QuestionKind.NO_UNIT,
    QuestionKind.UNFINISHED_LIST,
    QuestionKind.NO_TIME,
)


def print_preview(shown: ImportPreview) -> None:
    console().print(f"{printable(shown.title or '')}, {shown.year}", markup=False)
    console().print(_table(shown), soft_wrap=False)
    for kind, heading in HEADINGS.items():
        found = [question for question in shown.questions if question.kind is kind]
        if kind in _BY_ROW and found:
            rows = sorted(row for one in found for row in one.rows)
            console().print(f"{heading}: {len(rows)} ({numbers(rows)})")
        else:
            _print_list(heading, [_question(one) for one in found])
    _print_proposals(shown)
    for option in shown.options:
        does = "applied" if option.taken else "not applied unless --first-is-lead is given or it is answered so"
        console().print(f"for all rows the register says '{printable(option.text)}': {does}", markup=False)
    _print_list("please look at", shown.notes)
    print_changes(shown)
    for question in undecided(shown):
        print_undecided(question)


def undecided(shown: ImportPreview) -> list[ImportQuestion]:
    """The rows that may be one of several tasks each."""
    return [question for question in shown.questions if question.kind is QuestionKind.WHICH_TASK]


def takeable_rows(shown: ImportPreview) -> list[int]:
    """Rows whose proposals can be taken as they are."""
    return [row for question in shown.questions if question.can_be_taken for row in question.rows]


def print_undecided(question: ImportQuestion) -> None:
    """A row, and the tasks that it may be, numbered as they are answered."""
    console().print(f"{numbers(question.rows)} may be one of several tasks: {shortened(question.text)}", markup=False)
    for number, one in enumerate(question.candidates, start=1):
        like = f"{one.similarity}% alike"
        console().print(f"  {number}  task {one.number}, {like}: {shortened(one.requirement)}", markup=False)


def numbers(rows: Sequence[int]) -> str:
    """Numbers of rows as people say them: `row 3`, `rows 1, 4`."""
    return f"row{'s' * (len(rows) > 1)} {', '.join(map(str, rows))}"


def _print_proposals(shown: ImportPreview) -> None:
    rows = [row for one in shown.questions if one.kind is QuestionKind.PROPOSAL for row in one.rows]
    if not rows:
        return
    can, taken = takeable_rows(shown), taken_rows(shown)
    line = f"rows that propose times or targets: {len(rows)} ({numbers(rows)})"
    if taken:
        line += f"; taken: {numbers(taken)}"
    elif can:
        line += f"; --take-proposals sets those of {numbers(can)}, --leave-proposals none"
    if by_hand := [row for row in rows if row not in can]:
        line += f"; by hand: {numbers(by_hand)}"
    console().print(line)


def _print_list(heading: str, lines: Sequence[str]) -> None:
    if lines:
        console().print(f"{heading}: {len(lines)}")
    for line in lines:
        console().print(f"  {printable(line)}", markup=False)


def _question(question: ImportQuestion) -> str:
    line = question.text
    if question.rows:
        line += f"  ({numbers(question.rows)})"
    if question.is_left:
        line += "  left as it is"
    if question.nearest:
        line += f"  most like it: {', '.join(unit.name for unit in question.nearest)}"
    return line


def _table(shown: ImportPreview) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(caption="? is not in the directory" if _has_unknown(shown) else None, caption_justify="left")
    for head in ("row", "section", "requirement", "units as read"):
        table.add_column(head, justify="right" if head == "row" else "left", overflow="fold")
    for section in shown.sections:
        title = printable(section.title)
        for row in section.rows:
            table.add_row(str(row.number), Text(title), Text(shortened(row.requirement)), _units(row.reading))
            title = ""  # it stands for the rows below it too
        table.add_section()
    return table


def _has_unknown(shown: ImportPreview) -> bool:
    return any(question.kind is QuestionKind.UNKNOWN_UNIT for question in shown.questions)


def _units(reading: CellReadingPublic) -> "Text":
    """A line for each role; what is unknown red, and with a mark for those who see no colours."""
    from rich.text import Text

    roles = dict.fromkeys(unit.role for unit in reading.units)
    return Text("\n").join(Text("、").join(_of_role(reading, role)) for role in roles)


def _of_role(reading: CellReadingPublic, role: str) -> "Iterator[Text]":
    from rich.text import Text

    label: str = f"{role}: "
    for unit in reading.units:
        if unit.role != role:
            continue
        name, known = printable(unit.name), unit.unit_id is not None
        yield Text.assemble((label, "dim"), name if known else (f"{name}?", "bold red"), " (open)" * unit.open)
        label = ""
