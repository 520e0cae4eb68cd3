"""The gate: the middleware that every request passes first."""

import logging
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, nullcontext
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from asgi_correlation_id import correlation_id
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import Settings
from app.database import waiting
from app.database.session import READING_ENDPOINTS, SAFE_METHODS
from app.database.waiting import ClientGone
from app.edge import root_paths
from app.edge.addresses import check_address
from app.edge.arrivals import note_arrival
from app.edge.bodies import LONG, SHORT, Bodies, replayed
from app.edge.browsers import Guards, cors, guards_by_scheme
from app.edge.budgets import Budget, Budgets
from app.edge.departures import Watched
from app.edge.observation import CLIENT_GONE, Observation, Observers
from app.edge.one_piece import ONE_PIECE, Headers
from app.edge.problems import answer
from app.edge.request_headers import HEADERS, RequestHeaders
from app.edge.request_ids import HEADER, request_id_of
from app.edge.route_table import UNMATCHED, RouteTable, signs_in, takes_files
from app.errors import DubanError, InternalError, ServerReadOnly, TooManyRequests
from app.languages.messages import say

log = logging.getLogger(__name__)
UNLIMITED = frozenset({"/healthz", "/readyz", "/metrics"})
UNLIMITED_FOLDER = "/static-offline-docs/"
API = "/api/"
# in a request's state: the cached caller of the Authorization header, who was authenticated by it now, who is
# signed in by a cookie, and what went out
CACHED, CALLER, SIGNED_IN, SENT = "cached_caller", "caller", "signed_in", "sent"


class KnownCallers(Protocol):
    """The callers who have been authenticated in this process, by their credentials."""

    def find(self, credentials: bytes) -> Any: ...

    async def authenticate(self, credentials: bytes) -> Any: ...

    async def admit(self, credentials: bytes) -> Any: ...

    def remember(self, credentials: bytes, caller: Any) -> None: ...


class Proof(NamedTuple):
    """What a request shows of its caller: under /api/ its Authorization header, on pages the cookie of a session. Where
    somebody signs in it is in the body, and no cookie counts."""

    callers: KnownCallers
    credentials: bytes | None
    is_page: bool = False
    signs_in: bool = False

    @property
    def is_given(self) -> bool:
        return self.signs_in or self.credentials is not None

    @property
    def found_in(self) -> str:
        """Where in the request's state stands who was found by it."""
        return SIGNED_IN if self.is_page else CALLER

    def cached(self) -> Any:
        return None if self.credentials is None else self.callers.find(self.credentials)


class Gate:
    """Gives a request its id, rejects an address or headers beyond the limits, counts it against the caller's budget,
    reads its body, marks its answer, logs and measures it. An error that nobody foresaw is logged with its traceback.

    A body is read where a route may take one, from callers with a valid key: nobody else makes the server store more
    than a short one, on pages: who signs in has no key yet, and what was written before a session ended is not lost.

    Whose budget a request is counted against:

    - a key that has been authenticated in this process: that key's;
    - no key: the address's;
    - a key not seen yet: a budget of the address's own for guesses, which gets it back if the key is valid. So
      guesses never use up the budget of a key's holder, and do not shut out neighbours behind the same address who read
      without a key.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        budgets: Budgets,
        callers: KnownCallers,
        signed_in: KnownCallers,
        table: RouteTable,
        observers: Observers,
    ) -> None:
        self.app = app
        self.settings = settings
        self.budgets = budgets
        self.callers = callers
        self.signed_in = signed_in
        self.table = table
        self.observers = observers
        self._bodies = Bodies(settings)
        self._guards = guards_by_scheme(settings.hsts_seconds, [])
        self._is_for_pages = bool(settings.cors_origins)
        self._inner: ASGIApp = cors(self._admit, settings.cors_origins) if settings.cors_origins else self._admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        headers = RequestHeaders(scope["headers"])
        request_id = request_id_of(headers.values.get(HEADER))
        correlation_id.set(request_id)
        if self._is_for_pages:  # the headers for pages are put on answers that leave in two pieces
            scope["extensions"] = {}
        if root_path := root_paths.enter(scope, headers, self.settings):
            scope["path"] = self._without(root_path, scope["path"])
        state = scope.setdefault("state", {})
        sent = state[SENT] = _Sent(send, self._guards["https" if scope["scheme"] == "https" else "http"], request_id)
        state[HEADERS] = headers
        try:
            await self._inner(scope, receive, sent)
        finally:
            del state[SENT]  # the server's `send` refers to the scope: a cycle that only the collector would free
            caller = state.get(CALLER) or state.get(SIGNED_IN)
            seen = Observation(
                scope["method"],
                scope["path"],
                self.table.path_template(scope["path"]),
                sent.status,
                perf_counter() - begun,
                sent.bytes,
                scope["client"][0] if scope.get("client") else None,
                caller and caller.actor.key_id,
                request_id,
            )
            for observe in self.observers:
                observe(seen)

    def add_headers(self, headers: Headers) -> None:
        """Put these on every answer from now on, in the place of those that were added before."""
        self._guards = guards_by_scheme(self.settings.hsts_seconds, headers)

    def _without(self, root_path: str, path: str) -> str:
        """The path without the root path, which some proxies remove and others leave."""
        is_whole = path.startswith(f"{root_path}/") and self.table.path_template(path) == UNMATCHED
        return path.removeprefix(root_path) if is_whole else path

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]
        headers: RequestHeaders = state[HEADERS]
        proof, cached, budget = self._proof(scope, headers), None, None
        try:
            check_address(scope, headers, self.settings)
            cached = proof.cached()
            state[CACHED] = None if proof.is_page else cached
            budget = self._budget(scope, cached, proof)
            if budget is not None and not budget.spend():
                await self._refill(budget)
            if cached is None and proof.credentials is not None:
                cached = await self._admitted(scope, proof.callers, proof.credentials, budget)
                state[CACHED] = None if proof.is_page else cached
            if scope["method"] in SAFE_METHODS:
                waiting.begin(self.settings.request_timeout)
                await self.app(scope, receive, send)
            else:
                self._require_writing(scope)
                async with await self._body(scope, headers, proof, cached, receive) as whole:
                    note_arrival(state)
                    with Watched(waiting.begin(self.settings.request_timeout), receive):
                        await self.app(scope, whole, send)
        except ClientGone:
            pass
        except DubanError as error:
            await answer(Request(scope), error)(scope, receive, send)
        except Exception:
            sent: _Sent = state[SENT]
            log.exception("unforeseen")
            if sent.has_begun and not sent.has_ended:
                raise  # half a response was sent; only a cut connection shows the client that it failed
            if not sent.has_begun:
                await answer(Request(scope), InternalError())(scope, receive, send)
        finally:
            found = state.get(proof.found_in, cached)
            if found is not cached:
                self._note_found(proof, found, budget if cached is None else None)

    async def _admitted(self, scope: Scope, callers: KnownCallers, credentials: bytes, budget: Budget | None) -> Any:
        """The caller of new credentials, where they are found before the request begins."""
        if self.table.route_at(scope["path"], scope["method"]) is None:
            return None
        found = await callers.admit(credentials)
        if found is not None:
            callers.remember(credentials, found)
            if budget is not None:
                budget.give_back()
        return found

    @staticmethod
    def _note_found(proof: Proof, found: Any, budget: Budget | None) -> None:
        """Remember a caller who was found during the request; a guess that was right does not count."""
        if proof.credentials is not None:
            proof.callers.remember(proof.credentials, found)
        if proof.is_given and budget is not None:
            budget.give_back()

    def _proof(self, scope: Scope, headers: RequestHeaders) -> Proof:
        if scope["path"].startswith(API):
            return Proof(self.callers, headers.authorization)
        route = self.table.route_at(scope["path"], scope["method"])
        if route is not None and signs_in(route):
            return Proof(self.signed_in, None, is_page=True, signs_in=True)
        return Proof(self.signed_in, headers.session_cookie, is_page=True)

    def _require_writing(self, scope: Scope) -> None:
        """Raises:
        ServerReadOnly: the request would change something on a read-only server.
        """
        if self.settings.read_only:
            route = self.table.route_at(scope["path"], scope["method"])
            if route is not None and route.endpoint not in READING_ENDPOINTS:
                raise ServerReadOnly()

    async def _body(
        self, scope: Scope, headers: RequestHeaders, proof: Proof, cached: Any, receive: Receive
    ) -> AbstractAsyncContextManager[Receive]:
        """The body of a request. Where nothing takes it, or without a key, it is as if none came; pages take a short
        one from anyone."""
        route = self.table.route_at(scope["path"], scope["method"]) if headers.has_body else None
        size = headers.body_size
        if route is not None and await self._is_trusted(scope["state"], size, proof, cached):
            return self._bodies.read(headers, receive, takes_files=takes_files(route))
        if route is not None and proof.is_page and size is not None and size <= SHORT:
            return self._bodies.read(headers, receive, is_short=True)
        return nullcontext(replayed(b"", receive))

    async def _is_trusted(self, state: dict[str, Any], size: int | None, proof: Proof, cached: Any) -> bool:
        """Before a long body the key is looked up again: it may have been revoked."""
        is_long = size is None or size > LONG
        if proof.credentials is None or not (cached is None or is_long):
            return cached is not None
        found = await proof.callers.authenticate(proof.credentials)
        if found is not None:
            state[proof.found_in] = found
        if not proof.is_page:
            state[CACHED] = found
        return found is not None

    def _budget(self, scope: Scope, cached: Any, proof: Proof) -> Budget | None:
        """The budget of a request; None if it has no limit."""
        if scope["path"] in UNLIMITED or scope["path"].startswith(UNLIMITED_FOLDER):
            return None
        if cached is not None:
            return self.budgets.of_key(cached.actor.key_id)
        return self.budgets.of_address(scope, "unproven" if proof.is_given else "address")

    async def _refill(self, budget: Budget) -> None:
        """Take more of a budget from its window, and spend one request of it.

        Raises:
            TooManyRequests.
        """
        if await self.budgets.spend(budget):
            return
        seconds = await self.budgets.seconds_left(budget)
        raise TooManyRequests(
            say(
                "at most {count} requests in {window} seconds; ask again in {seconds} seconds",
                count=budget.limit.amount,
                window=budget.limit.get_expiry(),
                seconds=seconds,
            ),
            seconds=seconds,
        )


class _Sent:
    """Sends a response with the headers of every response, and records its status and size."""

    __slots__ = ("_guards", "_request_id", "_send", "bytes", "has_ended", "status")

    def __init__(self, send: Send, guards: Guards, request_id: str) -> None:
        self._send = send
        self._guards = guards
        self._request_id = request_id.encode("ascii")
        self.status = CLIENT_GONE
        self.bytes = 0
        self.has_ended = False

    @property
    def has_begun(self) -> bool:
        return self.status != CLIENT_GONE

    def __call__(self, message: Message) -> Awaitable[None]:
        kind = message["type"]
        if kind == ONE_PIECE:
            self.status, self.bytes, self.has_ended = message["status"], len(message["body"]), True
            lines = message["lines"]
            own = (lines, self._guards.lines(lines), HEADER, b": ", self._request_id, b"\r\n")
            message["lines"] = b"".join(own)
        elif kind == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            message["headers"] = [*headers, *self._guards.headers(headers), (HEADER, self._request_id)]
        elif kind == "http.response.body":
            self.bytes += len(message.get("body", b""))
            self.has_ended = not message.get("more_body", False)
        return self._send(message)
