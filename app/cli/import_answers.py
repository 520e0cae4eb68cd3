"""The answers to the questions of an import: those that options give, and the end of a command that needs others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import typer

from app.cli.edition_preview import asks_title, changes_checklist, shortened, summary
from app.cli.import_preview import numbers, takeable_rows, undecided
from app.cli.terminal import errors, printable
from app.registers.imports.rules import undecided_proposals
from app.registers.imports.schemas import (
    UNREAD_KINDS,
    ImportAnswer,
    ImportPreview,
    ImportQuestion,
    Proposals,
    QuestionKind,
    UnreadKind,
)

# text in a cell of units is not left, so that a misspelt unit is not dropped
LEFT_BY_YES = [kind for kind in UNREAD_KINDS if kind is not QuestionKind.UNREAD_UNITS]


@dataclass
class Answers:
    """`unconfirmed`: names that enter the directory as they are, for somebody to confirm later. `by_register`: what
    the rows of each register of the file are, which of its proposals and rules are taken, and what is left unread.
    `names`: what names and texts in cells of units mean, in all registers."""

    by_register: list[list[ImportAnswer]]
    names: list[ImportAnswer] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    proposals: Proposals | None = None  # what becomes of those of which no answer says


def unknown_units(previews: Iterable[ImportPreview]) -> list[ImportQuestion]:
    """The unknown units of all registers, each once."""
    some = (one for shown in previews for one in shown.questions if one.kind is QuestionKind.UNKNOWN_UNIT)
    return list({one.text: one for one in some}.values())


def wanted(
    previews: Sequence[ImportPreview],
    *,
    take_proposals: bool | None,
    take_title: bool,
    first_is_lead: bool,
    leave: Iterable[UnreadKind],
) -> Answers:
    """What the options of the command answer. Ends the command where no register states the rule."""
    if first_is_lead and not any(shown.options for shown in previews):
        stop("the register states no rule by which the first unit leads; leave --first-is-lead out")
    answers = Answers([[] for _ in previews], proposals="leave" if take_proposals is False else None)
    for shown, given in zip(previews, answers.by_register, strict=True):
        if first_is_lead:
            given += [ImportAnswer(rule=option.rule, taken=True) for option in shown.options]
        if take_title and asks_title(shown):
            given.append(ImportAnswer(take_title=True))
    if take_proposals:
        decide_proposals(previews, answers)
    leave_kinds(previews, answers, leave)
    return answers


def decide_proposals(previews: Sequence[ImportPreview], answers: Answers) -> None:
    """Take all that rows propose."""
    for shown, given in zip(previews, answers.by_register, strict=True):
        given += [ImportAnswer(row=row, take_proposal=True) for row in takeable_rows(shown)]


def unread_kinds(names: Sequence[str]) -> list[UnreadKind]:
    """The kinds to leave. Ends the command if one does not exist."""
    if others := [name for name in names if name not in UNREAD_KINDS]:
        stop(f"{printable(others[0])} cannot be left; --leave takes {', '.join(UNREAD_KINDS)}")
    return [kind for kind in UNREAD_KINDS if kind.value in names]


def leave_kinds(previews: Sequence[ImportPreview], answers: Answers, kinds: Iterable[UnreadKind]) -> None:
    """Leave all that is open of some kinds."""
    for shown, given in zip(previews, answers.by_register, strict=True):
        is_open = {one.kind for one in open_questions([shown])}
        given += [ImportAnswer(kind=kind, leave=True) for kind in kinds if kind in is_open]


def open_questions(previews: Iterable[ImportPreview]) -> list[ImportQuestion]:
    """What was not read and is neither answered nor left."""
    return [one for shown in previews for one in shown.questions if one.blocks and one.kind in UNREAD_KINDS]


def require_answered(previews: Sequence[ImportPreview], answers: Answers, *, yes: bool) -> None:
    """Ends the command where nobody is there to answer what is left open, or said that a checklist is to be changed."""
    if not yes and (names := [printable(one.text) for one in unknown_units(previews)]):
        stop(
            f"units that the directory does not have: {', '.join(names)}. Nothing was written. Give --yes to enter "
            "them as new and unconfirmed, or run this at a terminal to say what each is"
        )
    if rows := undecided_rows(previews):
        stop(
            f"{numbers(rows)} may be one of several tasks each. Nothing was written. "
            "Run this at a terminal, without --yes, to say which"
        )
    if unread := open_questions(previews):
        lines = [f"  {one.kind.value}: {about(one)}; {_option(one)}" for one in unread]
        stop("\n".join([f"questions about what was not read: {len(unread)}. Nothing was written.", *lines]))
    rows = undecided_proposals([one for shown in previews for one in shown.questions])
    if rows and answers.proposals is None:
        stop(
            f"{numbers(rows)} propose times or targets. Nothing was written. "
            "Give --take-proposals to set them, or --leave-proposals"
        )
    if not yes and (changed := [summary(shown) for shown in previews if changes_checklist(shown)]):
        stop(f"this would change {'; '.join(changed)}. Nothing was written. Give --yes if that is meant")


def undecided_rows(previews: Iterable[ImportPreview]) -> list[int]:
    return [row for shown in previews for question in undecided(shown) for row in question.rows]


def about(question: ImportQuestion) -> str:
    """The text and the rows of a question."""
    text, rows = shortened(question.text), numbers(question.rows) if question.rows else ""
    return f"{text} ({rows})" if text and rows else text or rows


def _option(question: ImportQuestion) -> str:
    """The option that would answer it."""
    left = f"--leave {question.kind.value}"
    return f"{left} or --yes" if question.kind in LEFT_BY_YES else f"{left}, or say at a terminal what it is"


def stop(why: str) -> NoReturn:
    """Ends the command."""
    errors().print(why, markup=False)
    raise typer.Exit(1)
