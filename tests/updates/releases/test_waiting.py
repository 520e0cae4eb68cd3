"""What waits for its release, and for whom: persons, keys, and several reports."""

import pytest

from tests.conftest import FakeClock
from tests.updates.releases.conftest import CLAIM, LAST_DAY, UNIT, People, ask, done, refusal, report

pytestmark = pytest.mark.long_on_postgresql


def test_the_office_reviews_what_was_released(two: People, owed: str, now: FakeClock) -> None:
    ask(two.county, asks_for_review=True)
    now.set(LAST_DAY)
    waiting = report(two, owed)
    done(two["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    now.set("2024-01-05")
    stands = two["张三"].get(owed).json()
    office = two.county.as_role("coordinator")
    (claim,) = office.all("/updates", awaiting_review=True)
    done(office.post(f"/updates/{claim['id']}/review", {"judgement": "accepted"}))

    assert (stands["timeliness"], stands["claimed_on"]) == ("awaiting_review", LAST_DAY)
    assert two["张三"].get(owed).json()["timeliness"] == "completed_on_time"


def test_the_only_person_of_a_unit_reports_at_once_if_they_release(people: People, owed: str) -> None:
    alone = people.enter("李四")
    posted = done(alone.post(f"{owed}/updates", {"state": "in_progress", "narrative": "正在办理。"}))
    person = people.ids["李四"]
    done(people.county.as_role("coordinator").patch(f"/persons/{person}", {"revision": 1, "releases": False}))
    waits = report(people, owed, "李四")

    assert (posted["reported_by"], posted["approved_by"], posted["reported_at"]) == ("李四", "李四", None)
    assert waits["update_id"] is None
    assert refusal(people["李四"].put(f"/waiting-reports/{waits['id']}/release")) == (403, "role_not_allowed")


def test_what_a_key_reports_waits_where_a_person_signs_in_for_the_unit(people: People, owed: str) -> None:
    key, path = people.county.as_unit(UNIT), f"{owed}/updates"
    people.enter("王五", unit="河口镇")
    working = {"state": "in_progress", "narrative": "正在办理。", "reported_by": "赵六", "approved_by": "钱七"}
    at_once = done(key.post(path, working))
    people.enter("李四")
    named = key.post(path, working)
    waiting = done(key.post(path, {**CLAIM, "reported_by": "赵六"}))
    released = done(people["李四"].put(f"/waiting-reports/{waiting['id']}/release"))

    assert (at_once["reported_by"], at_once["approved_by"]) == ("赵六", "钱七")
    assert (named.status_code, named.json()["errors"][0]["field"]) == (422, "body.approved_by")
    assert (released["reported_by"], released["approved_by"]) == ("赵六", "李四")


def test_a_checklist_that_does_not_ask_lets_nothing_wait(two: People, owed: str) -> None:
    ask(two.county, asks_for_release=False)
    posted = report(two, owed)

    assert (posted["reported_by"], posted["approved_by"], posted["reported_at"]) == ("张三", "", None)
    assert two["张三"].get(owed).json()["state"] == "completed"


def test_a_person_approves_in_no_other_name(two: People, owed: str) -> None:
    answers = [two["张三"].post(f"{owed}/updates", {**CLAIM, "approved_by": "钱七"})]
    ask(two.county, asks_for_release=False)
    answers += [two["张三"].post(f"{owed}/updates", {**CLAIM, "approved_by": "钱七"})]
    key = two.county.as_unit(UNIT).post(f"{owed}/updates", {**CLAIM, "reported_by": f"person:{two.ids['李四']}"})

    assert [one.json()["errors"][0]["field"] for one in answers] == ["body.approved_by"] * 2
    assert (key.status_code, key.json()["errors"][0]["field"]) == (422, "body.reported_by")


def test_one_report_waits_at_a_time_and_is_done_with_once(two: People, owed: str) -> None:
    waiting = report(two, owed)
    again = two["李四"].post(f"{owed}/updates", CLAIM)
    path = f"/waiting-reports/{waiting['id']}"
    back = done(two["李四"].put(f"{path}/withdrawal", {"reason": "请补充页面。"}))
    repeated = done(two["张三"].put(f"{path}/withdrawal", {"reason": "请补充页面。"}))
    late = [two["李四"].put(f"{path}/{verb}", {"reason": "数据有误。"}) for verb in ("release", "withdrawal")]
    second = report(two, owed)
    done(two["李四"].put(f"/waiting-reports/{second['id']}/release"))
    twice = two["李四"].put(f"/waiting-reports/{second['id']}/release")
    listed = two["张三"].all("/waiting-reports")

    assert refusal(again) == (409, "report_waits")
    assert (back["withdrawal"]["reason"], repeated) == ("请补充页面。", back)
    assert [refusal(one) for one in [*late, twice]] == [(409, "not_waiting")] * 3
    assert [(one["id"], one["update_id"] is None) for one in listed] == [(second["id"], False), (waiting["id"], True)]
    assert two["张三"].all("/waiting-reports", waits=True) == []


def test_the_rules_apply_when_it_is_written_and_when_it_is_released(two: People, owed: str) -> None:
    office, waiting = two.county.as_role("coordinator"), report(two, owed)
    done(office.post(f"{owed}/waiver", {"reason": "并入他项。"}))
    released = two["李四"].put(f"/waiting-reports/{waiting['id']}/release")
    done(two["李四"].put(f"/waiting-reports/{waiting['id']}/withdrawal", {"reason": "已免办。"}))
    written = two["张三"].post(f"{owed}/updates", CLAIM)

    assert refusal(released) == refusal(written) == (409, "obligation_closed")
    assert two["张三"].get(owed).json()["state"] == "waived"


def test_several_reports_wait_together(two: People) -> None:
    own = [one["id"] for one in two["张三"].all("/obligations", limit=200)][:2]
    items = [{"obligation_id": one, "state": "in_progress", "narrative": "正在办理。"} for one in own]
    posted = done(two["张三"].post("/updates", {"items": items}))["items"]

    assert [one["obligation_id"] for one in posted] == own
    assert {one["update_id"] for one in posted} == {None}
