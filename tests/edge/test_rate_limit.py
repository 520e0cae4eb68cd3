"""A caller with too many requests learns when to come back, and nobody pays for somebody else."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from limits.strategies import SlidingWindowCounterRateLimiter

from app.access.keys import Keys
from app.edge.budgets import Budget, Budgets
from tests.client import on_the_loop
from tests.conftest import Api, County
from tests.edge.conftest import Serve

Pass = Callable[[float], None]
PATH = "/api/v1/checklists"


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """`passes(7)`: seven seconds pass for the limiter."""
    clock = SimpleNamespace(now=1_700_000_000.0)
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: clock.now))

    def wait(seconds: float) -> None:
        clock.now += seconds

    return wait


def test_after_as_many_seconds_as_it_says_it_works_again(serve: Serve, passes: Pass) -> None:
    client = serve(rate_limit_anonymous="3/minute")
    passed = [client.get(PATH).status_code for _ in range(3)]
    refused = client.get(PATH)
    seconds = int(refused.headers["retry-after"])
    passes(seconds - 1)
    early = client.get(PATH)
    passes(1)
    late = client.get(PATH)

    assert passed == [200, 200, 200]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (early.status_code, late.status_code) == (429, 200)


def has_left(budgets: Budgets, budget: Budget) -> bool:
    return SlidingWindowCounterRateLimiter(budgets.windows.memory).test(budget.limit, budget.holder)


@example(limit=1, gaps=[0.0, 0.0], start=1.0)  # the window is over at the very moment, but for what a float loses
@given(
    limit=st.integers(1, 20),
    gaps=st.lists(st.floats(0, 40, allow_nan=False), min_size=1, max_size=60),
    start=st.floats(0, 60, allow_nan=False),
)
def test_the_seconds_are_right_and_not_one_too_many(limit: int, gaps: list[float], start: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = SimpleNamespace(now=1_700_000_000.0 + start)
        patch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: clock.now))
        budgets = Budgets(per_key="", per_address=f"{limit}/minute")
        budget = budgets.of_address({"client": ("192.0.2.1", 1)})
        assert budget is not None
        for gap in gaps:
            clock.now += gap
            if on_the_loop(budgets.spend(budget)):
                continue
            seconds = on_the_loop(budgets.seconds_left(budget))
            asked_at = clock.now
            clock.now = asked_at + seconds - 1
            too_early = seconds > 1 and has_left(budgets, budget)
            clock.now = asked_at + seconds

            assert not too_early
            assert has_left(budgets, budget)


def test_a_key_pays_for_itself_and_not_for_its_neighbours(county: County, serve: Serve, passes: Pass) -> None:
    client = serve(rate_limit="2/minute", rate_limit_anonymous="2/minute")
    first, second = (Api(client, county.as_role(role).key) for role in ("auditor", "coordinator"))
    statuses = [first.get("/checklists").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]  # the first one was still to prove that the key is right
    assert second.get("/checklists").status_code == 200
    assert Api(client).get("/checklists").status_code == 200


def test_guesses_use_up_their_addresss_budget_and_not_the_holders(county: County, serve: Serve, passes: Pass) -> None:
    client = serve(rate_limit="2/minute", rate_limit_anonymous="2/minute")
    right = county.as_role("auditor").key
    assert right is not None
    holder = Api(client, right)
    before = holder.get("/checklists").status_code
    guesser = Api(client, right[:-5] + "wrong")
    guesses = [guesser.get("/checklists").status_code for _ in range(4)]

    assert guesses == [401, 401, 429, 429]
    assert (before, holder.get("/checklists").status_code) == (200, 200)
    assert Api(client).get("/checklists").status_code == 200


def test_guesses_at_once_are_counted_before_any_is_looked_up(
    serve: Serve, passes: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = serve(rate_limit_anonymous="2/minute").app
    looked_up: list[str] = []
    find = Keys.find

    def noted(keys: Keys, connection: Any, token: str, *given: Any, **named: Any) -> Any:
        looked_up.append(token)
        return find(keys, connection, token, *given, **named)

    monkeypatch.setattr(Keys, "find", noted)

    async def guess(number: int) -> int:
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as own:
            wrong = {"Authorization": f"Bearer duban_abcd_{number}"}
            return (await own.get(PATH, headers=wrong)).status_code

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*map(guess, range(6)))

    assert sorted(on_the_loop(all_at_once())) == [401, 401, 429, 429, 429, 429]
    assert len(looked_up) == 2


def test_keys_that_turn_out_right_cost_their_common_address_nothing(county: County, serve: Serve, passes: Pass) -> None:
    client = serve(rate_limit="2/minute", rate_limit_anonymous="1/minute")
    roles = ("auditor", "coordinator", "admin")
    statuses = [Api(client, county.as_role(role).key).get("/checklists").status_code for role in roles]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static-offline-docs/favicon.png"])
def test_probes_and_files_are_not_counted(serve: Serve, passes: Pass, path: str) -> None:
    client = serve(rate_limit_anonymous="1/minute")
    statuses = {client.get(path).status_code for _ in range(4)}

    assert statuses == {200}


def test_an_empty_setting_sets_no_limit(serve: Serve, passes: Pass) -> None:
    client = serve(rate_limit="", rate_limit_anonymous="")
    statuses = {client.get(PATH).status_code for _ in range(20)}

    assert statuses == {200}


def test_many_addresses_take_bounded_memory(passes: Pass) -> None:
    budgets = Budgets(per_key="", per_address="5/minute", max_holders=50)
    for number in range(500):
        budget = budgets.of_address({"client": (f"10.0.{number // 256}.{number % 256}", 1)})
        assert budget is not None
        assert on_the_loop(budgets.spend(budget))

    assert len(budgets._budgets) == 50
    assert len(budgets.windows.memory.storage) <= 100  # two windows each


def test_one_ipv6_network_is_one_address(passes: Pass) -> None:
    budgets = Budgets(per_key="", per_address="5/minute")
    first, second = (budgets.of_address({"client": (host, 1)}) for host in ("2001:db8::1", "2001:db8::ffff:2"))

    assert first is second
