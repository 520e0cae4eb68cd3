"""A report counts from its release on, and who may release it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.journal.verification import verify
from tests.conftest import Api, FakeClock
from tests.midnight import first_second_after, last_second, written_after
from tests.updates.releases.conftest import CLAIM, LAST_DAY, UNIT, People, done, refusal, report


def test_a_claim_counts_from_the_day_of_its_release(two: People, owed: str, now: FakeClock) -> None:
    now.set(LAST_DAY)
    waiting = report(two, owed)
    before = two["张三"].get(owed).json()
    now.set("2024-01-02")
    meanwhile = two["张三"].get(owed).json()
    released = done(two["李四"].put(f"/waiting-reports/{waiting['id']}/release"))
    after = two["张三"].get(owed).json()
    path = f"{owed}/updates"

    assert (before["state"], before["percent"], before["acknowledged_at"]) == ("not_started", 0, None)
    assert (meanwhile["timeliness"], meanwhile["days_overdue"]) == ("overdue", 2), "what waits stops nothing"
    assert (after["timeliness"], after["completed_on"]) == ("completed_late", "2024-01-02")
    assert (released["reported_by"], released["approved_by"]) == ("张三", "李四")
    assert (released["reported_at"][:10], released["posted_at"][:10]) == (LAST_DAY, "2024-01-02")
    assert [one["url"] for one in released["evidence"]] == [CLAIM["evidence"][0]["url"]]
    assert two["张三"].all(path) == [released]


def test_what_was_said_is_posted_as_it_was_said(two: People, owed: str) -> None:
    office, task = two.county.as_role("coordinator"), two.county.task(1)
    targets = [{"metric": "个", "comparison": "at_least", "number": 10}]
    done(office.patch(f"/tasks/{task['id']}", {"targets": targets, "revision": task["revision"]}))
    said = {"percent": 60, "narrative": "已办六成。", "next_steps": "月底前办完。"}
    said |= {"figures": [{"metric": "个", "number": 6}]}
    waiting = done(two["张三"].post(f"{owed}/updates", {"state": "in_progress", **said}))
    released = done(two["李四"].put(f"/waiting-reports/{waiting['id']}/release"))

    for shown in (waiting, released):
        assert {name: shown[name] for name in said} == said


def test_a_release_in_the_last_second_is_in_time(two: People, owed: str, now: FakeClock) -> None:
    now.set(last_second(LAST_DAY))
    waiting, releaser = report(two, owed), two["李四"]
    with written_after(two.county.database, now):
        released = done(releaser.put(f"/waiting-reports/{waiting['id']}/release"))
    after = done(releaser.get(owed))

    assert released["posted_at"] == first_second_after(LAST_DAY)
    assert (after["light_reason"], after["completed_on"]) == ("done_on_time", LAST_DAY)


def test_the_answer_for_a_past_day_does_not_change_by_a_release(two: People, owed: str, now: FakeClock) -> None:
    now.set(LAST_DAY)
    waiting, auditor = report(two, owed), two.county.as_role("auditor")
    days = ({"as_of": "2024-01-01"}, {"as_of": "2024-01-01", "known_on": "2024-01-01"})
    now.set("2024-01-02")

    def of_that_day() -> list[Any]:
        paths = ("/overdue", "/obligations", "/overdue/by-unit")
        return [done(auditor.get(path, checklist=1, **day)) for path in paths for day in days]

    before = of_that_day()
    done(two["李四"].put(f"/waiting-reports/{waiting['id']}/release"))

    assert of_that_day() == before


def test_nobody_releases_their_own_report_unless_the_unit_has_one_person(two: People, owed: str) -> None:
    waiting = report(two, owed, "李四")
    path = f"/waiting-reports/{waiting['id']}/release"
    own, reporter, key = (api.put(path) for api in (two["李四"], two["张三"], two.county.as_unit(UNIT)))
    listed = [two[who].all("/waiting-reports", to_release=True) for who in ("张三", "李四")]
    may = [("release" in api.get("/me").json()["permissions"]) for api in (two["李四"], two["张三"])]
    two.end("张三")
    alone = two["李四"].all("/waiting-reports", to_release=True)
    released = done(two["李四"].put(path))

    assert refusal(own) == (403, "own_report")
    assert refusal(reporter) == refusal(key) == (403, "role_not_allowed")
    assert (listed, may) == ([[], []], [True, False])
    assert [one["id"] for one in alone] == [waiting["id"]]
    assert (released["reported_by"], released["approved_by"]) == ("李四", "李四")


@pytest.mark.parametrize("verbs", [("release", "release"), ("release", "withdrawal")])
def test_of_two_who_decide_at_once_one_wins(two: People, owed: str, verbs: tuple[str, str]) -> None:
    two.enter("王五")
    waiting = report(two, owed)
    decisions = list(zip((two["李四"], two["王五"]), verbs, strict=True))

    def decide(one: tuple[Api, str]) -> Any:
        body = {"reason": "数据有误。"} if one[1] == "withdrawal" else None
        return one[0].put(f"/waiting-reports/{waiting['id']}/{one[1]}", body)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, decisions))
    with two.county.database.session(writes=False) as session:
        verified = verify(session)
    released = [verb for verb, one in zip(verbs, answers, strict=True) if one.is_success and verb == "release"]

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert [one.json()["code"] for one in answers if one.status_code == 409] == ["not_waiting"]
    assert len(two["张三"].all(f"{owed}/updates")) == len(released)
    assert verified.faults == []


def test_two_reports_at_once_are_one_that_waits(two: People, owed: str) -> None:
    apis = [two["张三"], two["李四"]]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda api: api.post(f"{owed}/updates", CLAIM), apis))

    assert sorted(one.status_code for one in answers) == [201, 409]
    assert len(two["张三"].all("/waiting-reports", waits=True)) == 1
