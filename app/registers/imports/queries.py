"""The queries for imports: their rows read with today's directory, and the open questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.access.actors import OPERATOR, Actor
from app.checklists.models import Checklist
from app.checklists.queries import find_by_title
from app.checklists.targets import TargetScope
from app.clock import local_day
from app.errors import NotFound
from app.journal.rows import canonical, digest
from app.languages.messages import listed, say
from app.paging import Page, keyset_page
from app.registers.cells.document_rules import DocumentRule, leading_rule, note_of
from app.registers.files.limits import LONGEST_REQUIREMENTS
from app.registers.files.own_note import own_note
from app.registers.imports.answers import StoredAnswers, restored_answers
from app.registers.imports.edition_differences import candidates, section_differences, task_differences, unchanged
from app.registers.imports.edition_queries import Edition, edition_of, is_working_register, nothing_new
from app.registers.imports.full_reading import FullReading, RowReading, name_of, read_fully
from app.registers.imports.known_units import KnownUnits, known_units
from app.registers.imports.models import RegisterImport
from app.registers.imports.naming import naming_questions
from app.registers.imports.numbered_alike import numbered_alike
from app.registers.imports.reading_cache import ReadingCache
from app.registers.imports.reading_queries import public_rows
from app.registers.imports.schemas import (
    ImportInList,
    ImportOption,
    ImportPreview,
    ImportQuery,
    ImportQuestion,
    KnownUnit,
    QuestionKind,
)
from app.registers.imports.stored_reading import restored
from app.registers.imports.unread_questions import unread_questions
from app.registers.requirements.proposals import Takeable, takeable_in_row, unread_days
from app.registers.requirements.reading import RequirementReading

_NEAREST, _LIKE_ENOUGH = 3, 40  # how many are offered, and from which likeness in percent


@dataclass(frozen=True, slots=True)
class AnsweredImport:
    """An import read with the current directory and checklist.

    `edition` is None for a first one. `proposed`: what each row's requirement proposes; rows behind those that are read
    for it (files/limits.py) are not in it."""

    stored: RegisterImport
    answers: StoredAnswers
    full: FullReading
    units: KnownUnits
    edition: Edition | None
    proposed: Mapping[int, RequirementReading]

    @property
    def taken(self) -> dict[int, Takeable]:
        """By row, the proposals that the office takes."""
        together = self.answers.together
        rows = (row for row in self.full.rows if row.number in self.answers.proposals)
        some = ((row.number, self.takeable(row)) for row in rows)
        return {
            number: found.together() if number in together else found for number, found in some if found is not None
        }

    def takeable(self, row: RowReading) -> Takeable | None:
        """What a row's last-day column and requirement propose, where nobody has to decide between them."""
        return takeable_in_row(row.due, self.proposed.get(row.number), self.answers.days.get(row.number))


def get_import(session: Session, actor: Actor, import_id: int) -> RegisterImport:
    """Raises:
    NotFound: the import does not exist, or lies outside the actor's scope. ImportRedacted: it was erased.
    """
    found = session.get(RegisterImport, import_id)
    if found is None or not actor.covers(found.jurisdiction_code):
        raise NotFound(say("there is no import {id} that you may see; check the number", id=import_id))
    found.require_whole()
    return found


def list_imports(session: Session, actor: Actor, query: ImportQuery) -> Page[ImportInList]:
    """Imports of the actor's jurisdictions, newest first."""
    columns: list[Any] = [
        col(RegisterImport.id),
        col(RegisterImport.file_name),
        col(RegisterImport.jurisdiction_code).label("jurisdiction"),
        col(RegisterImport.reading)["title"].as_string().label("title"),
        col(RegisterImport.created_at),
        col(RegisterImport.key_id),
        col(RegisterImport.checklist_id),
    ]
    code = col(RegisterImport.jurisdiction_code)
    rows = select(*columns).where(code.startswith(actor.jurisdiction_code, autoescape=True))
    if query.committed is not None:
        became = col(RegisterImport.checklist_id)
        rows = rows.where(became.is_not(None) if query.committed else became.is_(None))
    return keyset_page(
        session, query, rows, col(RegisterImport.id), lambda some: [*map(_in_list, some)], descending=True
    )


def _in_list(row: Any) -> ImportInList:
    return ImportInList(
        **{name: getattr(row, name) for name in ("id", "file_name", "jurisdiction", "title", "created_at")},
        by=OPERATOR.who if row.key_id is None else f"key:{row.key_id}",
        is_committed=row.checklist_id is not None,
        checklist_id=row.checklist_id,
    )


def checklist_of(session: Session, stored: RegisterImport) -> Checklist | None:
    """The checklist of which an import is a newer edition: the one that the sender named, else that of its title and
    year."""
    if stored.edition_of_id is not None:
        return session.get_one(Checklist, stored.edition_of_id)
    title, year = stored.reading["title"], stored.reading["year"]
    found = find_by_title(session, stored.jurisdiction_code, name_of(title)) if title else None
    return found if found is not None and year in (found.year, None) else None


def answered_import(session: Session, stored: RegisterImport, cache: ReadingCache | None = None) -> AnsweredImport:
    """Read an import with the current directory and checklist.

    Args:
        cache: earlier readings, which are reused.
    """
    cache = cache or ReadingCache()
    units = known_units(session, stored.jurisdiction_code)
    answers = restored_answers(stored.answers)
    register = restored(stored.reading)
    sent_in = local_day(stored.created_at).year
    full = read_fully(register, units.directory, units.spelt, answers.rules, cache, otherwise=sent_in)
    former = checklist_of(session, stored) if stored.checklist_id is None and not register.is_asked else None
    if former and is_working_register(session, former, full):
        nothing = replace(full, sections=(), unknown=())
        return AnsweredImport(stored, answers, nothing, units, nothing_new(former), {})
    edition = None
    if former is not None:
        edition = edition_of(session, former, full, units, answers.tasks, cache, takes_title=answers.takes_title)
    return AnsweredImport(stored, answers, full, units, edition, _proposed(full, cache))


def _proposed(full: FullReading, cache: ReadingCache) -> dict[int, RequirementReading]:
    lengths = accumulate(len(row.task.requirement) for row in full.rows)
    return {
        row.number: cache.requirement(row.task.requirement, full.year)
        for row, length in zip(full.rows, lengths, strict=True)
        if length <= LONGEST_REQUIREMENTS
    }


def preview(session: Session, stored: RegisterImport, cache: ReadingCache | None = None) -> ImportPreview:
    """What would be committed now."""
    return preview_of(answered_import(session, stored, cache))


def preview_of(one: AnsweredImport) -> ImportPreview:
    """The preview of an import: what it says and would change, with the token of exactly this."""
    stored, register, edition = one.stored, one.full.register, one.edition
    questions = list(_questions(one))
    options = list(options_of(one))
    offered = {str(note_of(option.text)) for option in options}
    shown = ImportPreview(
        id=stored.id,
        file_name=stored.file_name,
        jurisdiction=stored.jurisdiction_code,
        title=one.full.title or None,
        year=register.year,
        published_on=register.published_on,
        sections=public_rows(one.full, one.units),
        questions=questions,
        options=options,
        edition_of=edition.checklist.id if edition else stored.checklist_id and stored.edition_of_id,
        former_title=edition.checklist.title if edition and edition.printed_title != edition.checklist.title else None,
        section_changes=section_differences(edition) if edition else [],
        changes=list(task_differences(edition)) if edition else [],
        unchanged=unchanged(edition) if edition else 0,
        preview="",
        notes=[note for note in register.notes if note not in offered] + list(_notes(one)),
        is_ready=not any(question.blocks for question in questions),
        checklist_id=stored.checklist_id,
    )
    said = shown.model_dump(mode="json", exclude={"id"})  # so that the same file sent again has the same token
    return shown.model_copy(update={"preview": digest(canonical(said))[:16]})


def _notes(one: AnsweredImport) -> Iterator[str]:
    unread = [row.number for row in one.full.rows if row.number not in one.proposed]
    if unread:
        yield say(
            "the requirements from row {row} on were not read for times; together they exceed {most} characters",
            row=unread[0],
            most=f"{LONGEST_REQUIREMENTS:,}",
        )
    if alike := numbered_alike(one.full.rows):
        yield say(
            "rows {rows}: measures and units are numbered alike, and each unit was given all; set it by hand if it owes"
            " only its own",
            rows=listed(alike),
        )
    if one.edition and not one.full.sections:
        yield say("this is the working register of the checklist; its rows are what units owe, and it changes nothing")
    stands_at = one.edition.checklist.source_on if one.edition else None
    published_on = one.full.register.published_on
    if stands_at is not None and published_on is not None and published_on < stands_at:
        yield say(
            "this page is of {day}, and the checklist stands as its edition of {other} printed it",
            day=published_on,
            other=stands_at,
        )


def options_of(one: AnsweredImport) -> Iterator[ImportOption]:
    """The rules that the document states for all its rows, and whether they are taken."""
    words = leading_rule(one.full.register.rules)
    if words is not None:
        rule = DocumentRule.FIRST_IS_LEAD
        yield ImportOption(rule=rule, text=words, taken=rule in one.answers.rules)


def _questions(one: AnsweredImport) -> Iterator[ImportQuestion]:
    rows = list(one.full.rows)
    yield from naming_questions(one.full.register)
    if one.edition is not None and one.edition.printed_title != one.edition.checklist.title:
        unclear = _noted(QuestionKind.EDITION_TITLE, one.edition.printed_title, [])
        yield unclear.model_copy(update={"is_taken": one.answers.takes_title})
    unchanged = one.edition.unchanged if one.edition else set()
    changed_rows = [row for row in rows if row.number not in unchanged]
    for unit in one.full.unknown:
        named = [row.number for row in rows if any(each.name == unit.name for each in row.cell.units)]
        unclear = _noted(QuestionKind.UNKNOWN_UNIT, unit.name, named)
        yield unclear.model_copy(update={"blocks": True, "nearest": _nearest(one.units, unit.name)})
    for unclear in unread_questions(changed_rows, one.full.register.left_out, one.proposed, one.answers):
        is_name = unclear.kind is QuestionKind.UNREAD_UNITS
        yield unclear.model_copy(update={"nearest": _nearest(one.units, unclear.text)}) if is_name else unclear
    if one.edition is not None:
        yield from _undecided(one.edition, rows)
    noted = {
        QuestionKind.OPEN_COLLECTIVE: [row for row in changed_rows if row.has_open],
        QuestionKind.UNFINISHED_LIST: [row for row in changed_rows if row.is_unfinished],
    }
    for kind, some in noted.items():
        for row in some:
            yield _noted(kind, row.task.units_text, [row.number])
    for text in one.full.register.unread:
        yield _noted(QuestionKind.UNREAD, text, [])
    # an edition from elsewhere can make the office accept an earlier proposal of a row
    for row in changed_rows if own_note(one.full.register.surroundings) else rows:
        yield from _times(one, row)


def _nearest(units: KnownUnits, name: str) -> list[KnownUnit]:
    from rapidfuzz import fuzz, process

    spelt = units.spelt
    alike = process.extract(name, spelt.keys(), scorer=fuzz.WRatio, limit=_NEAREST, score_cutoff=_LIKE_ENOUGH)
    nearest = {spelt[spelling].id: spelt[spelling].name for spelling, _, _ in alike}
    return [KnownUnit(id=unit_id, name=unit) for unit_id, unit in nearest.items()]


def _undecided(edition: Edition, rows: list[RowReading]) -> Iterator[ImportQuestion]:
    for row in rows:
        if row.number in edition.undecided:
            unclear = _noted(QuestionKind.WHICH_TASK, row.task.requirement, [row.number])
            yield unclear.model_copy(update={"blocks": True, "candidates": candidates(edition, row.number)})


def _times(one: AnsweredImport, row: RowReading) -> Iterator[ImportQuestion]:
    """What a row's last-day column and requirement propose, and whether it prints no time at all."""
    found = one.proposed.get(row.number)
    if row.due.schedules or (found and (found.schedules or found.targets)):
        proposed = {
            "proposal": found,
            "due_proposal": row.due if row.due_text else None,
            "can_be_taken": one.takeable(row) is not None,
            "is_taken": row.number in one.answers.proposals,
            "is_left": row.number in one.answers.no_proposals,
            "day_of": one.answers.days.get(row.number),
        }
        yield _noted(QuestionKind.PROPOSAL, row.task.requirement, [row.number]).model_copy(update=proposed)
    if asks_whose_target(one, row):
        scope = TargetScope.TOGETHER if row.number in one.answers.together else TargetScope.EACH
        unclear = _noted(QuestionKind.TARGET_SCOPE, row.task.requirement, [row.number])
        yield unclear.model_copy(update={"target_scope": scope})
    if found and not (found.schedules or row.due_text or unread_days(row.due, found)):
        yield _noted(QuestionKind.NO_TIME, row.task.requirement, [row.number])


def asks_whose_target(one: AnsweredImport, row: RowReading) -> bool:
    """Whether several units would owe a row with a target that may be theirs together."""
    found = one.takeable(row)
    several = len(row.cell.units) > 1 or any(unit.collective for unit in row.cell.units)
    return several and found is not None and any(target.has_sum for target in found.targets)


def _noted(kind: QuestionKind, text: str, rows: list[int]) -> ImportQuestion:
    return ImportQuestion(kind=kind, blocks=False, text=text, rows=rows)
