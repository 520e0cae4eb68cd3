"""A change that the database rejects: the constraint decides which error it is."""

from typing import Any

from sqlalchemy import Index, MetaData, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.errors.base import Conflict, DubanError, Unprocessable
from app.errors.obligations import ExtensionPending
from app.errors.registers import NameTaken, TitleTaken
from app.errors.updates import ReportWaits
from app.languages.messages import say


class UnknownReference(Unprocessable):
    title = say("Something that the request names does not exist")


class AlreadyExists(Conflict):
    title = say("This exists already")


class BrokenRule(Unprocessable):
    title = say("The change would break a rule of the database")


# The error for each constraint, so that a race becomes the same 409 as an ordinary duplicate.
CONSTRAINT_ERRORS: dict[str, type[DubanError]] = {
    "uq_unit_jurisdiction_code_name": NameTaken,
    "uq_unit_alias_jurisdiction_code_name": NameTaken,
    "uq_checklist_jurisdiction_code_title": TitleTaken,
    "uq_section_checklist_id_position": AlreadyExists,
    "uq_task_checklist_id_number": AlreadyExists,
    "uq_extension_pending": ExtensionPending,
    "uq_waiting_report_waits": ReportWaits,
}


def from_integrity_error(refused: IntegrityError, metadata: MetaData) -> DubanError:
    """The error for a constraint that rejected a change, on either database."""
    driver_error: Any = refused.orig
    diagnosis = getattr(driver_error, "diag", None)
    name = diagnosis.constraint_name if diagnosis else _sqlite_constraint(str(driver_error), metadata)
    if name in CONSTRAINT_ERRORS:
        return CONSTRAINT_ERRORS[name]()
    if "foreign key" in str(driver_error).lower():
        return UnknownReference()
    if "unique" in str(driver_error).lower():
        return AlreadyExists()
    return BrokenRule(say("rule {name}", name=name) if name else None)


def _sqlite_constraint(message: str, metadata: MetaData) -> str | None:
    """SQLite names a CHECK, but of a UNIQUE only its columns: "UNIQUE constraint failed: unit.code, unit.name"."""
    kind, _, rest = message.partition(" constraint failed: ")
    if kind != "UNIQUE":
        return rest or None
    columns = rest.split(", ")
    table = metadata.tables.get(columns[0].partition(".")[0])
    if table is None:
        return None
    rules: list[UniqueConstraint | Index] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    rules += [index for index in table.indexes if index.unique]
    for rule in rules:
        if [f"{table.name}.{column.name}" for column in rule.columns] == columns:
            return str(rule.name)
    return None
