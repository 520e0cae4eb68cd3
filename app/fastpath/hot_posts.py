"""What is posted most, written past the framework: routing, dependencies and a session cost more than the database."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.access.actors import Known, NotKnown
from app.access.caching import UNKEPT
from app.access.idempotency import Once, Replayed, take
from app.access.keys import keys_of
from app.config import Settings
from app.edge.bodies import LONG
from app.edge.browsers import guards
from app.edge.one_piece import Head, Headers
from app.errors import DubanError, InternalError, Unavailable
from app.fastpath.asked import Asked
from app.fastpath.askers import Askers
from app.fastpath.posted import CREATED, JSON, HotPost, Posted, found_at, plain
from app.fastpath.shortcut import Shortcut
from app.fastpath.writers import Writer

SECONDS = 0.1  # for a body to follow its head
log = logging.getLogger(__name__)


class HotPosts:
    """Answers 201, or 503 where the database cannot commit: whatever is not plain (a body that is refused or comes
    slowly, what a rule forbids) goes on to the framework, which writes by the same rules and says what is wrong.

    It stands in front of the framework's layers, as the kept answers do.
    """

    def __init__(
        self,
        app: ASGIApp,
        writer: Writer,
        posts: Sequence[HotPost],
        askers: Askers,
        shortcut: Shortcut,
        settings: Settings,
    ) -> None:
        self.app = app
        self.writer = writer
        self.posts = posts
        self.askers = askers
        self.shortcut = shortcut
        self.longest = min(LONG, settings.body_limit)
        common = [(b"content-type", JSON), *((name.lower().encode(), value.encode()) for name, value in UNKEPT.items())]
        self.created = [
            Head(CREATED, [*common, *guards(scheme, settings.hsts_seconds)]) for scheme in ("http", "https")
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        found = found_at(self.posts, scope["path"]) if is_post else None
        if found is None:
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        asked = Asked.of(scope["headers"])
        first = await _soon(receive, self.longest) if self._is_open_to(asked) else None

        async def replay() -> Message:
            nonlocal first
            message, first = first, None
            return message or await receive()

        posted = plain(*found, scope, self._whole(first)) if first else None
        digest = self.askers.digest(asked.authorization or b"")
        asker = self.askers.find(digest)
        if posted is None or not self.shortcut.is_within_limits(scope, asker):
            await self.app(scope, replay, send)
            return
        request_id = self.shortcut.name(asked)
        written = await self._written(posted, asker, digest)
        if written is None:
            await self.app(scope, replay, send)
            return
        if isinstance(written, DubanError):
            head, body = self.shortcut.problem(scope, written)
            key_id, own = None, Headers()
        else:
            asker, body = written
            self.askers.keep(digest, asker)
            head, own = self.created[scope["scheme"] == "https"], [(b"content-length", str(len(body)).encode())]
            key_id = asker.actor.key_id
        await self.shortcut.answer(
            scope, send, head, own, body, template=posted.hot.route, key_id=key_id, request_id=request_id, begun=begun
        )

    async def _written(
        self, posted: Posted, asker: Known | None, digest: bytes
    ) -> tuple[Known, bytes] | DubanError | None:
        """Who it was, and the answer's body; or what to answer where it was written or not, which is no reason to write
        it a second time; or None where nothing was, and the framework has to say why."""
        try:
            return await self.writer.write(lambda connection: self._write(connection, posted, asker))
        except Unavailable as lost:
            return lost
        except NotKnown:
            self.askers.forget(digest)
            return None
        except (Replayed, DubanError, SQLAlchemyError):
            return None
        except Exception:
            log.exception("unforeseen")
            return InternalError()

    def _write(self, connection: Connection, posted: Posted, asker: Known | None) -> tuple[Known, bytes]:
        at = clock.now()
        by = asker or keys_of(connection.dialect).find(connection, posted.key, at)
        if not by.actor.may(posted.hot.permission) or by.has_expired(at):
            raise NotKnown

        def write() -> BaseModel:
            return posted.hot.write(connection, *posted.numbers, posted.body, by=by, at=at)

        if posted.token is None:
            return by, write().model_dump_json().encode()
        with Session(connection, join_transaction_mode="rollback_only") as session:
            once = Once(take(session, posted.kept(posted.token, by.actor, at)))
            shown = once.keep(write())
            session.flush()
        return by, shown.model_dump_json().encode()

    def _is_open_to(self, asked: Asked) -> bool:
        """Whether the layers would look at nothing but its body."""
        is_open = self.shortcut.is_open_to(asked) and not self.shortcut.is_for_a_page(asked)
        return is_open and asked.authorization is not None

    def _whole(self, message: Message) -> bytes:
        """A body; none if more is to come, or it might be too large."""
        content: bytes = message.get("body", b"")
        return content if not message.get("more_body", False) and len(content) <= self.longest else b""


async def _soon(receive: Receive, longest: int) -> Message | None:
    """The body, as much of it as comes soon after its head and is not too long; None if nothing does. The framework
    waits for the rest with more patience."""
    parts: list[bytes] = []
    arrived, more = 0, True
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while more and arrived <= longest:
                message = await receive()
                if message["type"] != "http.request":  # the client went away
                    return message
                parts.append(message.get("body", b""))
                arrived += len(parts[-1])
                more = message.get("more_body", False)
    return {"type": "http.request", "body": b"".join(parts), "more_body": more} if parts else None
