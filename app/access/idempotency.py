"""Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): a POST sent twice is done once.

The key is taken in the transaction of the write itself, before anything else is locked, and the answer is kept in it:
what failed was never kept, and what was kept was done. A second request with the same key waits for the first and
then gets its answer.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, FastAPI, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import delete
from sqlmodel import Session, col, select
from starlette.datastructures import UploadFile

from app import clock
from app.access.actors import Asking
from app.access.caching import UNKEPT
from app.access.deps import get_asking
from app.access.models import KeptAnswer
from app.database.engine import insert_unless_there
from app.database.session import SessionDep
from app.errors import IdempotencyKeyReused

KEPT_FOR = clock.days(1)
PRUNED_AT_ONCE = 100
TOKEN, LONGEST_TOKEN = r"^[!-~]+$", 255

Shown = TypeVar("Shown", bound=BaseModel)


class Replayed(Exception):
    """Ends a request that was answered before: the transaction is left, and the kept answer is sent again."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__(kept.path)
        self.status, self.body = kept.status, kept.body or ""


class Once:
    """What a POST hands its answer to, so that it is kept where the request asked for that."""

    def __init__(self, kept: KeptAnswer | None) -> None:
        self._kept = kept

    def keep(self, shown: Shown) -> Shown:
        """Keep the answer, without what may be shown only once, and pass it on."""
        if self._kept is not None:
            secrets: frozenset[str] = getattr(shown, "shown_once", frozenset())
            self._kept.body = shown.model_copy(update=dict.fromkeys(secrets)).model_dump_json()
        return shown


async def _request_hash(request: Request) -> str:
    """A form by its fields: the same one sent again may come with another boundary between them."""
    if "idempotency-key" not in request.headers:
        return ""
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        return hash_of(request.url.query, await request.body())
    content = hashlib.sha256(request.url.query.encode() + b"\0")
    for name, value in (await request.form()).multi_items():
        file = value if isinstance(value, UploadFile) else None
        sent = await file.read() if file else str(value).encode()
        content.update(json.dumps([name, file and file.filename, len(sent)]).encode())
        content.update(sent)
        if file:
            await file.seek(0)
    return content.hexdigest()


def hash_of(query: str, body: bytes) -> str:
    """What tells two requests to one address apart."""
    return hashlib.sha256(query.encode() + b"\0" + body).hexdigest()


def _take(
    request: Request,
    session: SessionDep,
    asking: Annotated[Asking, Depends(get_asking)],
    request_hash: Annotated[str, Depends(_request_hash)],
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=LONGEST_TOKEN,
            pattern=TOKEN,
            description="a token of your own, such as a UUID: the same request with it again within 24 hours is done "
            "once, and answered alike",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> Once:
    if idempotency_key is None or asking.actor.key_id is None:  # who has no key may not post; the route says so
        return Once(None)
    wanted = KeptAnswer(
        key_id=asking.actor.key_id,
        method=request.method,
        path=request.url.path,
        idempotency_key=idempotency_key,
        request_hash=request_hash,
        created_at=clock.now(),
        status=request.scope["route"].status_code or 200,
    )
    return Once(take(session, wanted))


# Named first in a route: its row is the first that a transaction locks, and a repeated request stops here.
OnceDep = Annotated[Once, Depends(_take)]


def take(session: Session, wanted: KeptAnswer) -> KeptAnswer:
    """The row that will keep the answer, taken until the transaction ends.

    Raises:
        Replayed: the same request was answered within the last 24 hours.
        IdempotencyKeyReused: another request was, with this Idempotency-Key.
    """
    oldest = wanted.created_at - KEPT_FOR
    while True:
        insert_unless_there(session, KeptAnswer, wanted.model_dump(exclude={"id"}))
        same = (
            col(KeptAnswer.key_id) == wanted.key_id,
            col(KeptAnswer.method) == wanted.method,
            col(KeptAnswer.path) == wanted.path,
            col(KeptAnswer.idempotency_key) == wanted.idempotency_key,
        )
        kept = session.exec(select(KeptAnswer).where(*same).with_for_update()).first()
        if kept is None:  # another transaction pruned it between the two statements
            continue
        if kept.body is None:
            _prune(session, oldest)
            return kept
        if kept.created_at > oldest:
            if kept.request_hash != wanted.request_hash:
                raise IdempotencyKeyReused()
            raise Replayed(kept)
        kept.body, kept.request_hash, kept.created_at = None, wanted.request_hash, wanted.created_at
        return kept


def _prune(session: Session, oldest: datetime) -> None:
    """Each key that is taken clears away some that are past their day, so that the table does not grow for ever."""
    past = select(KeptAnswer.id).where(col(KeptAnswer.created_at) <= oldest, col(KeptAnswer.body).is_not(None))
    past = past.order_by(col(KeptAnswer.id)).limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(KeptAnswer).where(col(KeptAnswer.id).in_(past)).execution_options(synchronize_session=False))


def install(app: FastAPI) -> None:
    """Answer a repeated request as it was answered the first time."""

    @app.exception_handler(Replayed)
    def again(_: Request, replayed: Replayed) -> Response:
        headers = {"Idempotency-Replayed": "true", **UNKEPT}
        return Response(replayed.body, replayed.status, headers, media_type="application/json")
