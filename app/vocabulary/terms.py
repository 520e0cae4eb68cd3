"""The closed sets of words that answers carry, each with what people call them.

Lists answer the words alone, so that one cached answer serves every language; frontends fetch the labels once.
To add a vocabulary: name it here, and give each of its words a label in `app/languages/zh.po`.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.access.models import ActorRole
from app.checklists.models import Audience, ChecklistState
from app.errors import every_error
from app.languages.messages import Message, label, say
from app.obligations.models import DueSource, ObligationState, Role, Timeliness
from app.obligations.schemas import TaskState
from app.units.models import UnitKind

ENUMS: Mapping[str, type[StrEnum]] = {
    "obligation_state": ObligationState,
    "timeliness": Timeliness,
    "task_state": TaskState,
    "role": Role,
    "due_source": DueSource,
    "unit_kind": UnitKind,
    "checklist_state": ChecklistState,
    "audience": Audience,
    "actor_role": ActorRole,
}
SCHEDULE_KINDS: Mapping[str, Message] = {
    "on": say("by a stated day"),
    "default": say("by the checklist's default day"),
    "standing": say("standing, without a last day"),
}


def vocabularies() -> dict[str, Mapping[str, Message]]:
    """Every vocabulary by its name, each word with its label, in the order in which a form would offer them."""
    enums = {name: {member.value: label(member) for member in enum} for name, enum in ENUMS.items()}
    codes = {error.code: error.title for error in every_error()}
    return {**enums, "schedule_kind": SCHEDULE_KINDS, "error_code": codes}
