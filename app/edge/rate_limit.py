"""So many requests in a while for each key, and for each address without one."""

import hashlib
import secrets
from collections import OrderedDict

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.budgets import Budget, Budgets
from app.edge.problems import answer
from app.errors import TooManyRequests
from app.languages.messages import say

EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})
EXEMPT_FOLDER = "/static-offline-docs/"
PAID = "is_paid"  # in a request's state: it has been counted in front of the layers


class RateLimit:
    """Answers 429 with Retry-After to who has asked more often than allowed. Who pays:

    - a key that has been seen to be right in this process: that key;
    - no key: the address;
    - a key not seen yet: nobody if it turns out right; the address, from a budget of its own, if not. So guesses never
      use up the budget of a key's holder, and do not shut out neighbours behind the same address who read without one.
    """

    def __init__(self, app: ASGIApp, budgets: Budgets) -> None:
        self.app = app
        self.budgets = budgets
        self._proven: OrderedDict[bytes, int] = OrderedDict()  # digest of an Authorization header → id of its key
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_free(scope):
            await self.app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"authorization")
        digest = header and hashlib.blake2b(header, key=self._salt, digest_size=16).digest()
        key_id = self._proven.get(digest) if digest else None
        waits_for_proof = header is not None and key_id is None
        if key_id is not None:
            budget = self.budgets.of_key(key_id)
        else:
            budget = self.budgets.of_address(scope, "unproven" if waits_for_proof else "address")
        if budget and not (self.budgets.has_left(budget) if waits_for_proof else self.budgets.spend(budget)):
            await self._refuse(budget, scope, receive, send)
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
                    self.budgets.spend(budget)

    def _is_free(self, scope: Scope) -> bool:
        is_paid: bool = scope.get("state", {}).get(PAID, False)
        return is_paid or scope["path"] in EXEMPT or scope["path"].startswith(EXEMPT_FOLDER)

    async def _refuse(self, budget: Budget, scope: Scope, receive: Receive, send: Send) -> None:
        seconds = self.budgets.seconds_left(budget)
        error = TooManyRequests(
            say(
                "at most {count} requests in {window} seconds; ask again in {seconds} seconds",
                count=budget.limit.amount,
                window=budget.limit.get_expiry(),
                seconds=seconds,
            )
        )
        await answer(Request(scope), error, {"Retry-After": str(seconds)})(scope, receive, send)

    def _remember(self, digest: bytes, key_id: int) -> None:
        self._proven[digest] = key_id
        if len(self._proven) > self.budgets.max_holders:
            self._proven.popitem(last=False)
