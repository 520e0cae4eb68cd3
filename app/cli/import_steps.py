"""The steps of `duban import` that need the database: read a file, rehearse the answers, write it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app import clock
from app.access.actors import OPERATOR
from app.checklists.models import Audience, Checklist, catalogue_of
from app.checklists.queries import get_checklist
from app.cli.import_answers import Answers, stop
from app.cli.jurisdictions import named_or_only
from app.cli.terminal import database_session, progress
from app.config import settings_or_exit
from app.errors import PreviewOutdated, StartsOnNeeded
from app.journal.recorder import lock
from app.languages.messages import say
from app.obligations.publication_actions import publish
from app.registers.files.given import Given
from app.registers.files.reading import RegisterReading
from app.registers.imports.actions import answer, commit, store_import
from app.registers.imports.edition_schemas import ChangeKind
from app.registers.imports.known_units import require_directory
from app.registers.imports.models import RegisterImport
from app.registers.imports.queries import preview
from app.registers.imports.reading_cache import ReadingCache
from app.registers.imports.rules import as_edition, require_edition
from app.registers.imports.schemas import ImportAnswers, ImportCommitted, ImportPreview, QuestionKind
from app.registers.imports.stored_reading import as_stored
from app.units.models import directory_of
from app.units.queries import spellings
from app.workdays.models import CALENDAR

_AT_ONCE = 500  # answers (ImportAnswers)
_ABOUT_NAMES = (QuestionKind.UNKNOWN_UNIT, QuestionKind.UNREAD_UNITS)


@dataclass
class ReadFile:
    """A file as read against the directory and checklists of today; nothing of it is written."""

    file_name: str
    jurisdiction: str
    checklist_id: int | None  # of which it was said to be a newer edition
    readings: list[RegisterReading]
    previews: list[ImportPreview]
    known: dict[str, int]  # every spelling in the directory, and its unit
    sha256: str
    cache: ReadingCache = field(default_factory=ReadingCache)


def read_file(file: Path, jurisdiction: str | None, checklist_id: int | None, given: Given) -> ReadFile:
    from app.registers.files.reader import read_register_file

    with progress() as shown, database_session(writes=False) as session:
        shown.add_task("reading", total=None)
        named = get_checklist(session, OPERATOR, checklist_id) if checklist_id is not None else None
        code = named_or_only(session, jurisdiction or (named.jurisdiction_code if named else None))
        require_directory(session, code, OPERATOR)
        data = file.read_bytes()
        readings = read_register_file(data, file.name, settings_or_exit().soffice, given)
        if named is not None:
            if len(readings) != 1:
                stop("the file contains several registers; --checklist is for a file of one")
            require_edition(named, readings[0], code)
            readings = [as_edition(readings[0], named)]
        known = {name: unit.id for name, unit in spellings(session, code).items()}
        return ReadFile(file.name, code, checklist_id, readings, [], known, hashlib.sha256(data).hexdigest())


def show_file(read: ReadFile) -> list[ImportPreview]:
    """The preview of the file with today's directory and checklists."""
    with progress() as shown, database_session(writes=False) as session:
        shown.add_task("reading", total=None)
        read.previews = [preview(session, _unkept(read, reading), read.cache) for reading in read.readings]
    return read.previews


def rehearsed(read: ReadFile, answers: Answers) -> list[ImportPreview]:
    """The preview with the answers, which are not stored."""
    with database_session(writes=True, dry_run=True) as session:
        return [preview(session, one, read.cache) for one in _answered(session, read, answers, read.previews)]


def write(
    read: ReadFile,
    answers: Answers,
    shown: Sequence[ImportPreview],
    audience: Audience | None,
    *,
    dry_run: bool,
    starts_on: date | None = None,
) -> list[ImportCommitted]:
    """All registers of the file in one transaction, which does not wait for input.

    Raises within the session, so that the command ends: PreviewOutdated: it would change other things than were shown.

    Raises:
        StartsOnNeeded: units would be overdue at once, and no day is given.
    """
    with database_session(writes=True, dry_run=dry_run, lets_through=StartsOnNeeded) as session:
        imports = _answered(session, read, answers, shown)
        current = [preview(session, one, read.cache) for one in imports]
        for now, was in zip(current, shown, strict=True):
            _require(_said(now) == _said(was), was)
        committed: list[ImportCommitted] = []
        with progress() as bars:
            rows = sum(map(_new_tasks, shown))
            entered = partial(bars.advance, bars.add_task(f"writing {rows} new rows", total=rows))
            for one, first, was in zip(imports, current, shown, strict=True):
                # those before it may have entered units, so only the first one's token is still the one that was shown
                now = preview(session, one, read.cache) if committed else first
                _require(now.edition_of == was.edition_of, was)
                done = commit(
                    session,
                    one,
                    now.preview,
                    read.cache,
                    by=OPERATOR,
                    at=clock.now(),
                    soon=settings_or_exit().due_soon_days,
                    roll=settings_or_exit().roll_days_off,
                    starts_on=starts_on,
                    proposals=answers.proposals,
                    unconfirmed=answers.unconfirmed,
                    entered=entered,
                )
                committed.append(done)
        if audience is not None:
            for done in committed:
                checklist = session.get_one(Checklist, done.checklist_id)
                publish(session, checklist, audience, by=OPERATOR, at=clock.now(), starts_on=starts_on)
    return committed


def _unkept(read: ReadFile, reading: RegisterReading) -> RegisterImport:
    """An import for a preview, in no session."""
    return RegisterImport(
        id=0,
        jurisdiction_code=read.jurisdiction,
        file_name=read.file_name[-255:],
        reading=as_stored(reading),
        created_at=clock.now(),
        edition_of_id=read.checklist_id,
    )


def _answered(
    session: Session, read: ReadFile, answers: Answers, shown: Sequence[ImportPreview]
) -> list[RegisterImport]:
    """The imports, with all streams that they depend on locked until the transaction ends."""
    former = [session.get_one(Checklist, one.edition_of).stream for one in shown if one.edition_of is not None]
    # all at once, by name: answers alone would take the directory's first
    calendar = [CALENDAR] if any(one.take_proposal for given in answers.by_register for one in given) else []
    streams = [*calendar, catalogue_of(read.jurisdiction), directory_of(read.jurisdiction), *former]
    now = lock(session, clock.now(), *streams)
    session.expire_all()
    imports = [
        store_import(
            session,
            one,
            read.file_name,
            read.sha256,
            read.jurisdiction,
            by=OPERATOR,
            at=now,
            checklist_id=read.checklist_id,
        )
        for one in read.readings
    ]
    for one, of_rows in zip(imports, answers.by_register, strict=True):
        given = list(of_rows)
        if answers.names:
            now_asked = preview(session, one, read.cache).questions
            asked = {each.text for each in now_asked if each.kind in _ABOUT_NAMES}
            given += [each for each in answers.names if each.name in asked]
        for start in range(0, len(given), _AT_ONCE):
            some = ImportAnswers(answers=given[start : start + _AT_ONCE])
            answer(session, one, some, read.cache, by=OPERATOR, at=now)
    return imports


def _require(is_as_shown: bool, was: ImportPreview) -> None:
    if not is_as_shown:
        raise PreviewOutdated(
            say(
                "what the import of '{title}' would change is no longer what was shown; run it again",
                title=was.title,
            )
        )


def _said(shown: ImportPreview) -> dict[str, Any]:
    """The content of a preview, without ids: PostgreSQL gives a rehearsed unit another id."""
    units = {"units": {"__all__": {"unit_id"}}}
    rows = {"rows": {"__all__": {"reading": units}}}
    questions: dict[str, Any] = {"questions": {"__all__": {"nearest"}}}
    others = {"id": True, "preview": True, "sections": {"__all__": rows}, "changes": {"__all__": units}}
    return shown.model_dump(exclude=questions | others)


def _new_tasks(shown: ImportPreview) -> int:
    if shown.edition_of is not None:
        return sum(one.kind is ChangeKind.ADDED for one in shown.changes)
    return sum(len(section.rows) for section in shown.sections)
