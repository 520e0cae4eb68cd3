"""So many requests in a while for each key, and for each address without one."""

import hashlib
import secrets
from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import floor
from typing import NamedTuple

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import TooManyRequests
from app.languages.messages import say
from app.problems import answer

MAX_HOLDERS = 10_000  # budgets kept at once; the one not used for the longest time is forgotten first
EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})
EXEMPT_FOLDER = "/static-offline-docs/"


class Budget(NamedTuple):
    limit: RateLimitItem
    holder: str


class RateLimit:
    """Answers 429 with Retry-After to who has asked more often than allowed, by a sliding window.

    Budgets live in this process's memory: with several workers each has its own, so that up to `workers` times as much
    gets through, and a restart forgets them. Who pays:

    - a key that has been seen to be right in this process: that key, at `per_key`;
    - no key: the address (an IPv6 /64), at `per_address`;
    - a key not seen yet: nobody if it turns out right; the address, from a third budget, if not. So guesses never use
      up the budget of a key's holder, and do not shut out neighbours behind the same address who read without one.
    """

    def __init__(self, app: ASGIApp, per_key: str, per_address: str, max_holders: int = MAX_HOLDERS) -> None:
        self.app = app
        self.per_key = parse(per_key) if per_key else None
        self.per_address = parse(per_address) if per_address else None
        self.max_holders = max_holders
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._holders: OrderedDict[Budget, None] = OrderedDict()
        self._proven: OrderedDict[bytes, int] = OrderedDict()  # digest of an Authorization header → id of its key
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in EXEMPT or scope["path"].startswith(EXEMPT_FOLDER):
            await self.app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"authorization")
        digest = header and hashlib.blake2b(header, key=self._salt, digest_size=16).digest()
        key_id = self._proven.get(digest) if digest else None
        budget = self._budget(scope, key_id, has_header=header is not None)
        waits_for_proof = header is not None and key_id is None
        if budget and not (self._limiter.test(*budget) if waits_for_proof else self._spend(budget)):
            seconds = self.seconds_left(budget)
            error = TooManyRequests(
                say(
                    "at most {count} requests in {window} seconds; ask again in {seconds} seconds",
                    count=budget.limit.amount,
                    window=budget.limit.get_expiry(),
                    seconds=seconds,
                )
            )
            await answer(Request(scope), error, {"Retry-After": str(seconds)})(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        try:
            await self.app(scope, receive, send)
        finally:
            if digest and waits_for_proof:
                proven = state.get("key_id")
                if proven is not None:
                    self._remember(digest, proven)
                elif budget:
                    self._spend(budget)

    def _budget(self, scope: Scope, key_id: int | None, *, has_header: bool) -> Budget | None:
        if key_id is not None:
            return Budget(self.per_key, f"key:{key_id}") if self.per_key else None
        if self.per_address is None:
            return None
        kind = "unproven" if has_header else "address"
        host = scope["client"][0] if scope.get("client") else ""
        return Budget(self.per_address, f"{kind}:{_network(host)}")

    def _spend(self, budget: Budget) -> bool:
        self._holders[budget] = None
        self._holders.move_to_end(budget)
        if len(self._holders) > self.max_holders:
            forgotten, _ = self._holders.popitem(last=False)
            self._limiter.clear(*forgotten)
        return self._limiter.hit(*budget)

    def _remember(self, digest: bytes, key_id: int) -> None:
        self._proven[digest] = key_id
        if len(self._proven) > self.max_holders:
            self._proven.popitem(last=False)

    def seconds_left(self, budget: Budget) -> int:
        """Whole seconds after which one more request fits, if nothing else is asked meanwhile."""
        limit, window = budget.limit.amount, budget.limit.get_expiry()
        before, before_left, current, current_left = self._storage.get_sliding_window(
            budget.limit.key_for(budget.holder), window
        )
        if current < limit:  # what the window before still weighs has to fall under what is left
            wait = before_left - (limit - current) * window / before if before else 0.0
        else:  # the window has to end first, and then to weigh less than it does
            wait = current_left - window + window * (1 - limit / current)
        return max(1, floor(wait) + 1)


@lru_cache(1024)
def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:  # a socket file, or a test
        return str(host)
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or f"{int(address) >> 64:x}/64")
