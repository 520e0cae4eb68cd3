"""The questions about what was not read: each text, column and table once, with all its rows."""

from collections.abc import Iterable, Iterator, Mapping

from app.registers.files.reading import LeftOut, LeftOutKind
from app.registers.imports.answers import StoredAnswers
from app.registers.imports.full_reading import RowReading
from app.registers.imports.schemas import ImportQuestion, QuestionKind
from app.registers.requirements.proposals import disagree, unread_days
from app.registers.requirements.reading import RequirementReading

_LEFT_OUT = {
    LeftOutKind.TABLE: QuestionKind.LEFT_OUT_TABLE,
    LeftOutKind.COLUMN: QuestionKind.LEFT_OUT_COLUMN,
    LeftOutKind.TEXT: QuestionKind.LEFT_OUT_TEXT,
}


def unread_questions(
    readings: Iterable[RowReading],
    left_out: Iterable[LeftOut],
    proposed: Mapping[int, RequirementReading],
    answers: StoredAnswers,
) -> Iterator[ImportQuestion]:
    """Each blocks until it is answered or left.

    Args:
        readings: the rows that the questions are about.
        proposed: by row, what its requirement proposes.
    """
    rows: dict[tuple[QuestionKind, str], dict[int, None]] = {}
    for row in readings:
        for kind, text in _of_row(row, proposed.get(row.number), answers):
            rows.setdefault((kind, text), {})[row.number] = None
    for (kind, text), some in rows.items():
        yield _question(kind, text, some, answers)
    for one in left_out:
        question = _question(_LEFT_OUT[one.kind], one.name, one.rows, answers)
        yield question.model_copy(update={"texts": list(one.texts)})


def _of_row(
    row: RowReading, proposal: RequirementReading | None, answers: StoredAnswers
) -> Iterator[tuple[QuestionKind, str]]:
    for text in row.cell.unread:
        yield QuestionKind.UNREAD_UNITS, text
    if not row.cell.units and not row.cell.unread:
        yield QuestionKind.NO_UNIT, row.task.units_text
    for words in unread_days(row.due, proposal):
        yield QuestionKind.UNREAD_DAY, words
    if row.number not in answers.days and disagree(row.due, proposal):
        yield QuestionKind.DAYS_DISAGREE, row.task.requirement


def _question(kind: QuestionKind, text: str, rows: Iterable[int], answers: StoredAnswers) -> ImportQuestion:
    is_left = answers.is_left(kind, text)
    return ImportQuestion(kind=kind, blocks=not is_left, is_left=is_left, text=text, rows=list(rows))
