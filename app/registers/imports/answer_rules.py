"""The rules for an answer about an import: what is wrong with it, and what would be right."""

from collections.abc import Mapping, Sequence

from app.languages.messages import Message, say
from app.registers.imports.full_reading import RowReading
from app.registers.imports.queries import AnsweredImport, asks_whose_target, options_of
from app.registers.imports.schemas import ImportAnswer, ImportQuestion, QuestionKind
from app.registers.requirements.proposals import disagree, takeable_in_row


def answer_fault(
    one: AnsweredImport,
    open_questions: Sequence[ImportQuestion],
    rows: Mapping[int, RowReading],
    given: ImportAnswer,
) -> tuple[str, Message] | None:
    """The field that is wrong, and what would be right.

    Args:
        rows: those of the file, by their numbers.
    """
    if given.name is not None:
        return _name_fault(open_questions, given)
    if given.kind is not None:
        return _text_fault(open_questions, given)
    if given.rule is not None:
        return _rule_fault(one, given)
    if given.take_title is not None:
        return _title_fault(one)
    return None if given.row is None else _row_fault(one, rows.get(given.row), given)


def _name_fault(open_questions: Sequence[ImportQuestion], given: ImportAnswer) -> tuple[str, Message] | None:
    kinds = {one.kind for one in open_questions if one.text == given.name}
    if given.not_a_unit and kinds == {QuestionKind.UNKNOWN_UNIT}:
        return "not_a_unit", say("{name} reads as a unit; give alias_of or new_unit", name=given.name)
    if kinds & {QuestionKind.UNKNOWN_UNIT, QuestionKind.UNREAD_UNITS}:
        return None
    return "name", say("{name} is not among the questions that block; see the preview", name=given.name)


def _text_fault(open_questions: Sequence[ImportQuestion], given: ImportAnswer) -> tuple[str, Message] | None:
    if given.text is None or any((one.kind, one.text) == (given.kind, given.text) for one in open_questions):
        return None
    return "text", say("{name} is not among the questions that block; see the preview", name=given.text)


def _rule_fault(one: AnsweredImport, given: ImportAnswer) -> tuple[str, Message] | None:
    if given.rule in {option.rule for option in options_of(one)}:
        return None
    return "rule", say("the document states no such rule; `options` of the preview lists what it states")


def _title_fault(one: AnsweredImport) -> tuple[str, Message] | None:
    if one.edition is not None and one.edition.printed_title != one.edition.checklist.title:
        return None
    return "take_title", say("the file prints no other title than its checklist has; see `former_title`")


def _row_fault(one: AnsweredImport, row: RowReading | None, given: ImportAnswer) -> tuple[str, Message] | None:
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
