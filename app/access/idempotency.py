"""Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): a POST sent twice is done once.

The key's row is locked in the transaction of the write itself, before anything else, and the response is stored in it:
what failed was never stored, and what was stored was done. A second request with the same key waits for the first and
then gets its answer. If that was erased meanwhile (`forget`), it gets 410: the thing is not done twice.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Connection, delete, update
from sqlmodel import col, select
from starlette.datastructures import UploadFile

from app import clock
from app.access.caching import UNCACHED
from app.access.deps import FoundKeyDep
from app.access.models import StoredResponse
from app.database.engine import insert_unless_there
from app.database.session import SessionDep
from app.errors import AnswerRedacted, IdempotencyKeyReused

SEE_OTHER = 303
RETENTION = clock.days(1)
PRUNED_AT_ONCE = 100
TOKEN, LONGEST_TOKEN = r"^[!-~]+$", 255

Shown = TypeVar("Shown", bound=BaseModel)


class Replayed(Exception):
    """Raised for a repeated request: the transaction ends, and the stored response is sent again."""

    def __init__(self, path: str, status: int, body: str) -> None:
        super().__init__(path)
        self.status, self.body = status, body


class Wanted(NamedTuple):
    """A POST with an Idempotency-Key, as it is stored. Two with the same first four are one."""

    key_id: int
    method: str
    path: str
    idempotency_key: str
    request_hash: str
    created_at: datetime
    status: int


class Once:
    """Stores the response to a POST with an Idempotency-Key."""

    def __init__(self, connection: Connection | None = None, row_id: int | None = None) -> None:
        self._connection, self._row_id = connection, row_id

    def store(self, shown: Shown) -> Shown:
        """Store the response, without values that may be shown only once, and return it."""
        if self._connection is not None:
            secrets: frozenset[str] = getattr(shown, "shown_once", frozenset())
            body = shown.model_copy(update=dict.fromkeys(secrets)).model_dump_json()
            self._connection.execute(
                update(StoredResponse).where(col(StoredResponse.id) == self._row_id).values(body=body)
            )
        return shown


async def _request_hash(request: Request) -> str:
    """Of a form its fields: the same one sent again may come with another boundary between them."""
    if "idempotency-key" not in request.headers:
        return ""
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        return hash_of(request.url.query, await request.body())
    return await hash_of_form(request)


async def hash_of_form(request: Request, without: Collection[str] = ()) -> str:
    """What differs between two forms to one address: their fields, but for some."""
    content = hashlib.sha256(request.url.query.encode() + b"\0")
    for name, value in (await request.form()).multi_items():
        if name in without:
            continue
        file = value if isinstance(value, UploadFile) else None
        sent = await file.read() if file else str(value).encode()
        content.update(json.dumps([name, file and file.filename, len(sent)]).encode())
        content.update(sent)
        if file:
            await file.seek(0)
    return content.hexdigest()


def is_token(text: str) -> bool:
    return len(text) <= LONGEST_TOKEN and re.match(TOKEN, text) is not None


def hash_of(query: str, body: bytes) -> str:
    """The hash that distinguishes requests to one address."""
    return hashlib.sha256(query.encode() + b"\0" + body).hexdigest()


def get_once(
    request: Request,
    session: SessionDep,
    found: FoundKeyDep,
    request_hash: Annotated[str, Depends(_request_hash)],
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=LONGEST_TOKEN,
            pattern=TOKEN,
            description="a token of your own, such as a UUID: the same request with it again within 24 hours is done "
            "once, and gets the same response",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> Once:
    key_id, status = found.caller.actor.key_id, request.scope["route"].status_code or 200
    if idempotency_key is None or key_id is None:  # who has no key may not post; the route says so
        return Once()
    path, now = request.url.path, clock.now()
    return reserve(
        session.connection(), Wanted(key_id, request.method, path, idempotency_key, request_hash, now, status)
    )


# Named first in a route: its row is the first that a transaction locks, and a repeated request stops here.
OnceDep = Annotated[Once, Depends(get_once)]


def reserve(connection: Connection, wanted: Wanted) -> Once:
    """Lock the row that will store the answer, until the transaction ends.

    Raises:
        Replayed: the same request had a response within the last 24 hours.
        IdempotencyKeyReused: another request had this Idempotency-Key.
        AnswerRedacted: the response to the same request was erased.
    """
    oldest = wanted.created_at - RETENTION
    same = [
        col(getattr(StoredResponse, name)) == getattr(wanted, name)
        for name in ("key_id", "method", "path", "idempotency_key")
    ]
    columns: Any = (
        StoredResponse.id,
        StoredResponse.body,
        StoredResponse.status,
        StoredResponse.created_at,
        StoredResponse.request_hash,
    )
    while True:
        insert_unless_there(connection, StoredResponse, wanted._asdict())
        stored = connection.execute(select(*columns).where(*same).with_for_update()).first()
        if stored is not None:
            break  # else another transaction pruned it between the two statements
    if stored.body is None:
        _prune(connection, oldest)
    elif stored.created_at > oldest:
        if stored.request_hash != wanted.request_hash:
            raise IdempotencyKeyReused()
        if not stored.body:
            raise AnswerRedacted()
        raise Replayed(wanted.path, stored.status, stored.body)
    else:
        renewed = {"body": None, "request_hash": wanted.request_hash, "created_at": wanted.created_at}
        connection.execute(update(StoredResponse).where(col(StoredResponse.id) == stored.id).values(renewed))
    return Once(connection, stored.id)


def forget(connection: Connection, pieces: Iterable[str]) -> int:
    """Erase the stored responses that contain any of these pieces of JSON. Returns how many. Their rows stay
    until their day is over, so that the requests are not done again. Locks are taken before the journal's heads."""
    erased = 0
    for piece in pieces:  # of a long one its beginning: SQLite takes patterns of 50,000 bytes
        containing = col(StoredResponse.body).contains(piece[:1000], autoescape=True)
        erased += connection.execute(update(StoredResponse).where(containing).values(body="")).rowcount
    return erased


def _prune(connection: Connection, oldest: datetime) -> None:
    """Delete some rows that are past their day, at each new key, so that the table does not grow for ever."""
    past = select(StoredResponse.id).where(
        col(StoredResponse.created_at) <= oldest, col(StoredResponse.body).is_not(None)
    )
    past = past.order_by(col(StoredResponse.id)).limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
    connection.execute(delete(StoredResponse).where(col(StoredResponse.id).in_(past)))


def install(app: FastAPI) -> None:
    """Send the stored response to a repeated request."""

    @app.exception_handler(Replayed)
    def again(_: Request, replayed: Replayed) -> Response:
        headers = {"Idempotency-Replayed": "true", **UNCACHED}
        if replayed.status == SEE_OTHER:  # the form of a page
            return RedirectResponse(json.loads(replayed.body)["location"], replayed.status, headers)
        return Response(replayed.body, replayed.status, headers, media_type="application/json")
