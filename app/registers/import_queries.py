"""An import as it stands: its rows read against the directory of today, and the questions that are left."""

from collections.abc import Iterator

from rapidfuzz import fuzz, process
from sqlmodel import Session

from app.access.actors import Actor
from app.errors import NotFound
from app.languages.messages import say
from app.registers.full_reading import FullReading, read_fully
from app.registers.import_schemas import ImportPreview, ImportQuestion, KnownUnit, QuestionKind
from app.registers.kept_reading import restored
from app.registers.models import RegisterImport
from app.registers.queries import KnownUnits, known_units, public_rows

_NEAREST, _LIKE_ENOUGH = 3, 40  # how many are offered, and from which likeness in percent


def get_import(session: Session, actor: Actor, import_id: int) -> RegisterImport:
    """Raises:
    NotFound: no such import, or of a jurisdiction that is not the actor's.
    """
    found = session.get(RegisterImport, import_id)
    if found is None or not actor.covers(found.jurisdiction_code):
        raise NotFound(say("there is no import {id} that you may see; check the number", id=import_id))
    return found


def preview(session: Session, kept: RegisterImport) -> ImportPreview:
    """What would be committed now."""
    units = known_units(session, kept.jurisdiction_code)
    full = read_fully(restored(kept.reading), units.directory, units.spelt)
    questions = list(_questions(full, units))
    return ImportPreview(
        id=kept.id,
        file_name=kept.file_name,
        jurisdiction=kept.jurisdiction_code,
        title=full.title,
        year=full.register.year,
        published_on=full.register.published_on,
        sections=public_rows(full, units),
        questions=questions,
        notes=list(full.register.notes),
        is_ready=not any(question.blocks for question in questions),
        checklist_id=kept.checklist_id,
    )


def _questions(full: FullReading, units: KnownUnits) -> Iterator[ImportQuestion]:
    rows = list(full.rows)
    names = units.spelt
    for unit in full.unknown:
        alike = process.extract(unit.name, names.keys(), scorer=fuzz.WRatio, limit=_NEAREST, score_cutoff=_LIKE_ENOUGH)
        nearest = {names[name].id: names[name].name for name, _, _ in alike}
        yield ImportQuestion(
            kind=QuestionKind.UNKNOWN_UNIT,
            blocks=True,
            text=unit.name,
            rows=[row.number for row in rows if any(one.name == unit.name for one in row.cell.units)],
            nearest=[KnownUnit(id=unit_id, name=name) for unit_id, name in nearest.items()],
        )
    noted = {
        QuestionKind.OPEN_COLLECTIVE: [row for row in rows if row.has_open],
        QuestionKind.NO_UNIT: [row for row in rows if not row.cell.units],
        QuestionKind.UNFINISHED_LIST: [row for row in rows if row.is_unfinished],
    }
    for kind, some in noted.items():
        for row in some:
            yield _noted(kind, row.task.units_text, [row.number])
    for text in full.register.unread:
        yield _noted(QuestionKind.UNREAD, text, [])
    for row in rows:
        for text in row.unread:
            yield _noted(QuestionKind.UNREAD, text, [row.number])


def _noted(kind: QuestionKind, text: str, rows: list[int]) -> ImportQuestion:
    return ImportQuestion(kind=kind, blocks=False, text=text, rows=rows, nearest=[])
