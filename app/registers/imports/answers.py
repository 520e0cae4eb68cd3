"""What the office answered about an import's rows and rules, as the import keeps it."""

from dataclasses import dataclass, field
from typing import Any

from app.checklists.targets import TargetScope
from app.registers.cells.document_rules import DocumentRule
from app.registers.imports.schemas import ImportAnswer


@dataclass(slots=True)
class KeptAnswers:
    """`tasks`: row → the task that it is, or None where it is a new one. `proposals`: rows whose proposal is taken.
    `together`: rows whose targets are all units' together."""

    tasks: dict[int, int | None] = field(default_factory=dict)
    proposals: set[int] = field(default_factory=set)
    rules: set[DocumentRule] = field(default_factory=set)
    together: set[int] = field(default_factory=set)

    def take(self, given: ImportAnswer) -> None:
        """Add an answer about a row or a rule; the last one counts."""
        if given.rule is not None:
            (self.rules.add if given.taken else self.rules.discard)(given.rule)
        elif given.row is not None and given.take_proposal is not None:
            (self.proposals.add if given.take_proposal else self.proposals.discard)(given.row)
        elif given.row is not None and given.target_scope is not None:
            (self.together.add if given.target_scope is TargetScope.TOGETHER else self.together.discard)(given.row)
        elif given.row is not None:
            self.tasks[given.row] = given.is_task

    def kept(self) -> dict[str, Any]:
        """As JSON, which has no numbers as names."""
        return {
            "tasks": {str(row): task for row, task in sorted(self.tasks.items())},
            "proposals": sorted(self.proposals),
            "rules": sorted(self.rules),
            "together": sorted(self.together),
        }


def restored_answers(content: dict[str, Any]) -> KeptAnswers:
    return KeptAnswers(
        {int(row): task for row, task in content.get("tasks", {}).items()},
        set(content.get("proposals", [])),
        {DocumentRule(rule) for rule in content.get("rules", [])},
        set(content.get("together", [])),
    )
