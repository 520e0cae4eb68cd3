"""The route for the heads of the journal, which an auditor stores elsewhere."""

from fastapi.responses import PlainTextResponse

from app import clock
from app.access.deps import AccessJournalReader
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.journal.heads import text_of
from app.oversight.journal_queries import heads_of_visible

router = api_router(tags=["journal"], journaled=False)  # each response contains its own moment


@router.get("/journal/heads", response_class=PlainTextResponse)
def read_journal_heads(actor: AccessJournalReader, session: SessionDep, settings: SettingsDep) -> str:
    """Read the heads of the streams in your scope as a signed text. Store it elsewhere: `duban heads check FILE` then
    names a stream that is shorter than it was, or different."""
    return text_of(heads_of_visible(session, actor), clock.now(), settings.signs_with)
