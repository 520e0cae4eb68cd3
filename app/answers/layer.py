"""Answers from memory what was answered before and still holds: before any routing, thread or dependency.

A kept answer is checked at each request, never timed. It holds while the journal's heads that it was made from stand,
on the same day, for who sees the same; a key's revocation stands in the journal too, and its end is looked at each
time. A change that any process made is seen by every request that comes after the change was answered.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any, NamedTuple

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.access.actors import ANONYMOUS, Actor
from app.access.caching import Basis, SeenBy, seen_by
from app.answers.asked import Asked
from app.answers.heads import Checks, Heads
from app.answers.kept import REQUEST_ID, Answer, Headers, Kept, Question
from app.config import Settings
from app.edge.budgets import Budgets
from app.edge.layers import is_request_id, new_request_id
from app.edge.observed import Observation, Tell
from app.edge.route_table import RouteTable

PREFIX = "/api/v1/"
MOST_ASKERS = 10_000
MEGABYTE = 1024 * 1024


class Asker(NamedTuple):
    """Who was behind an Authorization header when the stream of the keys stood at `access`."""

    actor: Actor
    until: datetime | None
    access: str | None


class Answers:
    """The layer. It stands in front of all others, which a kept answer does not pass again: what they put on the answer
    was kept with it, and what they do for each request (limits, log, measures, the request's id) is done here too.

    With no megabytes to keep answers in it keeps none.
    """

    def __init__(
        self,
        app: ASGIApp,
        checks: Checks,
        budgets: Budgets,
        tell: Tell,
        table: RouteTable,
        settings: Settings,
        is_hot_post: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.app = app
        self.checks = checks
        self.budgets = budgets
        self.tell = tell
        self.table = table
        self.is_hot_post = is_hot_post
        self.kept = Kept(settings.answer_cache_mb * MEGABYTE * 3 // 4)  # a quarter is for the parts of lists
        self.minds_origin = bool(settings.cors_origins)
        self._askers: LRUCache[bytes, Asker] = LRUCache(MOST_ASKERS)
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith(PREFIX):
            if scope["type"] == "http" and scope["method"] == "POST" and self.is_hot_post(scope["path"]):
                await self._name_asker(scope, receive, send)
            else:
                await self.app(scope, receive, send)
            return
        begun = perf_counter()
        asked = Asked.of(scope["headers"])
        heads = await self.checks.heads() if asked.is_ordinary else None
        if heads is None:
            await self.app(scope, receive, send)
            return
        digest = self._digest(asked)
        asker = self._asker(digest, heads)
        if asker is not None:
            question = self._question(scope, asked, seen_by(asker.actor, scope["path"]))
            answer = self.kept.find(question)
            if answer is not None and await self._holds(answer, heads) and self._may_ask(scope, asker):
                await self._answer(scope, question, answer, asked, asker, begun, send)
                return
            scope.setdefault("state", {})["asker"] = asker
        if scope["method"] == "HEAD":
            await self._pass_head(scope, receive, send, asked)
            return
        await self._watch(scope, receive, send, asked, digest, heads)

    async def _name_asker(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say who posts, if that is known, and keep who it was found to be. Whoever writes checks in its transaction
        that the keys still stand so."""
        asked = Asked.of(scope["headers"])
        digest = self._digest(asked) if asked.is_ordinary else None
        if digest is None:
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["asker"] = self._askers.get(digest)
        await self.app(scope, receive, send)
        if state["asker"] is None:
            self._askers.pop(digest, None)
        else:
            self._askers[digest] = state["asker"]

    def _digest(self, asked: Asked) -> bytes | None:
        return asked.authorization and hashlib.blake2b(asked.authorization, key=self._salt, digest_size=16).digest()

    async def _answer(
        self,
        scope: Scope,
        question: Question,
        answer: Answer,
        asked: Asked,
        asker: Asker,
        begun: float,
        send: Send,
    ) -> None:
        given = asked.request_id
        request_id = given.decode("ascii") if given and is_request_id(given.decode("latin-1")) else new_request_id()
        status, headers, body = self._shown(question, answer, asked)
        body = b"" if scope["method"] == "HEAD" else body
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*headers, (REQUEST_ID, request_id.encode("ascii"))],
            }
        )
        await send({"type": "http.response.body", "body": body})
        seen = Observation(
            scope["method"],
            scope["path"],
            answer.template,
            status,
            perf_counter() - begun,
            len(body),
            scope["client"][0] if scope.get("client") else None,
            asker.actor.key_id,
            request_id,
        )
        for tell in self.tell:
            tell(seen)

    def _may_ask(self, scope: Scope, asker: Asker) -> bool:
        """False where the limit of requests is reached: the layer of the limits refuses it then."""
        key_id = asker.actor.key_id
        budget = self.budgets.of_address(scope) if key_id is None else self.budgets.of_key(key_id)
        return budget is None or self.budgets.spend(budget)

    def _asker(self, digest: bytes | None, heads: Heads) -> Asker | None:
        if digest is None:
            return Asker(ANONYMOUS, None, heads.access)
        asker = self._askers.get(digest)
        if asker is None or asker.access != heads.access:
            return None
        return None if asker.until is not None and asker.until <= clock.now() else asker

    async def _holds(self, answer: Answer, heads: Heads) -> bool:
        if answer.good_at == heads.stamp:
            return True
        now = heads.stamp if answer.within is None else await self.checks.stamp(answer.within)
        if now != answer.stamp:
            return False
        answer.good_at = heads.stamp
        return True

    async def _watch(
        self, scope: Scope, receive: Receive, send: Send, asked: Asked, digest: bytes | None, heads: Heads
    ) -> None:
        """Let the request through, and keep what it is answered."""
        state = scope.setdefault("state", {})
        held: Message | None = None
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and self._may_keep(message, state):
                held = message
                return
            if held is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                basis: Basis = state["basis"]
                question = self._question(scope, asked, basis.seen_by)
                template = self.table.path_template(scope["path"])
                within, stamp = basis.asking.within, basis.asking.stamp
                answer = Answer.of(b"".join(parts), held["headers"], template, within, stamp)
                self.kept.keep(question, answer)
                status, headers, body = self._shown(question, answer, asked)
                own = [(name, value) for name, value in held["headers"] if name == REQUEST_ID]
                await send({"type": "http.response.start", "status": status, "headers": [*headers, *own]})
                await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, watched)
        if digest is not None and "basis" in state:
            basis = state["basis"]
            actor, until = basis.asking.actor, basis.asking.until
            # verified after the heads were read: a key that was revoked between makes the next check differ
            self._askers[digest] = Asker(actor, until, heads.access)

    async def _pass_head(self, scope: Scope, receive: Receive, send: Send, asked: Asked) -> None:
        """Let a HEAD through. What GET would send as gzip is of a length that nobody knows before it is packed, and no
        other may be named (RFC 9110, 8.6)."""
        state = scope.setdefault("state", {})

        async def without_length(message: Message) -> None:
            if message["type"] == "http.response.start" and asked.takes_gzip and self._may_keep(message, state):
                headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, without_length)

    def _may_keep(self, start: Message, state: dict[str, Any]) -> bool:
        if start["status"] != 200 or "basis" not in state:
            return False
        headers = dict(start["headers"])
        length = headers.get(b"content-length", b"")
        is_whole = length.isdigit() and int(length) <= self.kept.largest
        return is_whole and b"etag" in headers and b"content-disposition" not in headers

    def _shown(self, question: Question, answer: Answer, asked: Asked) -> tuple[int, Headers, bytes]:
        if asked.holds(answer.etag):
            return 304, answer.headers_unchanged, b""
        if asked.takes_gzip and answer.is_worth_packing:
            if answer.packed is None:
                answer.pack()
                self.kept.keep(question, answer)
            return 200, answer.headers_packed, answer.packed or b""
        return 200, answer.headers, answer.body

    def _question(self, scope: Scope, asked: Asked, seen_by: SeenBy) -> Question:
        query: bytes = scope["query_string"]
        if b"&" in query:  # the order of parameters says nothing, the order of one's values may
            query = b"&".join(sorted(query.split(b"&"), key=_name))
        origin = asked.origin if self.minds_origin else None
        return Question(scope["path"], query, seen_by, asked.language, clock.today(), origin, scope["scheme"])


def _name(pair: Any) -> Any:
    return pair.partition(b"=")[0]
