"""What is posted most, written past the framework: routing, dependencies and a session cost more than the database."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.access.actors import Known, NotKnown
from app.access.caching import UNKEPT
from app.access.idempotency import LONGEST_TOKEN, TOKEN, Once, Replayed, hash_of, take
from app.access.keys import Keys
from app.access.models import KeptAnswer
from app.access.permissions import Permission
from app.answers.layer import Asker
from app.answers.writers import Writer
from app.errors import DubanError, Unavailable
from app.problems import answer
from app.shapes import MAX_NUMBER, NUMBER_IN_PATH

CREATED = 201
BEARER = "Bearer "
JSON = b"application/json"


@dataclass(frozen=True)
class HotPost:
    """A kind of thing that is posted: where, what, who may, and how it is written.

    `write(connection, *numbers of the path, body, by=, at=)` raises NotKnown or an error of ours where it does not
    answer; nothing of what it did then stays.
    """

    template: str  # /api/v1/tasks/{id}
    body: type[BaseModel]
    permission: Permission
    write: Callable[..., BaseModel]
    path: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", re.compile(self.template.replace("{id}", f"({NUMBER_IN_PATH})")))


class _Wanted(NamedTuple):
    """A plain request."""

    hot: HotPost
    numbers: Sequence[int]
    authorization: str
    asker: Asker | None  # who it was when it was looked at last
    path: str
    token: str | None  # its Idempotency-Key
    content: bytes
    body: BaseModel


def found_at(posts: Sequence[HotPost], path: str) -> tuple[HotPost, list[int]] | None:
    """What is posted at a path, and the numbers in it."""
    for hot in posts:
        if match := hot.path.fullmatch(path):
            return hot, [int(number) for number in match.groups()]
    return None


class HotPosts:
    """Answers 201, or 503 where the database cannot commit: whatever is not plain (a key not seen yet, a body that is
    refused, what a rule forbids) goes on to the framework, which writes by the same rules and says what is wrong."""

    def __init__(self, app: ASGIApp, writer: Writer, keys: Keys, posts: Sequence[HotPost]) -> None:
        self.app = app
        self.writer = writer
        self.keys = keys
        self.posts = posts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.get("state", {})
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        found = found_at(self.posts, scope["path"]) if is_post and "asker" in state else None
        if found is None:
            await self.app(scope, receive, send)
            return
        message: Message | None = await receive()
        content: bytes = message.get("body", b"") if message and not message.get("more_body", False) else b""

        async def replay() -> Message:
            nonlocal message
            first, message = message, None
            return first or await receive()

        wanted = _wanted(*found, scope, state["asker"], content)
        if wanted is None:
            await self.app(scope, replay, send)
            return
        try:
            asker, body = await self.writer.write(lambda connection: self._write(connection, wanted))
        except Unavailable as error:
            await answer(Request(scope), error)(scope, replay, send)
        except NotKnown:
            state["asker"] = None
            await self.app(scope, replay, send)
        except (DubanError, Replayed, SQLAlchemyError):
            await self.app(scope, replay, send)
        else:
            state["asker"], state["key_id"] = asker, asker.actor.key_id
            await _answer(send, body)

    def _write(self, connection: Connection, wanted: _Wanted) -> tuple[Asker, bytes]:
        """Who it was, and the answer's body."""
        at = clock.now()
        asker = wanted.asker or self._find(connection, wanted, at)
        if not asker.actor.may(wanted.hot.permission) or (asker.until is not None and asker.until <= at):
            raise NotKnown

        def write() -> BaseModel:
            by = Known(asker.actor, asker.until, asker.access)
            return wanted.hot.write(connection, *wanted.numbers, wanted.body, by=by, at=at)

        if wanted.token is None:
            return asker, write().model_dump_json().encode()
        with Session(connection, join_transaction_mode="rollback_only") as session:
            once = Once(take(session, _kept(wanted, wanted.token, asker, at)))
            shown = once.keep(write())
            session.flush()
        return asker, shown.model_dump_json().encode()

    def _find(self, connection: Connection, wanted: _Wanted, at: datetime) -> Asker:
        known = self.keys.find(connection, wanted.authorization.removeprefix(BEARER), at)
        return Asker(known.actor, known.until, known.access)


def _wanted(hot: HotPost, numbers: Sequence[int], scope: Scope, asker: Asker | None, content: bytes) -> _Wanted | None:
    """None if anything about the request might have to be refused."""
    headers = dict(scope["headers"])
    tokens = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    authorization = headers[b"authorization"].decode("latin-1")
    token = tokens[0].decode("latin-1") if tokens else None
    is_plain = (
        authorization.startswith(BEARER)
        and headers.get(b"content-type") == JSON
        and not scope["query_string"]
        and max(numbers) <= MAX_NUMBER
        and len(tokens) <= 1
        and (token is None or (len(token) <= LONGEST_TOKEN and re.match(TOKEN, token) is not None))
    )
    if not is_plain:
        return None
    try:
        body = hot.body.model_validate_json(content)
    except ValueError:
        return None
    return _Wanted(hot, numbers, authorization, asker, scope["path"], token, content, body)


def _kept(wanted: _Wanted, token: str, asker: Asker, at: datetime) -> KeptAnswer:
    return KeptAnswer(
        key_id=asker.actor.key_id or 0,
        method="POST",
        path=wanted.path,
        idempotency_key=token,
        request_hash=hash_of("", wanted.content),
        created_at=at,
        status=CREATED,
    )


async def _answer(send: Send, body: bytes) -> None:
    raw = [(b"content-length", str(len(body)).encode()), (b"content-type", JSON)]
    raw += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in UNKEPT.items()]
    await send({"type": "http.response.start", "status": CREATED, "headers": raw})
    await send({"type": "http.response.body", "body": body})
