"""The questions of `duban import` about a register itself: its columns, its title, its year."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.import_answers import stop
from app.cli.import_dialogue import prompt
from app.cli.terminal import console, errors, printable
from app.errors import UnreadableRegister
from app.registers.files.reading import RegisterReading, UnreadablePage
from app.registers.imports.full_reading import name_of
from app.registers.imports.naming_schemas import columns_from
from app.shapes import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from rich.table import Table

_HOW = "requirement=2,units=3,due=4 (also section, completion, number; units=3,units=4 for two)"


def named(registers: Sequence[RegisterReading], *, ask: bool) -> list[RegisterReading]:
    """The registers, with answers for what the file does not say. Ends the command if there is nobody
    to ask."""
    return [_ask(one) for one in registers] if ask else _require(registers)


def _require(registers: Sequence[RegisterReading]) -> list[RegisterReading]:
    for one in registers:
        missing = []
        if one.is_asked:
            console().print(_table(one), soft_wrap=False)
            missing.append(f"which column is which: --columns {_HOW}")
        missing += [] if one.title else ["its title: --title"]
        missing += [] if one.year else ["its year: --year"]
        if missing:
            stop("\n".join(["the file does not say all of its register. Nothing was written. Give", *missing]))
    return list(registers)


def _ask(register: RegisterReading) -> RegisterReading:
    while register.is_asked:
        register = _ask_columns(register)
    while not register.title:
        try:
            register = register.named(name_of(prompt("The register's title, s to stop")), None)
        except UnreadableRegister as wrong:
            errors().print(str(wrong.detail), markup=False)
    while register.year is None:
        said = prompt(f"The year of '{printable(register.title)}', s to stop")
        if said.isascii() and said.isdecimal() and FIRST_YEAR <= int(said) <= LAST_YEAR:
            register = register.named(None, int(said))
        else:
            errors().print(f"{printable(said)}: no year from {FIRST_YEAR} to {LAST_YEAR}", markup=False)
    return register


def _ask_columns(register: RegisterReading) -> RegisterReading:
    from app.registers.files.unclear_tables import read_found

    found = register.found
    if found is None:
        return register
    console().print(_table(register), soft_wrap=False)
    said = prompt(f"Which column is which? {_HOW}, s to stop")
    try:
        columns = columns_from(said).columns
        return read_found(found, columns).named(register.title or None, register.year)
    except UnreadablePage as wrong:
        errors().print(str(wrong.message), markup=False)
    except ValueError as wrong:
        errors().print(str(wrong), markup=False)
    return register


def _table(register: RegisterReading) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title="which column is which?")
    if register.found is not None:
        heads = [*register.found.heads, *[""] * (register.found.width - len(register.found.heads))]
        for number, head in enumerate(heads, start=1):
            table.add_column(Text(f"{number}\n{printable(head)}"), overflow="fold")
        for row in register.found.first_rows:
            table.add_row(*(Text(printable(text)) for text in row))
    return table
