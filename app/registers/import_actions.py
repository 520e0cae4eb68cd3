"""Preview, answers, commit: nothing of a file is guessed into the database."""

from collections.abc import Container
from datetime import datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.errors import ImportCommittedAlready, ImportNotReady, InvalidRequest, UnreadableRegister
from app.languages.messages import listed, say
from app.obligations.assignment_actions import add_member
from app.registers.actions import import_register
from app.registers.files import read_register_file
from app.registers.import_queries import preview
from app.registers.import_schemas import ImportAnswer, ImportAnswers, ImportCommitted, ImportPreview
from app.registers.kept_reading import kept, restored
from app.registers.models import RegisterImport
from app.registers.queries import require_directory
from app.registers.register_reading import RegisterReading
from app.units.actions import add_alias, create_unit
from app.units.models import Unit, UnitKind
from app.units.queries import get_unit
from app.units.schemas import UnitCreate


def begin(
    session: Session, data: bytes, file_name: str, jurisdiction_code: str, *, by: Actor, at: datetime
) -> ImportPreview:
    """Read a file and keep what it says, for the office to look at.

    Raises:
        OutsideScope, UnknownReference: see `require_directory`; UnreadableRegister: also where it holds several.
    """
    require_directory(session, jurisdiction_code, by)  # before a file is read that is not wanted
    readings = read_register_file(data, file_name)
    if len(readings) != 1:
        titles = listed([reading.title for reading in readings])
        raise UnreadableRegister(say("the file holds several registers ({titles}); send each alone", titles=titles))
    return preview(session, keep(session, readings[0], file_name, jurisdiction_code, by=by, at=at))


def keep(
    session: Session, reading: RegisterReading, file_name: str, jurisdiction_code: str, *, by: Actor, at: datetime
) -> RegisterImport:
    """Keep one register as read.

    Raises:
        OutsideScope, UnknownReference: see `require_directory`.
    """
    require_directory(session, jurisdiction_code, by)
    read = RegisterImport(
        jurisdiction_code=jurisdiction_code,
        key_id=by.key_id,
        file_name=file_name[-255:],
        reading=kept(reading),
        created_at=at,
    )
    session.add(read)
    session.flush()
    return read


def answer(session: Session, read: RegisterImport, wanted: ImportAnswers, *, by: Actor, at: datetime) -> ImportPreview:
    """Enter what unknown names mean into the directory, all or none: so the next file is read without asking.

    Raises:
        ImportCommittedAlready; InvalidRequest: a name that is not asked for; NotFound; AlreadyExists, NameTaken.
    """
    read = _hold(session, read)
    asked = {question.text for question in preview(session, read).questions if question.blocks}
    for index, one in enumerate(wanted.answers):
        if one.name not in asked:
            detail = say("{name} is not among the questions that block; see the preview", name=one.name)
            raise InvalidRequest(fields=[(f"body.answers.{index}.name", detail)])
        _enter(session, read, one, by, at)
    return preview(session, read)


def _enter(session: Session, read: RegisterImport, one: ImportAnswer, by: Actor, at: datetime) -> None:
    if one.alias_of is not None:
        add_alias(session, get_unit(session, by, one.alias_of), one.name, by=by, at=at)
    if one.new_unit is None:
        return
    kind = UnitKind.COLLECTIVE if one.new_unit.members else one.new_unit.kind
    new = UnitCreate(jurisdiction=read.jurisdiction_code, kind=kind, name=one.name, is_open=one.new_unit.is_open)
    collective = session.get_one(Unit, create_unit(session, new, by=by, at=at).id)
    for member_id in one.new_unit.members:
        add_member(session, collective, get_unit(session, by, member_id), None, by=by, at=at)


def commit(
    session: Session, read: RegisterImport, *, by: Actor, at: datetime, unconfirmed: Container[str] = ()
) -> ImportCommitted:
    """Make a checklist, a draft, of the file: all of it or nothing.

    `unconfirmed`: unknown names that may enter the directory as they are, for somebody to confirm later.

    Raises:
        ImportCommittedAlready; ImportNotReady: a question blocks; RegisterChanged, UnreadableRegister.
    """
    read = _hold(session, read)
    blocks = [question.text for question in preview(session, read).questions if question.blocks]
    if blocking := [name for name in blocks if name not in unconfirmed]:
        raise ImportNotReady(
            say(
                "{count} units are unknown ({names}); answer what they are", count=len(blocking), names=listed(blocking)
            )
        )
    report = import_register(session, restored(read.reading), read.jurisdiction_code, by=by, at=at)
    read.checklist_id = report.checklist_id
    session.flush()
    return ImportCommitted.model_validate(report)


def _hold(session: Session, read: RegisterImport) -> RegisterImport:
    """Raises:
    ImportCommittedAlready.
    """
    held = session.get_one(RegisterImport, read.id, with_for_update=True, populate_existing=True)
    if held.checklist_id is not None:
        raise ImportCommittedAlready(say("it became checklist {id}; send the file again", id=held.checklist_id))
    return held
