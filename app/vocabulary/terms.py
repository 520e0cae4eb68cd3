"""The vocabularies: the closed sets of words in responses, with their labels.

Lists have the words alone, so that one cached response serves every language; frontends fetch the labels once.
To add a vocabulary: name it here, and give each of its words a label in `app/languages/zh.po`.
"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from app.access.models import ActorRole
from app.access.permissions import Permission
from app.access.persons.models import PersonState
from app.checklists.models import Audience, ChecklistState
from app.checklists.schedules import SpanUnit
from app.checklists.targets import Comparison, TargetScope
from app.errors import every_error
from app.languages.catalogue import Language, translated
from app.languages.messages import Message, label, say
from app.notices.models import DeliveryState, ReceiverKind, TimeEvent
from app.notices.subscriptions.models import Channel
from app.obligations.lights import Light, LightReason
from app.obligations.period_models import DueSource
from app.obligations.roles import Role
from app.obligations.states import ObligationState, Timeliness
from app.oversight.contradiction_schemas import Contradiction
from app.registers.cells.document_rules import DocumentRule
from app.registers.exports.formats import FileFormat
from app.registers.exports.schemas import UnitsShown
from app.registers.imports.edition_schemas import ChangeKind
from app.registers.imports.schemas import QuestionKind
from app.registers.requirements.proposals import DayOf
from app.shapes import OutputShape
from app.tasks.schemas import TaskState
from app.units.models import UnitKind
from app.updates.finding_models import FindingKind, FindingState
from app.updates.models import Claim, Decision, Judgement
from app.workdays.calendar import DayKind, Source

ENUMS: Mapping[str, type[StrEnum]] = {
    "obligation_state": ObligationState,
    "timeliness": Timeliness,
    "light": Light,
    "light_reason": LightReason,
    "task_state": TaskState,
    "role": Role,
    "due_source": DueSource,
    "unit_kind": UnitKind,
    "checklist_state": ChecklistState,
    "audience": Audience,
    "actor_role": ActorRole,
    "person_state": PersonState,
    "permission": Permission,
    "comparison": Comparison,
    "target_scope": TargetScope,
    "day_of": DayOf,
    "span_unit": SpanUnit,
    "claim": Claim,
    "decision": Decision,
    "judgement": Judgement,
    "file_format": FileFormat,
    "units_shown": UnitsShown,
    "question_kind": QuestionKind,
    "change_kind": ChangeKind,
    "document_rule": DocumentRule,
    "finding_kind": FindingKind,
    "finding_state": FindingState,
    "channel": Channel,
    "delivery_state": DeliveryState,
    "language": Language,
    "receiver_kind": ReceiverKind,
    "time_event": TimeEvent,
    "contradiction": Contradiction,
    "day_kind": DayKind,
    "day_source": Source,
}
SCHEDULE_KINDS: Mapping[str, Message] = {
    "on": say("by a stated day"),
    "default": say("by the checklist's default day"),
    "weekly": say("weekly"),
    "ten_days": say("every ten days of a month"),
    "monthly": say("monthly"),
    "quarterly": say("quarterly"),
    "half_yearly": say("half-yearly"),
    "yearly": say("yearly"),
    "after_event": say("days after an event"),
    "times_per_year": say("a number of times a year"),
    "milestones": say("in steps"),
    "standing": say("standing, without a last day"),
}


class Term(OutputShape):
    """A word of a closed set, and its label."""

    value: str = Field(examples=["in_progress"])
    label: str = Field(examples=["推进中"])


def vocabulary(language: Language) -> dict[str, list[Term]]:
    """Every vocabulary, its labels in a language."""
    return {
        name: [Term(value=word, label=translated(label, language)) for word, label in words.items()]
        for name, words in vocabularies().items()
    }


def vocabularies() -> dict[str, Mapping[str, Message]]:
    """Every vocabulary by its name, each word with its label, in the order in which a form would offer them."""
    enums = {name: {member.value: label(member) for member in enum} for name, enum in ENUMS.items()}
    codes = {error.code: error.title for error in every_error()}
    return {**enums, "schedule_kind": SCHEDULE_KINDS, "error_code": codes}
