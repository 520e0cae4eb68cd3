"""Issue 23: a month as a story: who is written to when. 22 to 24 June 2023 are off, Sunday the 25th is worked."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.clock import SHANGHAI
from app.config import Settings
from app.notices.jobs import run_once
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.notices.receivers import Mailbox, mail_server

pytestmark = pytest.mark.long_on_postgresql

LADDER = [
    {"working_days": -3, "colour": "yellow", "receivers": ["unit"]},
    {"working_days": 0, "colour": "red", "receivers": ["unit"], "words": "今天到期。"},
    {"working_days": 1, "colour": "red", "receivers": ["unit", "office"]},
]
DIGEST = "1 项工作需关注"
STORY = """
06-16 城关镇 1 项工作需关注
06-16 河口镇 1 项工作需关注
06-19 office 有单位申请延期
06-20 城关镇 延期申请已批准
06-25 城关镇 1 项工作需关注
06-27 河口镇 1 项工作需关注
06-28 城关镇 1 项工作需关注
06-29 office 1 项工作需关注
06-29 城关镇 1 项工作需关注
06-30 城关镇 第1次催办：请尽快办理并答复
06-30 城关镇 第2次催办：请尽快办理并答复
06-30 河口镇 1 项工作需关注
07-03 office 1 项工作需关注
07-03 office 第1次催办：催办已有答复
07-03 office 第2次催办：催办已有答复
07-03 河口镇 1 项工作需关注
"""
FACTS = """
06-14 due_soon 城关镇
06-14 due_soon 河口镇
06-21 due_soon 城关镇
06-29 became_overdue 城关镇
06-26 due_soon 河口镇
07-01 became_overdue 河口镇
"""


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


class Month:
    """Ticks at nine and at eight in the evening of each day, and notes what was mailed."""

    def __init__(self, county: County, settings: Settings, now: FakeClock, box: Mailbox) -> None:
        self.county, self.settings, self.now, self.box = county, settings, now, box
        self.sent: list[str] = []
        self.day, self.has_begun = date(2023, 6, 1), False

    def until(self, day: str) -> None:
        """Let all days before one pass."""
        last = date.fromisoformat(f"2023-{day}")
        while self.day < last:
            for hour in (9, 20)[self.has_begun :]:
                self.tick(hour)
            self.day, self.has_begun = self.day + timedelta(days=1), False

    def tick(self, hour: int) -> None:
        self.now.moment = datetime(self.day.year, self.day.month, self.day.day, hour, tzinfo=SHANGHAI)
        run_once(self.county.database, self.settings, lambda: self.now.moment)
        for receiver, mail in zip(self.box.receivers, self.box.mails, strict=True):
            title = str(mail["Subject"]).removeprefix("【督办】")
            self.sent.append(f"{self.day:%m-%d} {receiver.partition('@')[0]} {title}")
        self.box.mails.clear()
        self.box.receivers.clear()

    def at(self, hour: int) -> None:
        """Between the two ticks of this day."""
        self.tick(9)
        self.has_begun = True
        self.now.moment = self.now.moment.replace(hour=hour)


def in_lines(text: str) -> list[str]:
    return sorted(text.strip().splitlines())


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def enter(county: County, office: Api) -> dict[str, int]:
    """A task due on 21 June for two townships, whose contacts are told. Returns what each owes."""
    due = {"kind": "on", "due_on": "2023-06-21"}
    task = done(office.post("/tasks", {"checklist_id": 1, "section_id": 1, "requirement": "六月的事", "schedule": due}))
    owed = {}
    for name, mailbox in (("城关镇", "chengguan"), ("河口镇", "hekou")):
        unit = county.units[name]
        done(office.put(f"/tasks/{task['id']}/units/{unit}", {}))
        contact = {"name": "联络员", "email": f"{mailbox}@huoqiu.gov.cn", "is_told": True}
        done(office.post(f"/units/{unit}/contacts", contact))
        owed[name] = office.all("/obligations", task=task["id"], unit=unit)[0]["id"]
    mail = {"jurisdiction": COUNTY, "name": "督办室", "channel": "mail", "address": "office@huoqiu.gov.cn"}
    done(office.post("/subscriptions", {**mail, "receiver": "office"}))
    return owed


def test_who_is_written_to_on_which_day(county: County, settings: Settings, now: FakeClock, office: Api) -> None:
    township = county.as_unit("城关镇")
    owed = enter(county, office)
    done(office.put("/checklists/1/reminder-rules", {"is_on": True, "rungs": LADDER}))
    with mail_server() as (box, port):
        mailing = settings.model_copy(update={"smtp_url": _secret(f"smtp://127.0.0.1:{port}")})
        month = Month(county, mailing, now, box)
        month.until("06-16")
        month.at(10)
        later = {"reason": "招标延后。", "due_on": "2023-06-28"}
        extension = done(township.post(f"/obligations/{owed['城关镇']}/extensions", later))["id"]
        month.until("06-17")
        now.set("2023-06-17T07:00:00+08:00")
        done(office.put(f"/obligations/{owed['河口镇']}/suspension", {"reason": "选址调整"}))
        month.until("06-19")
        month.at(10)
        done(office.put(f"/extensions/{extension}/decision", {"decision": "granted"}))
        month.until("06-26")
        now.set("2023-06-26T07:00:00+08:00")
        done(office.delete(f"/obligations/{owed['河口镇']}/suspension"))
        month.until("06-29")
        month.at(10)
        pressed = {"items": [{"obligation_id": owed["城关镇"]}], "words": "请报送。", "answer_by": "2023-07-05"}
        urged = [done(office.post("/urgings", pressed))["items"][0]["id"]]
        month.until("06-30")
        now.set("2023-06-30T08:00:00+08:00")
        urged += [done(office.post("/urgings", pressed))["items"][0]["id"]]
        month.at(11)
        for one in urged:
            done(township.post(f"/urgings/{one}/answer", {"answer": "下周报送。"}))
        month.until("07-04")

    names = {"chengguan": "城关镇", "hekou": "河口镇"}
    sent = [" ".join(names.get(word, word) for word in line.split(" ")) for line in month.sent]
    assert sorted(sent) == in_lines(STORY)
    units = {county.units[name]: name for name in owed}
    events = [one for one in office.all("/notices/events") if one["obligation_id"] in owed.values()]
    facts = [f"{one['happened_on'][5:]} {one['event']} {units[one['unit_id']]}" for one in events]
    assert sorted(facts) == in_lines(FACTS)
    assert [one["event"] for one in county.as_unit("河口镇").all("/notices/events", after=events[0]["seq"])]


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)
