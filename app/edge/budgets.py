"""The rate limits of each key and each address."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import floor

from limits import RateLimitItem, parse
from starlette.types import Scope

from app.edge.windows import SharedWindows, Windows

MAX_HOLDERS = 10_000  # budgets stored at once; the least recently used is dropped first
STEPS = 100


@dataclass(eq=False)
class Budget:
    """What one holder has. Large ones are taken from the window in steps of a hundredth, so that at most so much more
    gets through in a window than its limit: what one request costs is then a subtraction."""

    limit: RateLimitItem
    holder: str
    taken: int = 0  # from the window and not spent yet

    def spend(self) -> bool:
        """Spend one request of those taken. False: none is left."""
        if not self.taken:
            return False
        self.taken -= 1
        return True

    def give_back(self) -> None:
        """Give back a request that does not count after all."""
        self.taken += 1


class Budgets:
    """How much each holder has left. Workers without a store that they share have a budget each."""

    def __init__(self, per_key: str, per_address: str, max_holders: int = MAX_HOLDERS, store: str = "") -> None:
        self.per_key = parse(per_key) if per_key else None
        self.per_address = parse(per_address) if per_address else None
        self.max_holders = max_holders
        self.windows = SharedWindows(store) if store else Windows()
        self._budgets: OrderedDict[str, Budget] = OrderedDict()

    def of_key(self, key_id: int) -> Budget | None:
        """None if it has no limit."""
        return self._budget(self.per_key, f"key:{key_id}") if self.per_key else None

    def of_address(self, scope: Scope, kind: str = "address") -> Budget | None:
        """Of a client's address (an IPv6 /64), one for each kind."""
        if self.per_address is None:
            return None
        host = scope["client"][0] if scope.get("client") else ""
        return self._budget(self.per_address, f"{kind}:{_network(host)}")

    def _budget(self, limit: RateLimitItem, holder: str) -> Budget:
        budget = self._budgets.get(holder)
        if budget is None:
            budget = self._budgets[holder] = Budget(limit, holder)
            if len(self._budgets) > self.max_holders:
                _, forgotten = self._budgets.popitem(last=False)
                self.windows.forget(forgotten.limit, forgotten.holder)
        else:
            self._budgets.move_to_end(holder)
        return budget

    async def spend(self, budget: Budget) -> bool:
        """Spend one request. False: none is left."""
        if budget.spend():
            return True
        step = budget.limit.amount // STEPS
        if step > 1 and await self.windows.take(budget.limit, budget.holder, step):
            budget.taken += step - 1
            return True
        return await self.windows.take(budget.limit, budget.holder, 1)

    async def seconds_left(self, budget: Budget) -> int:
        """Whole seconds after which one more request fits, if no other request comes meanwhile."""
        limit, window = budget.limit.amount, budget.limit.get_expiry()
        before, before_left, current, current_left = await self.windows.counts(budget.limit, budget.holder)
        if current < limit:  # what the window before still weighs has to fall under what is left
            wait = before_left - (limit - current) * window / before if before else 0.0
        else:  # the window has to end first, and then to weigh less than it does
            wait = current_left - window + window * (1 - limit / current)
        return max(1, floor(wait + 1e-6) + 1)  # moments of today are floats, good to less than a millionth of a second


@lru_cache(1024)
def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:  # a socket file, or a test
        return str(host)
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or f"{int(address) >> 64:x}/64")
