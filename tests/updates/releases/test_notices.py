"""Who may release a report is told that it waits, as a unit is told of other things."""

from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.notices.jobs import run_once
from tests.conftest import COUNTY, Api, FakeClock
from tests.notices.test_telling import titles
from tests.updates.releases.conftest import CLAIM, UNIT, People, done, report

pytestmark = pytest.mark.long_on_postgresql
TITLE = "有填报待签发"


@pytest.fixture
def tick(people: People, settings: Settings, now: FakeClock, tmp_path: Path) -> Any:
    settings = settings.model_copy(update={"notice_folder": str(tmp_path)})
    return lambda: run_once(people.county.database, settings, lambda: now.moment)


@pytest.fixture
def office(people: People) -> Api:
    """It has named a contact and a group chat of the unit, and one of its own."""
    office, unit = people.county.as_role("coordinator"), people.county.units[UNIT]
    contact = {"name": "联络员", "phone": "13800000000", "email": "chengguan@example.com", "is_told": True}
    done(office.post(f"/units/{unit}/contacts", contact))
    folder = {"jurisdiction": COUNTY, "channel": "folder", "address": "unit", "name": "城关镇", "receiver": "unit"}
    done(office.post("/subscriptions", folder | {"unit_id": unit}))
    done(office.post("/subscriptions", folder | {"receiver": "office", "name": "督办室"}))
    return office


def sent(office: Api, people: People) -> list[list[str]]:
    """The states of what goes to the contact, to the unit's folder and to the office's."""
    lists = [f"/units/{people.county.units[UNIT]}", "/subscriptions/1", "/subscriptions/2"]
    return [[one["state"] for one in office.all(f"{path}/deliveries")] for path in lists]


def test_who_may_release_and_the_units_own_channels_are_told_once(
    two: People, owed: str, office: Api, tick: Any
) -> None:
    two.enter("王五", releases=False)
    report(two, owed)
    tick()
    tick()
    readers = [two["张三"], two["王五"], two.county.as_unit(UNIT), office]

    assert len(two["李四"].all("/waiting-reports", waits=True)) == 1
    assert titles(two["李四"]) == [TITLE]
    assert [titles(one) for one in readers] == [[]] * 4
    assert sent(office, two) == [["waiting"], ["sent"], []]


def test_who_may_release_is_told_of_what_the_units_key_wrote(two: People, owed: str, tick: Any) -> None:
    done(two.county.as_unit(UNIT).post(f"{owed}/updates", CLAIM))
    tick()

    assert titles(two["李四"]) == [TITLE]


@pytest.mark.parametrize("what", ["release", "withdrawal"])
def test_nobody_is_told_of_what_waits_no_more(two: People, owed: str, office: Api, tick: Any, what: str) -> None:
    waiting = report(two, owed)["id"]
    done(two["李四"].put(f"/waiting-reports/{waiting}/{what}", {"reason": "数据有误。"} if what != "release" else None))
    tick()

    assert two["李四"].all("/waiting-reports", waits=True) == []
    assert titles(two["李四"]) == [""]
    assert sent(office, two) == [["dropped"], ["dropped"], []]
