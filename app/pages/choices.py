"""What is chosen in forms and not written: a form sends a value, and people are shown its words."""

from collections.abc import Mapping
from enum import StrEnum

from app.access.sessions.own_forms import FIELD
from app.checklists.models import Audience
from app.languages.messages import Message, label, say
from app.pages.forms import ONCE
from app.updates.finding_models import FindingKind
from app.updates.models import Claim, Decision, Judgement


def _labels(members: type[StrEnum]) -> Mapping[str, Message]:
    return {one.value: label(one) for one in members}


CHOICES: Mapping[str, Mapping[str, Message]] = {  # by the name of the field
    "state": _labels(Claim),
    "judgement": _labels(Judgement),
    "decision": _labels(Decision),
    "kind": _labels(FindingKind),
    "audience": _labels(Audience),
    "claim_held": {
        "true": say("held: its day counts"),
        "false": say("did not hold: the day of the correction counts"),
    },
    "proposals": {"leave": say("leave it as it is"), "take": say("take what is proposed")},
    "column": {  # what a column of the table may be
        "requirement": say("Requirement"),
        "units": say("Responsible units"),
        "section": say("Section"),
        "due": say("Last day"),
        "completion": say("What has been done"),
        "number": say("No."),
    },
}
# What a form sends for the server alone: numbers of rows, and answers that their question puts in words.
UNSHOWN = {FIELD, ONCE, "answer", "next", "obligation", "preview"}


def in_words(name: str, value: str) -> str:
    """What was sent in a field, as people are shown it; empty for what is not for them."""
    return "" if name in UNSHOWN else CHOICES.get(name, {}).get(value, value)
