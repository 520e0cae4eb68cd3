"""The dependencies for the session and the connection of a request."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy import Connection
from sqlmodel import Session

from app.database.engine import Database

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def reads_only(endpoint: Endpoint) -> Endpoint:
    """Marks an endpoint that only reads, though its method could write: what it reads comes in the body of a POST."""
    READING_ENDPOINTS.add(endpoint)
    return endpoint


READING_ENDPOINTS: set[Callable[..., Any]] = set()


def is_reading(request: Request) -> bool:
    """Whether the endpoint of a request only reads."""
    return request.method in SAFE_METHODS or request.scope.get("endpoint") in READING_ENDPOINTS


async def get_session(request: Request) -> AsyncIterator[Session]:
    """The session of one request; a method that may change something gets a writing one.

    Waiting for a connection slot needs no thread: threads that wait for a connection would prevent those who have one
    from going on and giving it back.
    """
    database: Database = request.app.state.database
    session = database.session(writes=not is_reading(request))
    async with database.slot(), contextmanager_in_threadpool(session) as opened:
        yield opened


# scope="function": commits before the response is sent, so that a failed commit never gives 201.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def get_connection(session: SessionDep) -> Connection:
    return session.connection()


# The connection of the request's session, for what needs no session.
ConnectionDep = Annotated[Connection, Depends(get_connection)]
