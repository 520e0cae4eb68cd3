"""The rules for a file and a commit."""

from collections.abc import Sequence

from app.checklists.models import Checklist
from app.errors import ImportNotReady, InvalidRequest, OutsideJurisdiction, ProposalsUndecided
from app.languages.messages import label, listed, say
from app.registers.files.reading import RegisterReading
from app.registers.imports.schemas import NAMING_KINDS, ImportQuestion, QuestionKind


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


def is_unknown(question: ImportQuestion) -> bool:
    return question.kind is QuestionKind.UNKNOWN_UNIT


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
