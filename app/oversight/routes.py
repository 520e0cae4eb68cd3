"""The routes of overdue obligations and of the journal."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app import clock
from app.access.deps import JournalReader, ObligationReader, Redactor
from app.access.routing import api_router
from app.database.session import ConnectionDep, SessionDep
from app.edge.problems import ANSWERS
from app.fastpath.marks import fast_read
from app.languages.messages import say
from app.oversight import change_queries, journal_actions, journal_queries, queries
from app.oversight.change_schemas import JournalQuery, SubjectEntry
from app.oversight.schemas import (
    EntryPublic,
    EntryQuery,
    OverduePublic,
    OverdueQuery,
    StreamPublic,
    WordsErased,
    WordsToErase,
)
from app.paging import AsOfPage, LinkedDep, Page, dumped
from app.shapes import RowId, WithReason, explained
from app.storage import StorageDep

router = api_router(tags=["oversight"])


@router.get("/overdue", response_model=AsOfPage[OverduePublic], responses={403: ANSWERS[403]})
@fast_read(on_event_loop=True)
def list_overdue(
    query: Annotated[OverdueQuery, Query()],
    actor: ObligationReader,
    connection: ConnectionDep,
    request: Request,
    response: Response,
) -> Response:
    """List the overdue obligations (open, last day passed) as of a day, the longest overdue first."""
    page = queries.list_overdue(connection, actor, query, today=clock.today())
    return dumped(page, request, response)


@router.get("/journal", tags=["journal"])
def list_journal_streams(
    query: Annotated[JournalQuery, Query()], actor: JournalReader, session: SessionDep, linked: LinkedDep
) -> Page[StreamPublic] | Page[SubjectEntry]:
    """List the journal's streams and their heads; with `subject`, the entries about it, with old and new values."""
    listed = journal_queries.list_streams if query.subject is None else change_queries.list_about
    return linked(listed(session, actor, query))


StreamName = Annotated[
    str,
    Path(pattern=r"^[a-z]{1,20}(:[0-9]{1,19})?$", examples=["checklist:1"]),
    explained(say("is not the name of a stream; GET /journal lists them")),
]


@router.get("/journal/{stream}", tags=["journal"])
def list_journal_entries(
    stream: StreamName,
    query: Annotated[EntryQuery, Query()],
    actor: JournalReader,
    session: SessionDep,
    linked: LinkedDep,
) -> Page[EntryPublic]:
    """Read one stream after a seq: the feed of changes, and the evidence."""
    return linked(journal_queries.list_entries(session, actor, stream, query))


@router.put("/redaction", tags=["journal"])
def redact_words(wanted: WordsToErase, actor: Redactor, session: SessionDep, storage: StorageDep) -> WordsErased:
    """Erase words, such as an ID number, everywhere in your scope, and list where they were.

    Entries of the journal lose their payload, rows the words. Imports, and evidence by its name or address, are erased
    whole; their hashes stay. The content of files of evidence is not searched."""
    return journal_actions.redact_words(session, wanted, storage, by=actor, at=clock.now())


@router.put("/journal/{stream}/{seq}/redaction", tags=["journal"])
def redact_entry(
    stream: StreamName, seq: RowId, wanted: WithReason, actor: Redactor, session: SessionDep, storage: StorageDep
) -> EntryPublic:
    """Erase personal data: an entry's payload, what people wrote in the rows that it records, and their files."""
    return journal_actions.redact(session, stream, seq, wanted.reason, storage, by=actor, at=clock.now())
