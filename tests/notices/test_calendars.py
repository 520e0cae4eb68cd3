"""Issue 23: a unit's last days as a calendar that every program can subscribe to."""

from datetime import date
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from httpx import Response

from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock

NAME = "城关镇"


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def unit(county: County) -> Api:
    return county.as_unit(NAME)


@pytest.fixture
def made(county: County, unit: Api) -> Any:
    return done(unit.post(f"/units/{county.units[NAME]}/calendar-tokens"))


def read(county: County, made: Any, **headers: str) -> Response:
    return county.client.request("GET", made["path"], headers=headers)


def events(answer: Response) -> dict[str, Any]:
    """By their UID, read by another parser than the one that wrote them."""
    assert answer.status_code == 200, answer.text
    return {one.uid.value: one for one in vobject.readOne(answer.text).vevent_list}


def test_a_calendar_program_reads_the_last_days_without_a_key(county: County, unit: Api, made: Any) -> None:
    found = events(answer := read(county, made))
    owed = unit.all("/obligations", checklist=1)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert {one.dtstart.value for one in found.values()} == {date(2023, 12, 31)}
    assert {*found} == {f"obligation-{one['id']}@duban" for one in owed}
    assert {one.status.value for one in found.values()} == {"CONFIRMED"}


def test_a_change_keeps_the_uid_and_raises_the_sequence(county: County, unit: Api, made: Any) -> None:
    office, (first, second) = county.as_role("coordinator"), unit.all("/obligations", checklist=1)[:2]
    before = events(read(county, made))
    extension = done(unit.post(f"/obligations/{first['id']}/extensions", {"reason": "延后", "due_on": "2024-03-31"}))[
        "id"
    ]
    done(office.put(f"/extensions/{extension}/decision", {"decision": "granted", "reason": "跨年"}))
    done(office.post(f"/obligations/{second['id']}/waiver", {"reason": "机构改革"}))
    after = events(read(county, made))
    moved, off = (f"obligation-{one['id']}@duban" for one in (first, second))

    assert after[moved].dtstart.value == date(2024, 3, 31)
    assert after[off].status.value == "CANCELLED"
    assert [int(after[uid].sequence.value) - int(before[uid].sequence.value) for uid in (moved, off)] == [1, 1]


def test_a_last_day_that_a_suspension_will_move_is_tentative(
    county: County, unit: Api, made: Any, now: FakeClock
) -> None:
    office, (first, second) = county.as_role("coordinator"), unit.all("/obligations", checklist=1)[:2]
    done(office.put(f"/obligations/{first['id']}/suspension", {"reason": "选址调整"}))
    now.set("2024-01-02")
    done(office.put(f"/obligations/{second['id']}/suspension", {"reason": "选址调整"}))
    found = events(read(county, made))
    shown = [found[f"obligation-{one['id']}@duban"] for one in (first, second)]

    assert [one.status.value for one in shown] == ["TENTATIVE", "CONFIRMED"]  # the second had missed its last day
    assert [one.summary.value.partition("]")[0] for one in shown] == ["[暂停", "[未启动"]
    assert [one.sequence.value for one in shown] == ["1", "1"]


def test_what_is_closed_stays_for_sixty_days(county: County, unit: Api, made: Any, now: FakeClock) -> None:
    owed = unit.all("/obligations", checklist=1)[0]["id"]
    done(county.as_role("coordinator").post(f"/obligations/{owed}/waiver", {"reason": "机构改革"}))
    shown = []
    for day in ("2024-02-29", "2024-03-01"):
        now.set(day)
        shown.append(f"obligation-{owed}@duban" in events(read(county, made)))

    assert shown == [True, False]


def test_nothing_new_is_a_304(county: County, made: Any) -> None:
    etag = read(county, made).headers["etag"]
    again = read(county, made, **{"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_token_opens_its_unit_alone_until_it_is_revoked(county: County, unit: Api, made: Any) -> None:
    own, other = (f"/units/{county.units[name]}/" for name in (NAME, "河口镇"))
    wrong = [made["path"].replace(own, other), made["path"] + "x", made["path"].partition("?")[0]]
    refused = [county.client.request("GET", path) for path in wrong]
    token = made["path"].rpartition("=")[2]
    as_key = Api(county.client, token).get("/me")
    done(unit.delete(f"{own}calendar-tokens/{made['id']}"))

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(401, "invalid_key")] * 3
    assert as_key.status_code == 401
    assert read(county, made, **{"If-None-Match": "*"}).status_code == 401


def test_a_token_is_shown_once_and_the_journal_has_its_digest_only(county: County, unit: Api, made: Any) -> None:
    token = made["path"].rpartition("=")[2]
    listed = unit.all(f"/units/{county.units[NAME]}/calendar-tokens")
    entries = county.as_role("coordinator").all("/journal/catalogue:341522")

    assert [one["id"] for one in listed] == [made["id"]]
    assert token not in str(listed) + str(entries)
    with county.database.session(writes=False) as session:
        assert verify(session).faults == []
