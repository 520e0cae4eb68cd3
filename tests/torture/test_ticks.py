"""Messages to three kinds of receivers, and four ticks at once that are killed again and again: no message is lost, one
that comes twice has the same id, and none goes to who is no longer concerned."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, func, select

from app.clock import SHANGHAI
from app.config import Settings
from app.notices.models import Delivery, DeliveryState
from tests.conftest import COUNTY, Api, County
from tests.notices.receivers import Hook, Robots, http_server, mail_server

UNITS, TICKS, SECONDS = 8, 4, 900
MOST_KILLS = 40  # with 8 × 84 urgings over three channels: 2,016 messages
# a lease of two seconds, so that what a killed process had claimed goes on at once; a working moment that goes on
TICK = """
import os
from datetime import datetime, timedelta
from app import clock, models
from app.config import get_settings
from app.database.engine import Database
from app.notices import sending
from app.notices.channels import robots
from app.notices.jobs import run_once
sending.LEASE, sending.RETRIES = timedelta(seconds=2), (1,)
robots.A_MINUTE = 1_000_000
begun, working = datetime.fromisoformat(os.environ["BEGUN"]), datetime(2023, 6, 1, 9, tzinfo=clock.SHANGHAI)
database = Database(get_settings(), pool_size=1)
while True:
    run_once(database, get_settings(), lambda: working + (datetime.now(clock.SHANGHAI) - begun))
"""


@pytest.mark.long
def test_ticks_that_are_killed_lose_no_message(county: County, settings: Settings, pytestconfig: pytest.Config) -> None:
    kills = min(pytestconfig.getoption("kills"), MOST_KILLS)
    rounds = 2 * kills + 4
    office, hook, group = county.as_role("coordinator"), Hook(), Robots(pace=1_000_000)
    owed = {one["unit"]["name"]: one["id"] for one in office.all("/obligations", task=county.task(1)["id"])}
    names = [*owed][:UNITS]
    with ExitStack() as stack:
        box, port = stack.enter_context(mail_server())
        url, robot = stack.enter_context(http_server(hook)), stack.enter_context(http_server(group))
        hook.secrets = [subscribe(office, "webhook", url, verbs=["urging.sent"])["secret"]]
        for name in names:
            unit = county.units[name]
            contact = {"name": "联络员", "email": f"u{unit}@huoqiu.gov.cn", "is_told": True}
            created(office.post(f"/units/{unit}/contacts", contact))
            subscribe(office, "wecom", f"{robot}/wecom?unit={unit}", receiver="unit", unit_id=unit)
        for _ in range(rounds):
            items = [{"obligation_id": owed[name]} for name in names]
            created(office.post("/urgings", {"items": items, "words": "请报送", "answer_by": "2023-06-30"}))
        answered = office.all("/urgings", unit=county.units[names[0]])[0]["id"]
        created(county.as_unit(names[0]).post(f"/urgings/{answered}/answer", {"answer": "已报送"}))
        environment = os.environ | {
            "DUBAN_DATABASE_URL": settings.database_url,
            "DUBAN_NOTICE_HOSTS": "127.0.0.1",
            "DUBAN_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "BEGUN": datetime.now(SHANGHAI).isoformat(),
        }
        with ticking(environment) as ticks:
            kill_until_all_are_sent(county, ticks, environment, kills, UNITS * rounds * 3 // (kills + 5))

    total = UNITS * rounds
    with county.database.session(writes=False) as session:
        sent = {*session.exec(select(Delivery.message_id).where(col(Delivery.state) == DeliveryState.SENT))}
    mails = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in box.mails)
    hooks = Counter(hook.ids)
    assert count(county) == {DeliveryState.SENT: 3 * total - 2, DeliveryState.DROPPED: 2}  # answered: mail and robot
    assert {*mails} | {*hooks} <= sent
    assert (len(mails), len(hooks)) == (total - 1, total)
    assert len(group.texts["wecom"]) >= total - 1
    assert mails.total() + hooks.total() + len(group.texts["wecom"]) <= 3 * total - 2 + kills  # again: one a kill


Ticks = list["subprocess.Popen[bytes]"]


@contextmanager
def ticking(environment: dict[str, str]) -> Iterator[Ticks]:
    """Four processes that tick until the block ends."""
    ticks = [tick(environment) for _ in range(TICKS)]
    try:
        yield ticks
    finally:
        for one in ticks:
            one.kill()
            one.wait()


def tick(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", TICK], env=environment)  # noqa: S603


def kill_until_all_are_sent(
    county: County, ticks: Ticks, environment: dict[str, str], wanted: int, between: int
) -> None:
    """Kill one after the other, each time some more messages were sent, so that a busy machine has as many kills.

    Args:
        between: messages from one kill to the next.
    """
    until, kills, before = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < until:
        time.sleep(0.2)
        states = count(county)
        if kills < wanted and states.get(DeliveryState.SENT, 0) > before + between:
            before, kills = states[DeliveryState.SENT], kills + 1
            victim = ticks.pop(0)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            ticks.append(tick(environment))
        elif states and not states.get(DeliveryState.WAITING):
            assert kills == wanted
            return
    raise AssertionError(f"not all were sent: {count(county)}, {kills} kills")


def count(county: County) -> dict[DeliveryState, int]:
    with county.database.session(writes=False) as session:
        rows = select(col(Delivery.state), func.count()).group_by(col(Delivery.state))
        return dict(session.exec(rows).all())


def subscribe(office: Api, channel: str, address: str, **more: Any) -> Any:
    wanted = {"jurisdiction": COUNTY, "name": channel, "channel": channel, "address": address, **more}
    return created(office.post("/subscriptions", wanted))


def created(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
