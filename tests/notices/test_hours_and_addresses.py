"""When messages to people are sent if not at once, and that an address gets each notice once."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr

from app import clock
from app.config import Settings
from app.notices.jobs import run_once
from tests.conftest import Api, County, FakeClock
from tests.notices.receivers import Mailbox, mail_server
from tests.notices.test_sending import deliveries, done, press, subscribe

pytestmark = pytest.mark.long_on_postgresql


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def tick(county: County, settings: Settings, now: FakeClock) -> Any:
    def run(moment: str, port: int | None = None) -> None:
        now.moment = datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI)
        url = {} if port is None else {"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")}
        run_once(county.database, settings.model_copy(update=url), lambda: now.moment)

    return run


def enter_contact(county: County, email: str) -> None:
    contact = {"name": "张三", "email": email, "is_told": True}
    done(county.as_role("coordinator").post(f"/units/{county.units['城关镇']}/contacts", contact))


def sent_at(box: Mailbox) -> list[str]:
    return [str(mail["Date"]) for mail in box.mails]


def test_what_was_not_sent_in_time_waits_for_the_next_working_hours(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    """A server of mail that comes back in the evening wakes nobody."""
    enter_contact(county, "zhang@huoqiu.gov.cn")
    now.moment = datetime(2023, 6, 2, 17, 20, tzinfo=clock.SHANGHAI)
    press(county, office)
    tick("2023-06-02T17:20")  # no server of mail is named
    with mail_server() as (box, port):
        for evening in ("2023-06-02T17:50", "2023-06-03T09:00"):
            tick(evening, port)
        before = len(box.mails)
        tick("2023-06-05T08:30", port)

    assert before == 0
    assert sent_at(box) == ["Mon, 05 Jun 2023 08:30:00 +0800"]


def test_a_subscription_that_was_away_is_not_told_in_its_quiet_hours(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    quiet = {"quiet_from": "12:00", "quiet_until": "14:00"}
    unit = county.units["城关镇"]
    subscribe(office, "mail", "a@huoqiu.gov.cn", receiver="unit", unit_id=unit, **quiet)
    now.moment = datetime(2023, 6, 1, 11, 59, tzinfo=clock.SHANGHAI)
    press(county, office)
    tick("2023-06-01T11:59")
    with mail_server() as (box, port):
        for moment in ("2023-06-01T12:30", "2023-06-01T14:00"):
            tick(moment, port)

    assert sent_at(box) == ["Thu, 01 Jun 2023 14:00:00 +0800"]


def test_an_address_gets_a_notice_once_whoever_has_it(county: County, office: Api, tick: Any) -> None:
    unit = county.units["城关镇"]
    for email in ("zhen@huoqiu.gov.cn", "Zhen@huoqiu.gov.cn", "other@huoqiu.gov.cn"):
        enter_contact(county, email)
    for name in ("一", "二"):
        subscribe(office, "mail", "zhen@huoqiu.gov.cn", receiver="unit", unit_id=unit, name=name)
    press(county, office)
    with mail_server() as (box, port):
        tick("2023-06-01T09:00", port)

    assert sorted(box.receivers) == ["other@huoqiu.gov.cn", "zhen@huoqiu.gov.cn"]
    assert sorted(one.state.value for one in deliveries(county)) == ["dropped"] * 3 + ["sent"] * 2
