"""The reasons that stand beside an obligation: people wrote most of them, and the server some."""

from app.languages.messages import Message, fill, say
from app.obligations.models import Obligation
from app.obligations.settlement import ASSIGNMENT_ENDED
from app.obligations.suspension_models import Suspension
from app.tasks.actions import WITHDRAWN

OWN = Obligation.ours | Suspension.ours | {ASSIGNMENT_ENDED, WITHDRAWN}


def own_words(reason: str | None) -> str | Message | None:
    """A reason that the server wrote is stored in English, and becomes a message again, with what people added to it.
    What people wrote alone is unchanged."""
    what, colon, why = (reason or "").partition(": ")
    if what not in OWN:
        return reason
    return say("{title}: {what}", title=fill(what, {}), what=why) if colon else fill(what, {})
