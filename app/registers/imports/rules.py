"""The rules for a file, an answer and a commit."""

from collections.abc import Sequence

from app.checklists.models import Checklist
from app.errors import ImportNotReady, InvalidRequest, OutsideJurisdiction, ProposalsUndecided
from app.languages.messages import Message, label, listed, say
from app.registers.files.reading import RegisterReading
from app.registers.imports.full_reading import RowReading
from app.registers.imports.queries import AnsweredImport, asks_whose_target, options_of
from app.registers.imports.schemas import NAMING_KINDS, ImportAnswer, ImportQuestion, QuestionKind
from app.registers.requirements.proposals import disagree, takeable_in_row


def require_edition(checklist: Checklist, reading: RegisterReading, jurisdiction_code: str) -> None:
    """Raises:
    OutsideJurisdiction, InvalidRequest: a checklist that was named is another jurisdiction's, or another year's.
    """
    if checklist.jurisdiction_code != jurisdiction_code:
        detail = say(
            "checklist {id} belongs to {code}; give the jurisdiction of the checklist",
            id=checklist.id,
            code=checklist.jurisdiction_code,
        )
        raise OutsideJurisdiction(detail, fields=[("body.checklist", detail)])
    if reading.year is not None and checklist.year != reading.year:
        detail = say(
            "checklist {id} is of {year} and the file of {other}; leave checklist out to begin a new one",
            id=checklist.id,
            year=checklist.year,
            other=reading.year,
        )
        raise InvalidRequest(detail, fields=[("body.checklist", detail)])


def as_edition(reading: RegisterReading, checklist: Checklist) -> RegisterReading:
    """A reading with the title and the year of the checklist that it is said to be of, where it has none."""
    return reading.named(None if reading.title else checklist.title, reading.year or checklist.year)


def title_refused(one: AnsweredImport) -> tuple[str, Message] | None:
    """What is wrong with an answer about the title of an edition: the field, and what would be right."""
    if one.edition is not None and one.edition.printed_title != one.edition.checklist.title:
        return None
    return "take_title", say("the file prints no other title than its checklist has; see `former_title`")


def is_unknown(question: ImportQuestion) -> bool:
    return question.kind is QuestionKind.UNKNOWN_UNIT


def name_refused(open_questions: Sequence[ImportQuestion], given: ImportAnswer) -> tuple[str, Message] | None:
    """What is wrong with an answer about a name: the field, and what would be right."""
    kinds = {one.kind for one in open_questions if one.text == given.name}
    if given.not_a_unit and kinds == {QuestionKind.UNKNOWN_UNIT}:
        return "not_a_unit", say("{name} reads as a unit; give alias_of or new_unit", name=given.name)
    if kinds & {QuestionKind.UNKNOWN_UNIT, QuestionKind.UNREAD_UNITS}:
        return None
    return "name", say("{name} is not among the questions that block; see the preview", name=given.name)


def text_refused(open_questions: Sequence[ImportQuestion], given: ImportAnswer) -> tuple[str, Message] | None:
    """What is wrong with an answer about what was not read: the field, and what would be right."""
    if given.text is None or any((one.kind, one.text) == (given.kind, given.text) for one in open_questions):
        return None
    return "text", say("{name} is not among the questions that block; see the preview", name=given.text)


def rule_refused(one: AnsweredImport, given: ImportAnswer) -> tuple[str, Message] | None:
    """What is wrong with an answer about a rule: the field, and what would be right."""
    if given.rule in {option.rule for option in options_of(one)}:
        return None
    return "rule", say("the document states no such rule; `options` of the preview lists what it states")


def row_refused(one: AnsweredImport, row: RowReading | None, given: ImportAnswer) -> tuple[str, Message] | None:
    """What is wrong with an answer about a row: the field, and what would be right."""
    if row is None:
        return "row", say("the file has no row {row}; see the preview", row=given.row)
    if given.take_proposal is not None:
        if given.take_proposal and one.takeable(row) is None:
            return "take_proposal", say(
                "row {row} proposes nothing that can be taken as it is; set the schedule by hand after the commit",
                row=row.number,
            )
        return None
    if given.day_of is not None:
        requirement = one.proposed.get(row.number)
        if not disagree(row.due, requirement):
            return "day_of", say("the last-day column of row {row} and its requirement do not disagree", row=row.number)
        if takeable_in_row(row.due, requirement, given.day_of) is None:
            return "day_of", say(
                "row {row} proposes nothing that can be taken as it is; set the schedule by hand after the commit",
                row=row.number,
            )
        return None
    if given.target_scope is not None:
        if asks_whose_target(one, row):
            return None
        return "target_scope", say("row {row} has no target that several units owe; see the preview", row=row.number)
    if one.edition is None:
        return "row", say("this file is not a newer edition of a checklist; all its rows are new")
    tasks = one.edition.every
    if given.is_task is not None and (given.is_task not in tasks or tasks[given.is_task].withdrawn_on is not None):
        return "is_task", say(
            "{id} is not a task of checklist {checklist}, or was withdrawn; see `candidates`",
            id=given.is_task,
            checklist=one.edition.checklist.id,
        )
    return None


def undecided_proposals(questions: Sequence[ImportQuestion]) -> list[int]:
    """Rows whose proposals can be taken, and of which nobody said whether they are."""
    open_ones = (one for one in questions if one.can_be_taken and not one.is_taken and not one.is_left)
    return [row for one in open_ones for row in one.rows]


def require_decided(rows: Sequence[int]) -> None:
    """Raises:
    ProposalsUndecided: rows propose something, and nobody said whether it is taken.
    """
    if rows:
        detail = say("rows {rows} propose times or targets; give proposals, take or leave", rows=listed(rows))
        raise ProposalsUndecided(detail, fields=[("query.proposals", detail)], rows=list(rows))


def require_ready(questions: Sequence[ImportQuestion]) -> None:
    """Raises:
    ImportNotReady: a question blocks.
    """
    if missing := [one.kind for one in questions if one.kind in NAMING_KINDS]:
        raise ImportNotReady(
            say("{kinds} cannot be read from the file; answer them", kinds=listed(map(label, missing)))
        )
    names = [one.text for one in questions if is_unknown(one)]
    if names:
        raise ImportNotReady(
            say("{count} units are unknown ({names}); answer what they are", count=len(names), names=listed(names))
        )
    rows = [number for one in questions if one.kind is QuestionKind.WHICH_TASK for number in one.rows]
    if rows:
        raise ImportNotReady(
            say("rows {rows} may be one of several tasks each; answer which, or that they are new", rows=listed(rows))
        )
    if unread := [one for one in questions if one.blocks]:
        kinds = dict.fromkeys(one.kind for one in unread)
        raise ImportNotReady(
            say(
                "{count} questions about what was not read are open ({kinds}); answer or leave each",
                count=len(unread),
                kinds=listed(kinds),
            )
        )
