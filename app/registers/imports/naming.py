"""The questions and answers about a register itself: its title, its year and its columns."""

from collections.abc import Iterator, Sequence

from app.errors import InvalidRequest
from app.languages.messages import Message, say
from app.registers.files.reading import RegisterReading, UnreadablePage
from app.registers.imports.answers import restored_answers
from app.registers.imports.models import RegisterImport
from app.registers.imports.naming_schemas import asked_columns
from app.registers.imports.schemas import ImportAnswer, ImportQuestion, QuestionKind
from app.registers.imports.stored_reading import as_stored, restored


def naming_questions(register: RegisterReading) -> Iterator[ImportQuestion]:
    """The questions that have to be answered before the file is a register. Each blocks."""
    if columns := asked_columns(register):
        yield ImportQuestion(
            kind=QuestionKind.COLUMNS, blocks=True, text=" | ".join(columns.heads), rows=[], columns=columns
        )
    if not register.title:
        yield ImportQuestion(kind=QuestionKind.TITLE, blocks=True, text="", rows=[])
    if register.year is None:
        yield ImportQuestion(kind=QuestionKind.YEAR, blocks=True, text=register.title, rows=[])


def name_register(read: RegisterImport, answers: Sequence[ImportAnswer]) -> None:
    """Read the register with the answered title, year and columns, and store it. Other answers are ignored.

    Raises:
        InvalidRequest: the columns were not in question, or the table cannot be read so; the year is not that of the
        checklist of which it was said to be an edition.
    """
    if not any(given.names_register for given in answers):
        return
    register, said = restored(read.reading), restored_answers(read.answers)
    for index, given in enumerate(answers):
        if given.columns is not None:
            register = _read_by_columns(register, given, f"body.answers.{index}.columns")
            said = said.without_rows()
        if read.edition_of_id is not None and given.year not in (register.year, None):
            sent = say("the file was sent as an edition of a checklist of {year}; send it without", year=register.year)
            raise _refused(f"body.answers.{index}.year", sent)
        register = register.named(given.title, given.year)
        if given.names_register:
            said.register |= given.model_dump(mode="json", exclude_unset=True)
    read.reading, read.answers = as_stored(register), said.as_stored()


def _read_by_columns(register: RegisterReading, given: ImportAnswer, field: str) -> RegisterReading:
    if register.found is None or given.columns is None:
        raise _refused(field, say("the columns of this file were read; send it again with `columns` to have them so"))
    from app.registers.files.unclear_tables import read_found  # its patterns are a fiftieth of a server's start

    try:
        read = read_found(register.found, given.columns.columns)
    except UnreadablePage as broken:
        raise _refused(field, broken.message) from broken
    return read.named(register.title or None, register.year)


def _refused(field: str, detail: Message) -> InvalidRequest:
    return InvalidRequest(detail, fields=[(field, detail)])
