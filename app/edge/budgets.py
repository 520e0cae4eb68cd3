"""How much each key and each address may ask in a while."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import floor

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

MAX_HOLDERS = 10_000  # budgets kept at once; the one not used for the longest time is forgotten first
STEPS = 100


@dataclass(eq=False)
class Budget:
    """What one holder has. Large ones are taken from the window in steps of a hundredth, so that at most so much more
    gets through in a window than its limit: what one request costs is then a subtraction."""

    limit: RateLimitItem
    holder: str
    taken: int = 0  # from the window and not spent yet

    def give_back(self) -> None:
        """What was spent on a request that is not counted after all."""
        self.taken += 1


class Budgets:
    """Sliding windows in this process's memory: with several workers each has its own, so that up to `workers` times as
    much gets through, and a restart forgets them."""

    def __init__(self, per_key: str, per_address: str, max_holders: int = MAX_HOLDERS) -> None:
        self.per_key = parse(per_key) if per_key else None
        self.per_address = parse(per_address) if per_address else None
        self.max_holders = max_holders
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._budgets: OrderedDict[str, Budget] = OrderedDict()

    def of_key(self, key_id: int) -> Budget | None:
        """None where there is no limit."""
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
                self._limiter.clear(forgotten.limit, forgotten.holder)
        else:
            self._budgets.move_to_end(holder)
        return budget

    def spend(self, budget: Budget) -> bool:
        """Take one request from what is left. False: nothing is."""
        if budget.taken:
            budget.taken -= 1
            return True
        step = budget.limit.amount // STEPS
        if step > 1 and self._limiter.hit(budget.limit, budget.holder, cost=step):
            budget.taken = step - 1
            return True
        return self._limiter.hit(budget.limit, budget.holder)

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
