"""The cost of subscriptions to whoever reports and reads: the same requests beside fifty, and beside none."""

import json
from collections.abc import Callable
from itertools import cycle

from app import clock
from app.access.actors import OPERATOR
from app.config import Settings
from app.notices.subscriptions.actions import subscribe
from app.notices.subscriptions.models import Channel
from app.notices.subscriptions.schemas import SubscriptionCreate
from benchmarks import servers
from benchmarks.databases import opened
from benchmarks.servers import Server
from benchmarks.shapes import SMALL
from benchmarks.verdicts import Verdicts, alternate, at_most, ratio

SUBSCRIPTIONS = 50
POSTS, LISTS = 1500, 300  # of one run: the kernel counts CPU in hundredths of a second
REPORT = json.dumps({"state": "in_progress", "narrative": "动态信息按月更新。"}).encode()
HOSTS = Settings(notice_hosts=("127.0.0.1",))


def make_subscriptions(url: str) -> None:
    """Webhooks that hear of every entry of the county."""
    with opened(url) as database, database.session(writes=True) as session:
        for number in range(SUBSCRIPTIONS):
            address = f"http://127.0.0.1/{number}"
            wanted = SubscriptionCreate(
                jurisdiction="100000", name=f"平台{number}", channel=Channel.WEBHOOK, address=address
            )
            subscribe(session, wanted, HOSTS, by=OPERATOR, at=clock.now())


def measure(name: str, subscribed: str, unsubscribed: str, keys: list[str], rounds: int, verdicts: Verdicts) -> None:
    """Print the ratios of the server's CPU.

    Args:
        subscribed, unsubscribed: URLs of two copies of the small database.
        keys: of the units that owe its obligations, in their order.
    """
    make_subscriptions(subscribed)
    with (
        servers.duban(subscribed, answer_cache_mb=0) as with_them,
        servers.duban(unsubscribed, answer_cache_mb=0) as without,
    ):
        ways: dict[str, Callable[[], float]] = {}
        for which, server in (("with", with_them), ("without", without)):
            ways[f"posts {which}"] = _posts(server, keys)
            ways[f"lists {which}"] = _lists(server)
        spent = alternate(ways, rounds)
    verdicts.heading(f"{name}: CPU beside {SUBSCRIPTIONS} subscriptions ÷ beside none")
    for what, shown in (("posts", "posting an update"), ("lists", "the list, nothing cached")):
        verdicts.say(shown, ratio(spent[f"{what} with"], spent[f"{what} without"]), at_most(1.03))


def _posts(server: Server, keys: list[str]) -> Callable[[], float]:
    owed = cycle(range(1, SMALL.tasks * SMALL.units_in_task + 1))

    def post() -> None:
        obligation = next(owed)
        headers = {"Authorization": f"Bearer {keys[obligation - 1]}", "Content-Type": "application/json"}
        if server.ask("POST", f"/api/v1/obligations/{obligation}/updates", headers, REPORT)[0] != 201:
            raise SystemExit("an update was not posted")

    return lambda: server.cpu_of(post, POSTS)


def _lists(server: Server) -> Callable[[], float]:
    return lambda: server.cpu_of(lambda: server.get("/api/v1/tasks"), LISTS)
