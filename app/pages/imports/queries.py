"""An import as a page shows it: each question with the answers that can be chosen."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, SkipValidation
from sqlmodel import Session

from app.access.actors import Actor
from app.checklists.targets import TargetScope
from app.languages.messages import label, say
from app.paging import Page
from app.registers.imports.models import RegisterImport
from app.registers.imports.queries import list_imports, preview
from app.registers.imports.schemas import (
    UNREAD_KINDS,
    ImportInList,
    ImportPreview,
    ImportQuery,
    ImportQuestion,
    QuestionKind,
)
from app.registers.requirements.proposals import DayOf
from app.units.models import UnitKind


class Choice(NamedTuple):
    """One answer to a question: the words for it, and the ImportAnswer that the form sends."""

    words: str
    answer: str


class AskedOnPage(NamedTuple):
    question: ImportQuestion
    choices: Sequence[Choice]


class ImportsOnPage(BaseModel):
    imports: Page[ImportInList]
    jurisdiction: str


class ImportOnPage(BaseModel):
    preview: ImportPreview
    asked: SkipValidation[Sequence[AskedOnPage]]  # a copy of a sentence could not be translated
    rows: int


def imports(session: Session, actor: Actor, cursor: str | None) -> ImportsOnPage:
    page = list_imports(session, actor, ImportQuery(cursor=cursor))
    return ImportsOnPage(imports=page, jurisdiction=actor.jurisdiction_code)


def import_page(session: Session, found: RegisterImport) -> ImportOnPage:
    shown = preview(session, found)
    asked = [AskedOnPage(one, [*_choices(one)]) for one in shown.questions]
    asked.sort(key=lambda one: not one.question.blocks)  # what blocks comes first
    return ImportOnPage(preview=shown, asked=asked, rows=sum(len(one.rows) for one in shown.sections))


def _choices(question: ImportQuestion) -> Iterator[Choice]:
    """The answers of a closed set; a title and a year are typed."""
    yield from _units(question)
    kind, row = question.kind, question.rows[0] if question.rows else None
    if kind in UNREAD_KINDS and not question.is_left:
        yield _choice(say("leave it unread"), kind=kind, text=question.text, leave=True)
    if kind is QuestionKind.WHICH_TASK:
        for task in question.candidates:
            words = say("task {number}: {requirement}", number=task.number, requirement=task.requirement)
            yield _choice(words, row=row, is_task=task.task_id)
        yield _choice(say("a new task"), row=row, is_new=True)
    if question.can_be_taken:
        yield _choice(say("take what is proposed"), row=row, take_proposal=True)
        yield _choice(say("leave it as it is"), row=row, take_proposal=False)
    if kind is QuestionKind.EDITION_TITLE:
        yield _choice(say("take the new title"), take_title=True)
        yield _choice(say("keep the title"), take_title=False)
    if kind in _OF_A_ROW:
        name, members = _OF_A_ROW[kind]
        yield from (_choice(label(one), row=row, **{name: one}) for one in members)


_OF_A_ROW: Mapping[QuestionKind, tuple[str, Iterable[StrEnum]]] = {
    QuestionKind.DAYS_DISAGREE: ("day_of", DayOf),
    QuestionKind.TARGET_SCOPE: ("target_scope", TargetScope),
}


def _units(question: ImportQuestion) -> Iterator[Choice]:
    """What a name or a text may mean."""
    if question.kind not in (QuestionKind.UNKNOWN_UNIT, QuestionKind.UNREAD_UNITS):
        return
    for unit in question.nearest:
        yield _choice(say("another spelling of {unit}", unit=unit.name), name=question.text, alias_of=unit.id)
    if question.kind is QuestionKind.UNREAD_UNITS:
        yield _choice(say("no unit"), name=question.text, not_a_unit=True)
        return
    for one in UnitKind:
        yield _choice(say("a new unit: {kind}", kind=one), name=question.text, new_unit={"kind": one})


def _choice(words: str, **answer: Any) -> Choice:
    return Choice(words, json.dumps(answer, ensure_ascii=False))
