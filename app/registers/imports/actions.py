"""The actions on imports: preview, answers and commit. Nothing of a file is guessed."""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from datetime import date, datetime

from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.models import catalogue_of
from app.checklists.queries import get_checklist
from app.errors import ImportCommittedAlready, InvalidRequest, PreviewOutdated, UnreadableRegister
from app.journal.recorder import lock, record
from app.languages.messages import listed, say
from app.registers.files.reading import RegisterReading
from app.registers.imports.answer_rules import answer_fault
from app.registers.imports.answers import StoredAnswers, restored_answers
from app.registers.imports.checklist_actions import enter_register
from app.registers.imports.edition_actions import enter_edition
from app.registers.imports.edition_queries import Edition
from app.registers.imports.edition_schemas import ChangeKind
from app.registers.imports.known_units import require_directory
from app.registers.imports.models import RegisterImport
from app.registers.imports.naming import name_register
from app.registers.imports.queries import answered_import, checklist_of, preview, preview_of
from app.registers.imports.reading_cache import ReadingCache
from app.registers.imports.rules import (
    as_edition,
    is_unknown,
    require_decided,
    require_edition,
    require_ready,
    undecided_proposals,
)
from app.registers.imports.schemas import (
    ImportAnswer,
    ImportAnswers,
    ImportCommitted,
    ImportPreview,
    Proposals,
    QuestionKind,
    TaskScheduleChange,
)
from app.registers.imports.sent_register import SentRegister
from app.registers.imports.stored_reading import as_stored
from app.registers.requirements.proposals import Takeable
from app.tasks.actions import change_task
from app.tasks.membership_actions import add_member
from app.tasks.schemas import TaskChange
from app.units.actions import add_alias, create_unit
from app.units.models import Unit, UnitKind, directory_of
from app.units.queries import get_unit
from app.units.schemas import UnitCreate
from app.workdays.models import CALENDAR


def begin(
    session: Session,
    sent: SentRegister,
    jurisdiction_code: str,
    *,
    by: Actor,
    at: datetime,
    checklist_id: int | None = None,
) -> ImportPreview:
    """Store a file as read, for the office to look at.

    Args:
        checklist_id: the checklist that it is a newer edition of, also where its title is another.

    Raises:
        OutsideScope, UnknownReference: see `require_directory`; UnreadableRegister: it contains several;
        NotFound: the checklist does not exist; OutsideJurisdiction, InvalidRequest: another jurisdiction or year.
    """
    if len(sent.readings) != 1:
        titles = listed([reading.title for reading in sent.readings])
        raise UnreadableRegister(say("the file contains several registers ({titles}); send each alone", titles=titles))
    [reading] = sent.readings
    if checklist_id is not None:
        named = get_checklist(session, by, checklist_id)
        require_edition(named, reading, jurisdiction_code)
        reading = as_edition(reading, named)
    read = store_import(
        session, reading, sent.name, sent.sha256, jurisdiction_code, by=by, at=at, checklist_id=checklist_id
    )
    return preview(session, read)


def store_import(
    session: Session,
    reading: RegisterReading,
    file_name: str,
    sha256: str | None,
    jurisdiction_code: str,
    *,
    by: Actor,
    at: datetime,
    checklist_id: int | None = None,
) -> RegisterImport:
    """Store one register as read.

    Raises:
        OutsideScope, UnknownReference: see `require_directory`.
    """
    require_directory(session, jurisdiction_code, by)
    read = RegisterImport(
        jurisdiction_code=jurisdiction_code,
        key_id=by.key_id,
        file_name=file_name[-255:],
        reading=as_stored(reading),
        created_at=at,
        edition_of_id=checklist_id,
        sha256=sha256,
    )
    moment = lock(session, at, read.stream)
    session.add(read)
    session.flush()
    record(session, read.stream, by=by.who, verb="import.begun", subject=read.subject, at=moment, rows=[read])
    return read


def answer(
    session: Session,
    read: RegisterImport,
    wanted: ImportAnswers,
    cache: ReadingCache | None = None,
    *,
    by: Actor,
    at: datetime,
) -> ImportPreview:
    """Enter the meaning of unknown names into the directory, so that the next file is read without questions, and store
    the other answers with the import: all or none. An answer may be replaced by a later one.

    Raises:
        ImportCommittedAlready; InvalidRequest: a name, row, rule or kind that is not asked for, a task that is not
        there, or text that is not read as a unit though the directory has it now; NotFound; AlreadyExists, NameTaken.
    """
    read, cache = _lock(session, read), cache or ReadingCache()
    moment = lock(session, at, read.stream)
    name_register(read, wanted.answers)
    one = answered_import(session, read, cache)
    open_questions = preview_of(one).questions
    answers = restored_answers(read.answers)
    rows = {row.number: row for row in one.full.rows}
    for index, given in enumerate(wanted.answers):
        if (wrong := answer_fault(one, open_questions, rows, given)) is not None:
            raise InvalidRequest(fields=[(f"body.answers.{index}.{wrong[0]}", wrong[1])])
        if given.name is not None:
            _enter(session, read, given.name, given, by, at)
        answers.add(given, open_questions)
    _require_one_row_for_each_task(wanted, answers)
    read.answers = answers.as_stored()
    record(session, read.stream, by=by.who, verb="import.answered", subject=read.subject, at=moment, rows=[read])
    shown = preview(session, read, cache)
    _require_read_as_units(wanted, shown)
    return shown


def _require_one_row_for_each_task(wanted: ImportAnswers, answers: StoredAnswers) -> None:
    rows_of_task = Counter(answers.tasks.values())
    for index, given in enumerate(wanted.answers):
        if given.is_task is not None and rows_of_task[given.is_task] > 1:
            detail = say("task {id} is another row already; each row is a task of its own", id=given.is_task)
            raise InvalidRequest(fields=[(f"body.answers.{index}.is_task", detail)])


def _require_read_as_units(wanted: ImportAnswers, shown: ImportPreview) -> None:
    """A name that the directory has now may still not be read as a unit in its cell."""
    unread = {each.text for each in shown.questions if each.kind is QuestionKind.UNREAD_UNITS}
    for index, given in enumerate(wanted.answers):
        if given.name in unread and not given.not_a_unit:
            detail = say(
                "{name} is not read as a unit where it stands; leave it, and assign the unit by hand after the commit",
                name=given.name,
            )
            raise InvalidRequest(fields=[(f"body.answers.{index}.name", detail)])


def _enter(session: Session, read: RegisterImport, name: str, one: ImportAnswer, by: Actor, at: datetime) -> None:
    if one.alias_of is not None:
        add_alias(session, get_unit(session, by, one.alias_of), name, by=by, at=at)
    if one.new_unit is None:
        return
    kind = UnitKind.COLLECTIVE if one.new_unit.members else one.new_unit.kind
    new = UnitCreate(jurisdiction=read.jurisdiction_code, kind=kind, name=name, is_open=one.new_unit.is_open)
    collective = session.get_one(Unit, create_unit(session, new, by=by, at=at).id)
    for member_id in one.new_unit.members:
        add_member(session, collective, get_unit(session, by, member_id), by=by, at=at, always=True)


def commit(
    session: Session,
    read: RegisterImport,
    shown: str | None = None,
    cache: ReadingCache | None = None,
    *,
    by: Actor,
    at: datetime,
    soon: int,
    roll: bool = False,
    starts_on: date | None = None,
    proposals: Proposals | None = None,
    unconfirmed: Container[str] = (),
    entered: Callable[[int], None] | None = None,
) -> ImportCommitted:
    """Make a checklist, a draft, of the file, or bring the one up to date that it is a newer edition of: all of it or
    nothing.

    Args:
        shown: `preview` of what the sender read. Without it a first import is made, and an edition that changes
            nothing; no other.
        cache: earlier readings, which are reused.
        starts_on: the day from which new tasks are owed; without it the publication sets it, and in a checklist that
            units were told of it is today.
        proposals: what becomes of those of which no answer says.
        unconfirmed: unknown names that may enter the directory as they are, for somebody to confirm later.
        entered: called with the number of further rows entered, several times.
        soon: days before a last day from which a new checklist shows yellow.
        roll: whether last days counted from events and on a day off move to the next one.

    Raises:
        ImportCommittedAlready; ImportNotReady: a question blocks; ProposalsUndecided; PreviewOutdated: it would change
        other things than were shown; ChecklistArchived; UnreadableRegister, UnitDissolved, TitleTaken; InvalidRequest,
        NothingOwed: what `starts_on` says.
    """
    read = _lock(session, read)
    calendar = [CALENDAR] if read.answers.get("proposals") or proposals == "take" else []
    moment = lock(session, at, *calendar, catalogue_of(read.jurisdiction_code))  # nobody begins a checklist meanwhile
    former = checklist_of(session, read)
    streams = [directory_of(read.jurisdiction_code), *([former.stream] if former else [])]
    moment = lock(session, moment, *streams)
    session.expire_all()
    one = answered_import(session, read, cache)
    seen = preview_of(one)
    require_ready([each for each in seen.questions if not (is_unknown(each) and each.text in unconfirmed)])
    edition = one.edition
    needs_token = edition is not None and edition.changes
    if (shown is None and needs_token) or (shown is not None and shown != seen.preview):
        raise PreviewOutdated(
            say(
                "GET /registers/imports/{id} shows what would change now; send its `preview` with the commit",
                id=read.id,
            )
        )
    undecided = undecided_proposals(seen.questions)
    if proposals is None:
        require_decided(undecided)
    else:
        one.answers.take_proposals(undecided, take=proposals == "take")
        read.answers = one.answers.as_stored()
    changes: list[TaskScheduleChange] = []
    if edition is None:
        report = enter_register(
            session,
            one.full,
            one.units,
            read.jurisdiction_code,
            by=by,
            at=moment,
            soon=soon,
            taken=one.taken,
            starts_on=starts_on,
            entered=entered,
        )
    else:
        by.require_scope(edition.checklist.jurisdiction_code)
        edition.checklist.require_changeable()
        report = enter_edition(session, one, edition, by=by, at=moment, starts_on=starts_on, entered=entered)
        read.edition_of_id = edition.checklist.id
        changes = _decide_proposals(session, one.taken, edition, by, moment, roll)
    read.checklist_id = report.checklist_id
    record(session, read.stream, by=by.who, verb="import.committed", subject=read.subject, at=moment, rows=[read])
    return ImportCommitted(
        **vars(report),
        changed=sum(one.kind is ChangeKind.CHANGED and one.row is not None for one in seen.changes),
        withdrawn=sum(one.kind is ChangeKind.WITHDRAWN for one in seen.changes),
        schedule_changes=changes,
    )


def _decide_proposals(
    session: Session, taken: Mapping[int, Takeable], edition: Edition, by: Actor, moment: datetime, roll: bool
) -> list[TaskScheduleChange]:
    """Give the tasks that stay in an edition the schedules and targets of their rows; new ones have them already."""
    changes = []
    for step in edition.tasks:
        found = taken.get(step.row.number)
        if found is not None and step.task is not None:
            targets = found.targets or None
            wanted = TaskChange(revision=step.task.revision, schedule=found.schedule, targets=targets)
            change = change_task(session, step.task, wanted, by=by, at=moment, roll=roll).schedule
            if change is not None:
                changes.append(TaskScheduleChange.of(change, task_id=step.task.id))
    return changes


def _lock(session: Session, read: RegisterImport) -> RegisterImport:
    """Raises:
    ImportCommittedAlready; ImportRedacted.
    """
    locked = session.get_one(RegisterImport, read.id, with_for_update=True, populate_existing=True)
    locked.require_whole()
    if locked.checklist_id is not None:
        raise ImportCommittedAlready(say("it became checklist {id}; send the file again", id=locked.checklist_id))
    return locked
