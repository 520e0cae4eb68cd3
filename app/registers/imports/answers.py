"""The office's answers about an import's rows and rules, as the import stores them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.checklists.targets import TargetScope
from app.registers.cells.document_rules import DocumentRule
from app.registers.imports.schemas import ImportAnswer, ImportQuestion, QuestionKind
from app.registers.requirements.proposals import DayOf


@dataclass(slots=True)
class StoredAnswers:
    """`tasks`: row → the task that it is, or None where it is a new one. `proposals`: rows whose proposal is taken,
    `no_proposals` those whose is not. `together`: rows whose targets are all units' together. `left`: what was not read
    and is left so, by kind and text. `not_units`: texts of units cells that are none. `register`: its title, year and
    columns, as they were answered. `takes_title`: whether the checklist takes the title that its edition prints.
    `days`: rows whose last-day column and requirement disagree, and which of the two counts."""

    tasks: dict[int, int | None] = field(default_factory=dict)
    proposals: set[int] = field(default_factory=set)
    rules: set[DocumentRule] = field(default_factory=set)
    together: set[int] = field(default_factory=set)
    left: set[tuple[QuestionKind, str]] = field(default_factory=set)
    not_units: set[str] = field(default_factory=set)
    no_proposals: set[int] = field(default_factory=set)
    register: dict[str, Any] = field(default_factory=dict)
    takes_title: bool = False
    days: dict[int, DayOf] = field(default_factory=dict)

    def without_rows(self) -> "StoredAnswers":
        """Without what was said of rows, which may be others now."""
        return StoredAnswers(rules=self.rules, register=self.register, takes_title=self.takes_title)

    def is_left(self, kind: QuestionKind, text: str) -> bool:
        return (kind, text) in self.left or (kind is QuestionKind.UNREAD_UNITS and text in self.not_units)

    def add(self, given: ImportAnswer, questions: Iterable[ImportQuestion]) -> None:
        """Add an answer; the last one counts. `asked`: the questions that are open, of which a kind may be left."""
        if given.take_title is not None:
            self.takes_title = given.take_title
        elif given.name is not None:
            (self.not_units.add if given.not_a_unit else self.not_units.discard)(given.name)
        elif given.kind is not None:
            about = {(one.kind, one.text) for one in questions if one.kind is given.kind}
            about = {one for one in about if given.text is None or one[1] == given.text}
            self.left = self.left | about if given.leave else self.left - about
        elif given.rule is not None:
            (self.rules.add if given.taken else self.rules.discard)(given.rule)
        elif given.row is not None and given.take_proposal is not None:
            self.take_proposals([given.row], take=given.take_proposal)
        elif given.row is not None and given.target_scope is not None:
            (self.together.add if given.target_scope is TargetScope.TOGETHER else self.together.discard)(given.row)
        elif given.row is not None and given.day_of is not None:
            self.days[given.row] = given.day_of
            self.take_proposals([given.row], take=True)
        elif given.row is not None:
            self.tasks[given.row] = given.is_task

    def take_proposals(self, rows: Iterable[int], *, take: bool) -> None:
        """Take what some rows propose, or leave it."""
        some = set(rows)
        self.proposals = self.proposals | some if take else self.proposals - some
        self.no_proposals = self.no_proposals - some if take else self.no_proposals | some

    def as_stored(self) -> dict[str, Any]:
        """As JSON, whose names cannot be numbers."""
        return {
            "tasks": {str(row): task for row, task in sorted(self.tasks.items())},
            "proposals": sorted(self.proposals),
            "no_proposals": sorted(self.no_proposals),
            "rules": sorted(self.rules),
            "together": sorted(self.together),
            "left": [{"kind": kind, "text": text} for kind, text in sorted(self.left)],
            "not_units": sorted(self.not_units),
            "register": self.register,
            "takes_title": self.takes_title,
            "days": {str(row): day_of for row, day_of in sorted(self.days.items())},
        }


def restored_answers(content: dict[str, Any]) -> StoredAnswers:
    return StoredAnswers(
        {int(row): task for row, task in content.get("tasks", {}).items()},
        set(content.get("proposals", [])),
        {DocumentRule(rule) for rule in content.get("rules", [])},
        set(content.get("together", [])),
        {(QuestionKind(one["kind"]), one["text"]) for one in content.get("left", [])},
        set(content.get("not_units", [])),
        set(content.get("no_proposals", [])),
        content.get("register", {}),
        content.get("takes_title", False),
        {int(row): DayOf(day_of) for row, day_of in content.get("days", {}).items()},
    )
