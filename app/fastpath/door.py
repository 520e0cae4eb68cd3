"""The fast path's middleware: it answers from the cache and calls marked routes; all else goes to the framework.

A cached response is checked at each request, never timed. It is valid while the journal's heads that it was made from
do not change, on the same day, for callers who see the same. A key's revocation is in the journal too, and its expiry
is checked each time. A change by any process is seen by every request that begins after the change was answered.
"""

from collections.abc import Awaitable
from datetime import date
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.access.actors import NOBODY, Caller
from app.access.authentication import Authentication
from app.access.caching import Basis
from app.access.declared import SeenBy, declared
from app.access.one_thread import OneThreadRoute
from app.addresses import address
from app.config import Settings
from app.database.engine import Database
from app.edge.bodies import replayed
from app.edge.gate import API, CACHED, CALLER
from app.edge.one_piece import Head, send_whole
from app.edge.problems import answer as problem
from app.edge.request_headers import RequestHeaders, headers_of_request
from app.edge.route_table import RouteTable
from app.errors import DubanError
from app.fastpath.cache import LEAST_TO_PACK, Answer, AnswerCache, Question
from app.fastpath.calls import FastCall, calls_of_marked
from app.fastpath.heads import Checks, Heads
from app.fastpath.reads import FastReads
from app.fastpath.sqlite_checks import SqliteChecks
from app.fastpath.writers import writer_of
from app.fastpath.writes import HEADERS, FastWrites

MEGABYTE = 1024 * 1024
AMPERSAND = ord("&")


class FastPath:
    """The middleware between the gate and the framework. With a cache of 0 MB it caches nothing."""

    def __init__(
        self, app: ASGIApp, *, database: Database, authentication: Authentication, table: RouteTable, settings: Settings
    ) -> None:
        self.app = app
        self.table = table
        self.checks = checks_of(database)
        self.writer = writer_of(database)
        self.reads = FastReads(database, settings)
        self.writes = FastWrites(self.writer, authentication, settings)
        self.cache = AnswerCache(settings.answer_cache_mb * MEGABYTE * 3 // 4)  # a quarter is for the parts of lists
        self._calls = calls_of_marked(table.routes)
        self._heads = {
            call.status: Head(call.status, HEADERS) for call in self._calls.values()
        }  # of a write's response

    async def close(self) -> None:
        self.writer.close()
        self.reads.close()
        await self.checks.close()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        route = self.table.route_at(scope["path"], scope["method"]) if scope["type"] == "http" else None
        if not isinstance(route, OneThreadRoute):
            return self.app(scope, receive, send)
        if scope["method"] in ("GET", "HEAD"):
            return self._read(scope, receive, send, route)
        call = self._calls.get(route.endpoint)
        return self.app(scope, receive, send) if call is None else self._write(scope, receive, send, call)

    async def _write(self, scope: Scope, receive: Receive, send: Send, call: FastCall) -> None:
        message = await receive()
        content: bytes = message.get("body", b"")
        post = self.writes.prepare(scope, headers_of_request(scope), call, content)
        written = await self.writes.write(post) if post is not None else None
        if written is None:
            await self.app(scope, replayed(content, receive), send)
        elif isinstance(written, DubanError):
            await problem(Request(scope), written)(scope, receive, send)
        else:
            scope["state"][CALLER] = written.caller
            length = [(b"content-length", str(len(written.body)).encode())]
            await send_whole(scope, send, self._heads[call.status], written.body, length)

    async def _read(self, scope: Scope, receive: Receive, send: Send, route: APIRoute) -> None:
        headers, is_api = headers_of_request(scope), scope["path"].startswith(API)
        if headers.doubled or not (is_api or headers.session_cookie is None):
            await self.app(scope, receive, send)  # the page of a caller who may be signed in is cached nowhere
            return
        is_keyed = is_api and headers.authorization is not None
        caller: Caller | None = scope["state"][CACHED] if is_keyed else NOBODY
        key_scope = None if caller is None else caller.actor.key_scope
        heads = None if caller is None else await self.checks.heads(key_scope)
        if heads is None and caller is not None:
            await self.app(scope, receive, send)
            return
        now = clock.now()
        if caller is not None and heads is not None and caller.is_valid(heads.access, now):
            question = _question(scope, headers, declared(route).seen_by(caller.actor), now.date())
            cached = self.cache.find(question)
            if cached is not None and cached.good_at != heads.stamp:
                cached = await self._revalidated(cached, heads, key_scope)
            found = cached or await self._made(scope, headers, caller, route, question)
            if found is not None:
                if caller.actor.key_id is not None:
                    scope["state"][CALLER] = caller
                if isinstance(found, DubanError):
                    await problem(Request(scope), found)(scope, receive, send)
                    return
                head, body = self._shown(question, found, headers)
                await send_whole(scope, send, head, b"" if scope["method"] == "HEAD" else body)
                return
        if scope["method"] == "HEAD":
            await self._pass_head(scope, receive, send, headers)
        else:
            await self._watch(scope, receive, send, headers)

    async def _revalidated(self, answer: Answer, heads: Heads, key_scope: str | None) -> Answer | None:
        """The cached response, if what it was made from has not changed."""
        within = answer.basis.within
        now = heads.stamp if within is None else await self.checks.stamp(within, key_scope)
        if now != answer.basis.stamp:
            return None
        answer.good_at = heads.stamp
        return answer

    async def _made(
        self, scope: Scope, headers: RequestHeaders, caller: Caller, route: APIRoute, question: Question
    ) -> Answer | DubanError | None:
        call = self._calls.get(route.endpoint) if scope["method"] == "GET" else None
        made = None if call is None else await self.reads.make(scope, headers, caller, call)
        if isinstance(made, Answer):
            self.cache.store(question, made)
        return made

    async def _watch(self, scope: Scope, receive: Receive, send: Send, headers: RequestHeaders) -> None:
        """Call the framework, and store its response."""
        start: Message | None = None
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and self._may_store(message, scope["state"]):
                start = message
                return
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                basis: Basis = scope["state"]["basis"]
                question = _question(scope, headers, basis.seen_by, clock.today())
                answer = Answer.of(b"".join(parts), list(start["headers"]), basis)
                self.cache.store(question, answer)
                head, body = self._shown(question, answer, headers)
                await send_whole(scope, send, head, body)

        await self.app(scope, receive, watched)

    async def _pass_head(self, scope: Scope, receive: Receive, send: Send, headers: RequestHeaders) -> None:
        """Call the framework for a HEAD. The length of a gzip body is unknown before it is
        packed, and no other may be named (RFC 9110, 8.6)."""

        async def without_length(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and headers.takes_gzip and self._may_store(message, scope["state"]):
                headers_left = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message = {**message, "headers": headers_left}
            await send(message)

        await self.app(scope, receive, without_length)

    def _may_store(self, start: Message, state: dict[str, Any]) -> bool:
        if start["status"] != 200 or "basis" not in state:
            return False
        headers = dict(start["headers"])
        length = headers.get(b"content-length", b"")
        is_whole = length.isdigit() and int(length) <= self.cache.largest
        return is_whole and b"etag" in headers and b"content-disposition" not in headers

    def _shown(self, question: Question, answer: Answer, headers: RequestHeaders) -> tuple[Head, bytes]:
        if headers.has_etag(answer.etag):
            return answer.head_unchanged, b""
        if not headers.takes_gzip or not LEAST_TO_PACK <= len(answer.body) <= self.cache.largest:
            return answer.head, answer.body
        if answer.packed is not None:
            return answer.packed
        packed = answer.pack()
        self.cache.store(question, answer)
        return packed


def checks_of(database: Database) -> Checks:
    if database.is_sqlite:
        return SqliteChecks(database.engine)
    from app.fastpath.postgres_checks import PostgresChecks  # with the driver, which SQLite does not need

    return PostgresChecks(database)


def _question(scope: Scope, headers: RequestHeaders, seen_by: SeenBy, today: date) -> Question:
    query: bytes = scope["query_string"]
    if AMPERSAND in query:  # the order of parameters means nothing, the order of values of one may
        query = b"&".join(sorted(query.split(b"&"), key=_name))
    return Question(address(scope["path"]), query, seen_by, headers.language, today)


def _name(pair: Any) -> Any:
    return pair.partition(b"=")[0]
