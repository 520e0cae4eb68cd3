"""The way past the framework's layers."""

from time import perf_counter

from asgi_correlation_id import correlation_id
from starlette.requests import Request
from starlette.types import Scope, Send

from app.access.actors import Known
from app.config import Settings
from app.edge.addresses import MAX_HEADERS
from app.edge.browsers import guards
from app.edge.budgets import Budgets
from app.edge.layers import is_request_id, new_request_id
from app.edge.observed import Observation, Tell
from app.edge.one_piece import Head, Headers, send_whole
from app.edge.problems import answer as problem_of
from app.edge.rate_limit import PAID
from app.errors import DubanError
from app.fastpath.asked import Asked

REQUEST_ID = b"x-request-id"  # each request has its own
ORDINARY = 3000  # bytes of headers


class Shortcut:
    """Does for each request that takes it what the layers do: limits, the request's id, the log, the measures. What
    they put on an answer is in its head already."""

    def __init__(self, budgets: Budgets, tell: Tell, settings: Settings) -> None:
        self.budgets = budgets
        self.tell = tell
        self._most_bytes = min(ORDINARY, settings.header_limit)
        self._pages_may_call = bool(settings.cors_origins)
        self._hsts_seconds = settings.hsts_seconds

    def is_open_to(self, asked: Asked) -> bool:
        """False where the headers might have to be refused."""
        return asked.size <= self._most_bytes and asked.number <= MAX_HEADERS and asked.credentials <= 1

    def is_for_a_page(self, asked: Asked) -> bool:
        """Whether the answer has to say which page may read it (CORS)."""
        return self._pages_may_call and asked.origin is not None

    def is_within_limits(self, scope: Scope, asker: Known | None) -> bool:
        """Count a request; False where the limit is reached: the layer of the limits refuses it then.

        Args:
            asker: None for a key that has not been looked at, which costs its holder nothing yet.
        """
        if asker is None:
            budget = self.budgets.of_address(scope, "unproven")
            return budget is None or self.budgets.has_left(budget)
        key_id = asker.actor.key_id
        budget = self.budgets.of_address(scope) if key_id is None else self.budgets.of_key(key_id)
        scope.setdefault("state", {})[PAID] = is_within = budget is None or self.budgets.spend(budget)
        return is_within

    @staticmethod
    def name(asked: Asked) -> str:
        """Give a request its id, by which the log knows it from now on."""
        given = asked.request_id
        is_good = given is not None and is_request_id(given.decode("latin-1"))
        named = given.decode("ascii") if given and is_good else new_request_id()
        correlation_id.set(named)
        return named

    def problem(self, scope: Scope, error: DubanError) -> tuple[Head, bytes]:
        """What an error is answered."""
        found = problem_of(Request(scope), error)
        return Head(found.status_code, [*found.raw_headers, *guards(scope["scheme"], self._hsts_seconds)]), bytes(
            found.body
        )

    async def answer(
        self,
        scope: Scope,
        send: Send,
        head: Head,
        own: Headers,
        body: bytes,
        *,
        template: str,
        key_id: int | None,
        request_id: str,
        begun: float,
    ) -> None:
        """Send an answer and tell of it.

        Args:
            own: the headers that no other answer with this head has.
            template: of the route.
            begun: when the request came, by `perf_counter`.
        """
        await send_whole(scope, send, head, [*own, (REQUEST_ID, request_id.encode("ascii"))], body)
        seen = Observation(
            scope["method"],
            scope["path"],
            template,
            head.status,
            perf_counter() - begun,
            len(body),
            scope["client"][0] if scope.get("client") else None,
            key_id,
            request_id,
        )
        for tell in self.tell:
            tell(seen)
