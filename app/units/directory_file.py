"""The reader and the import of a directory of units in CSV: kind, code, name, aliases (separated by |)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from app.access.actors import Actor
from app.errors import UnreadableDirectory
from app.journal.recorder import lock, record
from app.journal.rows import Journaled
from app.languages.messages import Message, listed, say, sentences
from app.languages.validation import sentence
from app.shapes import WHEN_USED, Name
from app.units import queries
from app.units.actions import add_unit, name_jurisdiction
from app.units.models import Membership, Unit, UnitAlias, UnitKind, directory_of
from app.units.schemas import DivisionCode

ALL_TOWNSHIPS = "各乡镇人民政府"
RELEVANT_DEPARTMENTS = "县直有关单位"
HEADS = ["kind", "code", "name", "aliases"]

_name, _code = TypeAdapter(Name, config=WHEN_USED), TypeAdapter(DivisionCode, config=WHEN_USED)


class DirectoryLine(NamedTuple):
    kind: UnitKind
    code: str | None
    name: str
    aliases: list[str]


@dataclass
class DirectoryReport:
    """What an import of a directory did."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    joined: dict[int, list[Membership]] = field(default_factory=dict)  # collective's id → new members


def read_directory(data: bytes) -> list[DirectoryLine]:
    """Read a directory file in UTF-8 (with or without BOM) or GB18030, as spreadsheets save it.

    Raises:
        UnreadableDirectory: with every line that is wrong, and what would be right.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as broken:
            raise UnreadableDirectory(
                say("the file is neither UTF-8 nor GB18030 text; save it as CSV in UTF-8")
            ) from broken
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="", restval="")
    try:
        if [head.strip().lower() for head in rows.fieldnames or []] != HEADS:
            raise UnreadableDirectory(
                say(
                    "the first line must be {heads}; it is {found}",
                    heads=",".join(HEADS),
                    found=",".join(rows.fieldnames or []),
                )
            )
        rows.fieldnames = HEADS
        numbered = [(rows.line_num, row) for row in rows]
    except csv.Error as broken:
        raise UnreadableDirectory(
            say("line {line} is not CSV ({reason}); check its quotation marks", line=rows.line_num, reason=broken)
        ) from broken
    lines: list[DirectoryLine] = []
    wrong: list[tuple[int, Message]] = []
    taken: dict[str, int] = {}
    for number, row in numbered:
        try:
            line = _line(row)
        except ValueError as broken:
            wrong.append((number, _sentence(broken)))
            continue
        for spelling in [line.name, *line.aliases]:
            if taken.setdefault(spelling, number) != number:
                twice = say(
                    "{name} is already in line {line}; leave it out of one", name=spelling, line=taken[spelling]
                )
                wrong.append((number, twice))
        lines.append(line)
    if not lines and not wrong:
        raise UnreadableDirectory(say("the file has its first line and no units; add a line for each unit"))
    if wrong:
        first = [say("line {line}: {detail}", line=number, detail=detail) for number, detail in wrong[:10]]
        raise UnreadableDirectory(sentences(first), fields=[(f"line {number}", detail) for number, detail in wrong])
    return lines


def _line(row: dict[str, str]) -> DirectoryLine:
    if row.get(""):
        raise ValueError(say("has more than {count} cells; separate aliases by |", count=len(HEADS)))
    kind = row["kind"].strip()
    if kind not in list(UnitKind):
        raise ValueError(
            say("the kind is '{kind}'; give one of {kinds}", kind=kind, kinds=listed([one.value for one in UnitKind]))
        )
    code = row["code"].strip()
    return DirectoryLine(
        UnitKind(kind),
        _code.validate_python(code) if code else None,
        _name.validate_python(row["name"]),
        [_name.validate_python(alias) for alias in row["aliases"].split("|") if alias.strip()],
    )


def _sentence(broken: ValueError) -> Message:
    if isinstance(broken, ValidationError):
        return sentence(broken.errors()[0])
    refusal: Message = broken.args[0]
    return refusal


def import_directory(
    session: Session,
    lines: Sequence[DirectoryLine],
    jurisdiction_code: str,
    *,
    name: str | None = None,
    by: Actor,
    at: datetime,
) -> DirectoryReport:
    """Enter new units, confirm and complete units that exist, and add the two collectives of every county's register:
    各乡镇人民政府 (all its townships, since always) and 县直有关单位 (open). The same file again changes nothing.
    Units that the file does not name stay.

    Raises:
        OutsideScope; NameTaken: an alias belongs to another unit.
    """
    by.require_scope(jurisdiction_code)
    stream = directory_of(jurisdiction_code)
    moment = lock(session, at, stream)
    report, rows = DirectoryReport(), name_jurisdiction(session, jurisdiction_code, name)
    for line in [
        *lines,
        DirectoryLine(UnitKind.COLLECTIVE, None, ALL_TOWNSHIPS, []),
        DirectoryLine(UnitKind.COLLECTIVE, None, RELEVANT_DEPARTMENTS, []),
    ]:
        rows += _enter(session, line, jurisdiction_code, moment, report)
    rows += _join_townships(session, jurisdiction_code, report)
    if rows:
        record(session, stream, by=by.who, verb="directory.imported", subject=stream.name, at=moment, rows=rows)
    return report


def _enter(
    session: Session, line: DirectoryLine, jurisdiction_code: str, moment: datetime, report: DirectoryReport
) -> list[Journaled]:
    known = queries.spellings(session, jurisdiction_code)
    unit = known.get(line.name)
    if unit is None:
        unit = Unit(
            jurisdiction_code=jurisdiction_code,
            kind=line.kind,
            code=line.code,
            name=line.name,
            is_open=line.name == RELEVANT_DEPARTMENTS,
            created_at=moment,
        )
        report.created.append(unit.name)
        return [unit, *add_unit(session, unit, line.aliases)]
    rows: list[Journaled] = [
        UnitAlias(unit_id=unit.id, jurisdiction_code=jurisdiction_code, name=alias)
        for alias in dict.fromkeys(line.aliases)
        if known.get(alias) is not unit
    ]
    session.add_all(rows)
    kind = line.kind if not unit.is_confirmed else unit.kind  # whoever confirmed a unit has said what it is
    if not unit.is_confirmed or (line.code is not None and line.code != unit.code):
        unit.is_confirmed, unit.kind, unit.code = True, kind, line.code or unit.code
        unit.revision += 1
        rows.append(unit)
    session.flush()
    if rows:
        report.changed.append(unit.name)
    else:
        report.unchanged += 1
    return rows


def _join_townships(session: Session, jurisdiction_code: str, report: DirectoryReport) -> list[Journaled]:
    units = {unit.id: unit for unit in queries.spellings(session, jurisdiction_code).values()}
    collective = next(unit for unit in units.values() if unit.name == ALL_TOWNSHIPS)
    members = {membership.unit_id for membership in queries.memberships(session, collective.id)}
    joined = [
        Membership(collective_id=collective.id, unit_id=unit.id, jurisdiction_code=jurisdiction_code)
        for unit in sorted(units.values(), key=lambda unit: unit.id)
        if unit.kind is UnitKind.TOWNSHIP and unit.id not in members and unit.dissolved_on is None
    ]
    session.add_all(joined)
    session.flush()
    if joined:
        report.joined[collective.id] = joined
    return list(joined)
