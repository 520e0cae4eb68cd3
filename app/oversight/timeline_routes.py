"""The route of an obligation's timeline."""

from typing import Annotated

from fastapi import Query

from app.access.deps import ObligationReader, Reporter
from app.access.routing import api_router
from app.database.session import SessionDep
from app.languages.negotiation import LanguageDep
from app.obligations.deps import VisibleObligation
from app.oversight import feed_queries, timeline_queries
from app.oversight.feed_schemas import FeedPublic, FeedQuery
from app.oversight.timeline_schemas import Happening, TimelineQuery
from app.paging import LinkedDep, Page

router = api_router(tags=["obligations"])


@router.get("/obligations/{obligation_id}/timeline")
def list_timeline(
    obligation: VisibleObligation,
    query: Annotated[TimelineQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
    language: LanguageDep,
) -> Page[Happening]:
    """List the events of one obligation, by whom and when, oldest first. What happened inside its unit is for the
    unit."""
    return linked(timeline_queries.list_timeline(session, actor, obligation, query, language))


@router.get("/me/feed", tags=["me"])
def read_feed(
    actor: Reporter, query: Annotated[FeedQuery, Query()], session: SessionDep, language: LanguageDep
) -> FeedPublic:
    """List the events of your units' obligations only. Ask again with `after` of the response."""
    return feed_queries.feed(session, actor, query, language)
