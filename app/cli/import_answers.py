"""What unknown units are: asked at a terminal, refused where nobody can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import typer

from app.cli.import_preview import numbers
from app.cli.terminal import console, errors, printable
from app.registers.import_schemas import ImportAnswer, ImportQuestion


@dataclass
class Answers:
    """`unconfirmed`: names that enter the directory as they are, for somebody to confirm later."""

    aliases: list[ImportAnswer] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)


def ask(unknown: Sequence[ImportQuestion], known: Mapping[str, int]) -> Answers:
    """Ask what each name is. `known`: every spelling in the directory, and the id of its unit."""
    answers = Answers()
    for question in unknown:
        unit_id = _asked(question, known)
        if unit_id is None:
            answers.unconfirmed.append(question.text)
        else:
            answers.aliases.append(ImportAnswer(name=question.text, alias_of=unit_id))
    return answers


def refuse(unknown: Sequence[ImportQuestion]) -> NoReturn:
    """Ends the command."""
    names = ", ".join(printable(one.text) for one in unknown)
    errors.print(
        f"units that the directory does not have: {names}. Nothing was written. Give --yes to enter them as new and "
        "unconfirmed, or run this at a terminal to say what each is",
        markup=False,
    )
    raise typer.Exit(1)


def _asked(question: ImportQuestion, known: Mapping[str, int]) -> int | None:
    """The unit of which the name is another spelling, or None for a new one."""
    console.print(f"\n{printable(question.text)} ({numbers(question.rows)}) is not in the directory", markup=False)
    for number, unit in enumerate(question.nearest, start=1):
        console.print(f"  {number}  {unit.name}", markup=False)
    offered = {str(number): unit.id for number, unit in enumerate(question.nearest, start=1)}
    numbered = "a number or " if offered else ""
    while True:
        said = typer.prompt(f"Another spelling of ({numbered}a unit's name), n for a new unit, s to stop").strip()
        match said.lower():
            case "s" | "stop":
                errors.print("stopped; nothing was written")
                raise typer.Exit(1)
            case "n" | "new":
                return None
        unit_id = offered.get(said, known.get(said))
        if unit_id is not None:
            return unit_id
        errors.print(f"{said}: neither one of the numbers nor a name in the directory", markup=False)
