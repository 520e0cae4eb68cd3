"""Issue 23: messages over real receivers, and what becomes of those that cannot be sent."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import select

from app.access.actors import OPERATOR
from app.config import Settings
from app.notices.channels import hosts, robots
from app.notices.channels.hosts import post
from app.notices.channels.message import Result
from app.notices.channels.sealing import CannotUnseal, unseal
from app.notices.jobs import run_once
from app.notices.models import Delivery, DeliveryState
from app.notices.subscriptions.actions import subscribe as make
from app.notices.subscriptions.models import Subscription
from app.notices.subscriptions.schemas import SubscriptionCreate
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.notices.receivers import Hook, Robots, http_server, mail_server

pytestmark = pytest.mark.long_on_postgresql

PRESSED = {"words": "请报送进展。", "answer_by": "2023-06-09"}
LOCAL = ("127.0.0.1",)


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


@pytest.fixture
def tick(county: County, settings: Settings, now: FakeClock) -> Any:
    def run(**changed: Any) -> int:
        return run_once(county.database, settings.model_copy(update=changed), lambda: now.moment)

    return run


def subscribe(office: Api, channel: str, address: str, **more: Any) -> Any:
    wanted = {"jurisdiction": COUNTY, "name": channel, "channel": channel, "address": address, **more}
    return done(office.post("/subscriptions", wanted))


def press(county: County, office: Api, *units: str) -> None:
    items = [{"obligation_id": county.obligation(1, unit)["id"]} for unit in units or ("城关镇",)]
    done(office.post("/urgings", {**PRESSED, "items": items}))


def deliveries(county: County) -> list[Delivery]:
    with county.database.session(writes=False) as session:
        return [*session.exec(select(Delivery).order_by(Delivery.id))]  # type: ignore[arg-type]


def test_a_webhook_hears_of_each_entry_once_signed_and_thin(county: County, office: Api, tick: Any) -> None:
    hook = Hook()
    with http_server(hook) as url:
        made = subscribe(office, "webhook", url, verbs=["urging.sent"])
        hook.secrets = [made["secret"]]
        press(county, office)
        for _ in range(2):
            tick()

    (entry,) = office.all("/journal/checklist:1", after=0)[-1:]
    assert hook.seen == [
        {
            "type": "urging.sent",
            "timestamp": "2023-06-01T09:00:00+08:00",
            "data": {
                "stream": "checklist:1",
                "seq": entry["seq"],
                "subject": entry["subject"],
                "hash": entry["hash"],
            },
        }
    ]
    (delivery,) = office.all(f"/subscriptions/{made['id']}/deliveries")
    assert (delivery["state"], delivery["message_id"], delivery["tries"]) == ("sent", hook.ids[0], 1)


def test_a_secret_is_replaced_without_a_message_that_cannot_be_verified(county: County, office: Api, tick: Any) -> None:
    hook = Hook()
    with http_server(hook) as url:
        made = subscribe(office, "webhook", url, verbs=["urging.sent"])
        new = done(office.post(f"/subscriptions/{made['id']}/secret"))["secret"]
        for number, secrets in enumerate(([made["secret"]], [new])):
            hook.secrets = secrets
            press(county, office, ("城关镇", "河口镇")[number])
            tick()

    assert len(hook.seen) == 2
    assert office.all("/subscriptions")[0]["secrets"] == 2


def test_a_mail_is_text_and_html_with_a_chinese_sender(county: County, office: Api, tick: Any) -> None:
    contact = {"name": "张三", "email": "zhang@huoqiu.gov.cn", "is_told": True}
    done(office.post(f"/units/{county.units['城关镇']}/contacts", contact))
    press(county, office)
    with mail_server() as (box, port):
        tick(smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"), mail_from="霍邱县督办 <duban@huoqiu.gov.cn>")

    (mail,) = box.mails
    assert (mail["Subject"], mail["From"]) == (
        "【督办】第1次催办：请尽快办理并答复",
        "霍邱县督办 <duban@huoqiu.gov.cn>",
    )
    assert mail["Message-ID"] == f"<{deliveries(county)[0].message_id}@huoqiu.gov.cn>"
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert plain.splitlines()[1:] == ["请报送进展。", "请最迟于 2023-06-09 答复"]
    assert "<li" in html
    assert "请报送进展。" in html


def test_who_opts_out_of_digests_still_hears_of_urgings(county: County, office: Api, tick: Any, now: FakeClock) -> None:
    unit = county.units["城关镇"]
    contact = {"name": "张三", "email": "zhang@huoqiu.gov.cn", "is_told": True}
    made = done(office.post(f"/units/{unit}/contacts", contact))["id"]
    done(county.as_unit("城关镇").patch(f"/units/{unit}/contacts/{made}", {"gets_digests": False}))
    done(office.put("/checklists/1/reminder-rules", {"is_on": True}))
    now.set("2023-12-26")
    press_later = {
        "items": [{"obligation_id": county.obligation(1, "城关镇")["id"]}],
        "words": "请报",
        "answer_by": "2023-12-31",
    }
    done(office.post("/urgings", press_later))
    with mail_server() as (box, port):
        tick(smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"))

    assert [str(mail["Subject"]) for mail in box.mails] == ["【督办】第1次催办：请尽快办理并答复"]


def test_robots_get_what_they_ask_for(county: County, office: Api, tick: Any) -> None:
    group, secret = Robots(), {"secret": Robots.SECRET}
    unit = {"receiver": "unit", "unit_id": county.units["城关镇"]}
    with http_server(group) as url:
        subscribe(office, "wecom", f"{url}/wecom?key=k", **unit)
        subscribe(office, "dingtalk", f"{url}/dingtalk?access_token=t", **unit, **secret)
        subscribe(office, "feishu", f"{url}/feishu", **unit, **secret)
        press(county, office)
        tick()

    texts = {name: [text.split("\n")[0] for text in some] for name, some in group.texts.items()}
    assert texts == {name: ["【督办】第1次催办：请尽快办理并答复"] for name in ("wecom", "dingtalk", "feishu")}
    assert {one.state for one in deliveries(county)} == {DeliveryState.SENT}


def test_a_200_with_a_code_of_refusal_is_not_a_success(county: County, office: Api, tick: Any) -> None:
    unit = {"receiver": "unit", "unit_id": county.units["城关镇"]}
    with http_server(Robots()) as url:
        subscribe(office, "dingtalk", f"{url}/dingtalk", **unit, secret="SEC-of-another")  # noqa: S106
        press(county, office)
        tick()

    (one,) = deliveries(county)
    assert (one.state, one.last_status, one.tries) == (DeliveryState.WAITING, 200, 1)
    assert "310000" in one.last_answer


def test_a_robot_gets_so_many_a_minute_and_the_rest_later(
    county: County, office: Api, tick: Any, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    twenty = robots.A_MINUTE
    monkeypatch.setattr(robots, "A_MINUTE", 2)
    group = Robots(pace=2)
    group.now = lambda: now.moment.timestamp()  # noqa: PLW0108  it moves
    unit = county.units["城关镇"]
    with http_server(group) as url:
        subscribe(office, "wecom", f"{url}/wecom", receiver="unit", unit_id=unit)
        for _ in range(3):
            press(county, office)
        tick()
        first = len(group.texts["wecom"])
        now.moment += timedelta(seconds=61)
        tick()

    assert (twenty, first, len(group.texts["wecom"])) == (20, 2, 3)


def test_a_folder_has_one_file_for_each_message(county: County, office: Api, tick: Any, tmp_path: Path) -> None:
    subscribe(office, "folder", "chengguan", receiver="unit", unit_id=county.units["城关镇"])
    press(county, office)
    tick(notice_folder=str(tmp_path))

    (file,) = (tmp_path / "chengguan").iterdir()
    content = json.loads(file.read_text("utf-8"))
    assert file.name == f"{content['id']}.json"
    assert content["title"] == "【督办】第1次催办：请尽快办理并答复"


def test_a_receiver_that_is_away_for_three_days_gets_everything_afterwards_in_order(
    county: County, office: Api, tick: Any, now: FakeClock
) -> None:
    hook = Hook()
    with http_server(hook) as url:
        made = subscribe(office, "webhook", url, verbs=["urging.sent", "urging.received"])
        hook.secrets, hook.status = [made["secret"]], 503
        press(county, office, "城关镇", "河口镇")
        urged = {one["unit_id"]: one["id"] for one in office.all("/urgings")}
        done(county.as_unit("城关镇").put(f"/urgings/{urged[county.units['城关镇']]}/receipt"))
        for _ in range(12):
            tick()
            now.moment += timedelta(hours=6)
        hook.status = 200
        now.moment += timedelta(days=1)
        tick()

    seqs = [one["data"]["seq"] for one in hook.seen]
    assert len(seqs) == len({*seqs}) == 3
    assert seqs == sorted(seqs)
    assert office.all("/subscriptions", active=True)


@pytest.mark.parametrize(("status", "days"), [(410, 0), (503, 6)])
def test_a_receiver_that_is_gone_is_disabled_and_the_office_told(
    county: County, office: Api, tick: Any, now: FakeClock, status: int, days: int
) -> None:
    hook = Hook()
    hook.status = status
    with http_server(hook) as url:
        made = subscribe(office, "webhook", url, verbs=["urging.sent"])
        press(county, office)
        for _ in range(days + 1):
            tick()
            now.moment += timedelta(days=1)
        tick()

    assert office.all("/subscriptions")[0]["disabled_at"] is not None
    (told,) = office.all("/me/notices")
    assert (told["verb"], told["lines"]) == ("subscription.disabled", ["webhook"])
    assert office.post(f"/subscriptions/{made['id']}/secret").json()["code"] == "subscription_disabled"


def test_retry_after_is_heeded(county: County, office: Api, tick: Any, now: FakeClock) -> None:
    hook = Hook()
    hook.status, hook.headers = 429, {"Retry-After": "120"}
    with http_server(hook) as url:
        subscribe(office, "webhook", url, verbs=["urging.sent"])
        press(county, office)
        tick()

    (one,) = deliveries(county)
    assert one.next_at == now.moment + timedelta(seconds=120)


def test_retry_after_may_be_a_date(county: County, office: Api, tick: Any, now: FakeClock) -> None:
    hook = Hook()
    for written, seconds in ((formatdate(time.time() + 600, usegmt=True), 600), ("next week", 5)):
        hook.status, hook.headers = 429, {"Retry-After": written}
        with http_server(hook) as url:
            made = subscribe(office, "webhook", url, verbs=["urging.sent"])
            press(county, office)
            tick()
        done(office.delete(f"/subscriptions/{made['id']}"))

        assert abs((deliveries(county)[-1].next_at - now.moment).total_seconds() - seconds) < 5, written


def test_a_replay_sends_again_with_the_same_ids(county: County, office: Api, tick: Any) -> None:
    hook = Hook()
    with http_server(hook) as url:
        made = subscribe(office, "webhook", url, verbs=["urging.sent"])
        hook.secrets = [made["secret"]]
        press(county, office, "城关镇", "河口镇")
        tick()
        again = done(office.post(f"/subscriptions/{made['id']}/replay", {"stream": "checklist:1", "after": 0}))
        tick()
        one = office.all(f"/subscriptions/{made['id']}/deliveries")[0]["id"]
        done(office.post(f"/subscriptions/{made['id']}/deliveries/{one}/redelivery"))
        tick()

    assert again["deliveries"] == 2
    assert hook.ids[:2] == hook.ids[2:4]
    assert len(hook.ids) == 5


def test_what_is_answered_before_it_is_sent_is_dropped(county: County, office: Api, tick: Any, now: FakeClock) -> None:
    contact = {"name": "张三", "email": "zhang@huoqiu.gov.cn", "is_told": True}
    done(office.post(f"/units/{county.units['城关镇']}/contacts", contact))
    now.set("2023-06-01T20:00:00+08:00")
    press(county, office)
    with mail_server() as (box, port):
        server = SecretStr(f"smtp://127.0.0.1:{port}")
        tick(smtp_url=server)
        urging = office.all("/urgings")[0]["id"]
        done(county.as_unit("城关镇").post(f"/urgings/{urging}/answer", {"answer": "本周报送。"}))
        now.set("2023-06-02")
        tick(smtp_url=server)

    assert box.mails == []
    assert [one.state for one in deliveries(county)] == [DeliveryState.DROPPED]


def test_neither_address_nor_secret_is_in_an_answer_the_journal_or_the_database(
    county: County, office: Api, tick: Any, settings: Settings
) -> None:
    address = "http://127.0.0.1:9/hook?key=geheim-0815"
    made = subscribe(office, "dingtalk", address, receiver="office", secret="SEC-geheim-4711")  # noqa: S106
    press(county, office)
    tick()
    catalogue = office.all(f"/journal/catalogue:{COUNTY}")
    answers = str([made, office.all("/subscriptions"), office.all(f"/subscriptions/{made['id']}/deliveries")])

    assert "geheim" not in answers + json.dumps(catalogue)


def test_with_a_key_addresses_and_secrets_are_sealed_at_rest(
    county: County, settings: Settings, now: FakeClock
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed, rotated = (settings.model_copy(update={"notice_key": SecretStr(key)}) for key in (old, f"{new},{old}"))
    wanted = SubscriptionCreate.model_validate(
        {"jurisdiction": COUNTY, "name": "x", "channel": "webhook", "address": "http://127.0.0.1/geheim"}
    )
    with county.database.session(writes=True) as session:
        make(session, wanted, sealed, by=OPERATOR, at=now.moment)
    with county.database.session(writes=False) as session:
        stored = session.exec(select(Subscription)).one()

    assert "geheim" not in stored.address
    assert unseal(stored.address, rotated) == "http://127.0.0.1/geheim"
    with pytest.raises(CannotUnseal):
        unseal(stored.address, settings)


NOT_ALLOWED = [
    ("https://hooks.example.cn/x", ()),
    ("https://other.example.cn/x", ("hooks.example.cn",)),
    ("http://127.0.0.2/x", LOCAL),
    ("ftp://127.0.0.1/x", LOCAL),
    ("http://user:word@127.0.0.1/x", LOCAL),
    ("no address", LOCAL),
    ("http://[::1]/x", LOCAL),
    ("http://0x7f000001/x", LOCAL),
]


@pytest.mark.parametrize(("address", "named"), NOT_ALLOWED)
def test_nothing_is_sent_to_an_address_that_is_not_allowed(address: str, named: tuple[str, ...]) -> None:
    assert post(address, b"", {}, named)[0].result is Result.AWAY


def test_an_address_that_is_not_allowed_is_refused_at_the_door(office: Api) -> None:
    wanted = {"jurisdiction": COUNTY, "name": "x", "channel": "webhook"}
    answers = [office.post("/subscriptions", {**wanted, "address": address}) for address, _ in NOT_ALLOWED]

    assert {(one.status_code, one.json()["errors"][0]["field"]) for one in answers} == {(422, "body.address")}


def test_a_name_that_leads_into_the_house_is_refused_unless_that_is_named_too() -> None:
    hook = Hook()
    hook.status = 204
    with http_server(hook) as url:
        address = url.replace("127.0.0.1", "localhost")
        refused, allowed = (post(address, b"{}", {}, ("localhost", *more))[0] for more in ((), ("127.0.0.0/8",)))

    assert (refused.result, refused.status) == (Result.AWAY, None)
    assert (allowed.result, allowed.status) == (Result.SENT, 204)


def test_a_redirect_is_not_followed() -> None:
    paths: list[str] = []

    def redirecting(path: str, _headers: dict[str, str], _body: bytes) -> tuple[int, bytes, dict[str, str]]:
        paths.append(path)
        return 307, b"", {"Location": "/elsewhere"}

    with http_server(redirecting) as url:
        outcome, _ = post(f"{url}/here", b"{}", {}, LOCAL)

    assert (outcome.result, paths) == (Result.AWAY, ["/here"])


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """A server that answers slowly and without end."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def drip() -> None:
            try:
                connection, _ = server.accept()
                with closing(connection):
                    connection.recv(65_536)
                    connection.sendall(first)
                    while True:
                        time.sleep(0.02)
                        connection.sendall(drop)
            except OSError:
                pass

        threading.Thread(target=drip, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("first", "drop"),
    [(b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n"), (b"HTTP/1.1 200 OK\r\n\r\n", b"x"), (b"", b" ")],
)
def test_a_slow_answer_is_cut_in_bounded_time(monkeypatch: pytest.MonkeyPatch, first: bytes, drop: bytes) -> None:
    monkeypatch.setattr(hosts, "SECONDS", 0.3)
    with dripping(first, drop) as url:
        begun = time.monotonic()
        outcome, _ = post(url, b"{}", {}, LOCAL)

    assert outcome.result is Result.AWAY
    assert time.monotonic() - begun < 2


def test_of_an_endless_answer_only_the_beginning_is_read_and_200_characters_are_stored() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000) as url:
        outcome, content = post(url, b"{}", {}, LOCAL)

    assert (outcome.result, len(outcome.answer), len(content)) == (Result.SENT, 200, hosts.LARGEST)
