"""The questions of an import, asked at a terminal. Each function adds what is answered to `Answers`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import typer

from app.checklists.targets import TargetScope
from app.cli.edition_preview import asks_title, shortened, taken_rows, takes_title
from app.cli.import_answers import Answers, about, decide_proposals, open_questions, stop
from app.cli.import_preview import HEADINGS, numbers, print_undecided
from app.cli.terminal import console, errors, printable
from app.errors import StartsOnNeeded
from app.registers.imports.rules import undecided_proposals
from app.registers.imports.schemas import ImportAnswer, ImportPreview, ImportQuestion, NewUnit, QuestionKind
from app.registers.requirements.proposals import DayOf
from app.units.models import UnitKind


def ask_units(unknown: Sequence[ImportQuestion], known: Mapping[str, int], answers: Answers) -> None:
    """Ask what each name is. `known`: every spelling in the directory, and the id of its unit."""
    for question in unknown:
        unit_id = _ask_unit(question, known, "is not in the directory", {})
        if isinstance(unit_id, str):
            answers.unconfirmed.append(question.text)
        else:
            answers.names.append(ImportAnswer(name=question.text, alias_of=unit_id))


def ask_unread(previews: Sequence[ImportPreview], known: Mapping[str, int], answers: Answers) -> None:
    """Ask what each text is that was not read, and whether the rest is left."""
    said: set[str] = set()
    for shown, given in zip(previews, answers.by_register, strict=True):
        for question in open_questions([shown]):
            if question.kind is QuestionKind.DAYS_DISAGREE:
                given.extend(_ask_days(question, shown))
            elif question.kind is not QuestionKind.UNREAD_UNITS:
                _ask_left(question)
                given.append(ImportAnswer(kind=question.kind, text=question.text, leave=True))
            elif question.text not in said:
                said.add(question.text)
                answers.names.append(_ask_text(question, known))


def ask_titles(previews: Sequence[ImportPreview], answers: Answers) -> None:
    """Ask whether a checklist takes the title that its edition prints."""
    for shown, given in zip(previews, answers.by_register, strict=True):
        if asks_title(shown) and not takes_title(shown):
            printed, former = printable(shown.title or ""), printable(shown.former_title or "")
            if typer.confirm(f"Call checklist '{former}' '{printed}' from now on?", default=False):
                given.append(ImportAnswer(take_title=True))


def ask_proposals(previews: Sequence[ImportPreview], answers: Answers) -> None:
    """Ask once whether all that rows propose is taken."""
    rows = undecided_proposals([one for shown in previews for one in shown.questions])
    if not rows or answers.proposals is not None:
        return
    if typer.confirm(f"Set the times and targets that {numbers(rows)} propose?", default=False):
        decide_proposals(previews, answers)
    else:
        answers.proposals = "leave"


def ask_rules(previews: Sequence[ImportPreview], answers: Answers) -> None:
    """Offer each rule that a register states for all its rows."""
    for shown, given in zip(previews, answers.by_register, strict=True):
        for option in shown.options:
            if not option.taken and typer.confirm(f"Apply '{printable(option.text)}' to all rows?", default=False):
                given.append(ImportAnswer(rule=option.rule, taken=True))


def ask_targets(previews: Sequence[ImportPreview], answers: Answers) -> None:
    """Ask whose each target is that is taken and that several units owe."""
    for shown, given in zip(previews, answers.by_register, strict=True):
        taken = set(taken_rows(shown))
        for one in (one for one in shown.questions if one.kind is QuestionKind.TARGET_SCOPE and taken & {*one.rows}):
            asked = f"{numbers(one.rows)}: is the target of all its units together? {shortened(one.text)}"
            if typer.confirm(asked, default=False):
                given += [ImportAnswer(row=row, target_scope=TargetScope.TOGETHER) for row in one.rows]


def ask_row(question: ImportQuestion) -> ImportAnswer:
    """Ask which task a row is."""
    console().print()
    print_undecided(question)
    offered = {str(number): one.task_id for number, one in enumerate(question.candidates, start=1)}
    (row,) = question.rows
    while True:
        said = prompt("Which is it (its number above), n for a new task, s to stop")
        if said in ("n", "new"):
            return ImportAnswer(row=row, is_new=True)
        if said in offered:
            return ImportAnswer(row=row, is_task=offered[said])
        errors().print(f"{printable(said)}: none of the numbers above", markup=False)


def print_days(needed: StartsOnNeeded) -> dict[str, Any]:
    """Print the days from which a register may be owed. Returns what was offered, by its number."""
    console().print(f"\n{needed.detail}", markup=False)
    for one in needed.facts["tasks"]:
        console().print(f"  task {one['number']}: {one['overdue']}")
    offered = {str(number): one for number, one in enumerate(needed.facts["days"], start=1)}
    for number, one in offered.items():
        console().print(f"  {number}  {one['starts_on']}: {one['overdue']} overdue at once")
    return offered


def ask_day(needed: StartsOnNeeded) -> date:
    """Ask from which day a register is owed, the first one offered where nothing else is said."""
    offered = print_days(needed)
    while True:
        said = prompt("Owed from (its number above, or a day as 2023-12-31), s to stop", default="1")
        try:
            return date.fromisoformat(offered[said]["starts_on"] if said in offered else said)
        except ValueError:
            errors().print(f"{printable(said)}: neither one of the numbers nor a day", markup=False)


def _ask_left(question: ImportQuestion) -> None:
    """Ask to confirm that unread text stays unread. Ends the command if not."""
    console().print(f"\n{HEADINGS[question.kind]}: {about(question)}", markup=False)
    for text in question.texts:
        console().print(f"  {shortened(text)}", markup=False)
    if not typer.confirm("Leave it as it is?", default=False):
        stop("stopped; nothing was written")


def _ask_days(question: ImportQuestion, shown: ImportPreview) -> list[ImportAnswer]:
    """Ask which day counts if the column and the requirement disagree; or neither."""
    console().print(f"\n{HEADINGS[question.kind]}: {about(question)}", markup=False)
    for row in (one for section in shown.sections for one in section.rows if one.number in question.rows):
        console().print(f"  {numbers([row.number])}: {shortened(row.due_text)}", markup=False)
    letters = {"c": DayOf.COLUMN, "r": DayOf.REQUIREMENT}
    while True:
        said = prompt("Whose day counts: c the column's, r the requirement's, n neither, s to stop").lower()
        if said == "n":
            return [ImportAnswer(kind=QuestionKind.DAYS_DISAGREE, text=question.text, leave=True)]
        if said in letters:
            return [ImportAnswer(row=row, day_of=letters[said]) for row in question.rows]
        errors().print(f"{printable(said)}: neither c, r nor n", markup=False)


def _ask_text(question: ImportQuestion, known: Mapping[str, int]) -> ImportAnswer:
    """What a text of a cell of units is that was not read."""
    said = _ask_unit(question, known, "was not read", {"x": "x for no unit"})
    if said == "x":
        return ImportAnswer(name=question.text, not_a_unit=True)
    if isinstance(said, int):
        return ImportAnswer(name=question.text, alias_of=said)
    return ImportAnswer(name=question.text, new_unit=NewUnit(kind=UnitKind.DEPARTMENT))


def _ask_unit(question: ImportQuestion, known: Mapping[str, int], why: str, others: Mapping[str, str]) -> int | str:
    """The unit of which a text is another spelling, n for a new one, or another of the letters that are offered."""
    console().print(f"\n{printable(question.text)} ({numbers(question.rows)}) {why}", markup=False)
    for number, unit in enumerate(question.nearest, start=1):
        console().print(f"  {number}  {unit.name}", markup=False)
    offered = {str(number): unit.id for number, unit in enumerate(question.nearest, start=1)}
    numbered = "a number or " if offered else ""
    letters = ", ".join(["n for a new unit", *others.values(), "s to stop"])
    while True:
        said = prompt(f"Another spelling of ({numbered}a unit's name), {letters}")
        if said.lower() in ("n", "new", *others):
            return said.lower()[0]
        unit_id = offered.get(said, known.get(said))
        if unit_id is not None:
            return unit_id
        errors().print(f"{printable(said)}: neither one of the numbers nor a name in the directory", markup=False)


def prompt(text: str, default: str | None = None) -> str:
    """The user's answer. Ends the command if it is s."""
    said: str = typer.prompt(text, default=default).strip()
    if said.lower() in ("s", "stop"):
        stop("stopped; nothing was written")
    return said
