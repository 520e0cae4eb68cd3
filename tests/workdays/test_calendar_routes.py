"""The calendar as people ask for it and correct it, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx import Response
from sqlmodel import Session

from app import clock
from app.access.actors import OPERATOR
from app.database.engine import Database
from app.journal.verification import verify
from app.main import create_app
from app.workdays.actions import change_calendar
from app.workdays.models import LAST_DAY
from app.workdays.schemas import CalendarReport, DayQuery, DayWanted
from tests.client import Client
from tests.conftest import Api, County, FakeClock
from tests.workdays import notices

pytestmark = pytest.mark.long_on_postgresql

EVERYWHERE = ""


@pytest.fixture
def admin(county: County) -> Api:
    return county.as_role("admin", EVERYWHERE)


def deadline(api: Api, event_on: str, **span: int) -> Any:
    answer = api.get("/calendar/deadline", event_on=event_on, **span)
    assert answer.status_code == 200, answer.text
    return answer.json()


def faults(database: Database) -> list[str]:
    with database.session(writes=False) as session:
        return [str(fault) for fault in verify(session).faults]


def put(api: Api, *days: tuple[str, bool, str | None]) -> Any:
    wanted = [{"day": day, "is_working": is_working, "name": name} for day, is_working, name in days]
    answer = api.put("/calendar/days", {"days": wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("event_on", "due_on"),
    [("2023-09-28", "2023-10-09"), ("2023-01-19", "2023-01-29"), ("2026-02-13", "2026-02-25")],
)
def test_a_last_day_shows_each_day_that_it_was_counted_from(county: County, event_on: str, due_on: str) -> None:
    found = deadline(county.anonymous(), event_on, working_days=3)

    assert (found["event_on"], found["due_on"]) == (event_on, due_on)
    assert (found["provisional"], found["reason"], found["missing_years"]) == (False, None, [])
    assert len(found["counted"]) == 3
    assert found["counted"][-1]["day"] == due_on
    assert {one["name"] for one in found["skipped"]} <= {"中秋", "国庆节", "春节"}


def test_a_span_of_days_rolls_over_days_off_unless_the_setting_says_otherwise(county: County, settings: Any) -> None:
    with Client(create_app(settings.model_copy(update={"roll_days_off": False}), county.database)) as client:
        stays = deadline(Api(client), "2023-09-28", days=3)

    assert deadline(county.anonymous(), "2023-09-28", days=3)["due_on"] == "2023-10-07"
    assert stays["due_on"] == "2023-10-01"


def test_the_setting_is_part_of_what_caches_compare(county: County, settings: Any) -> None:
    question = "/calendar/deadline?event_on=2023-09-28&days=3"
    with Client(create_app(settings.model_copy(update={"roll_days_off": False}), county.database)) as client:
        other = Api(client).request("GET", question).headers["ETag"]

    assert county.anonymous().request("GET", question).headers["ETag"] != other


UNCOUNTABLE: list[tuple[str, str]] = [
    ("event_on=2023-09-28", "query"),
    ("event_on=2023-09-28&days=1&working_days=1", "query"),
    ("event_on=2023-09-28&working_days=0", "query.working_days"),
    ("event_on=2023-09-28&days=1001", "query.days"),
    ("event_on=2023-02-29&days=1", "query.event_on"),
    ("event_on=1999-12-31&days=1", "query.event_on"),
    ("event_on=2200-01-01&days=1", "query.event_on"),
    ("event_on=20230928&days=1", "query.event_on"),
    ("days=1", "query.event_on"),
    ("event_on=2023-09-28&days=1&weeks=1", "query.weeks"),
]


def refusal(answer: Response) -> tuple[int, str, list[str]]:
    problem = answer.json()
    return answer.status_code, problem.get("code"), [error["field"] for error in problem.get("errors", [])]


def test_what_cannot_be_counted_is_refused_by_name(county: County) -> None:
    api = county.anonymous()
    answers = {query: refusal(api.request("GET", f"/calendar/deadline?{query}")) for query, _ in UNCOUNTABLE}

    assert answers == {query: (422, "invalid_request", [field]) for query, field in UNCOUNTABLE}


def test_the_longest_period_from_the_last_day_is_counted(county: County) -> None:
    found = deadline(county.anonymous(), "2199-12-31", working_days=1000)

    assert len(found["counted"]) == 1000
    assert found["provisional"]


def test_loading_a_year_settles_what_depended_on_it(admin: Api, county: County) -> None:
    before = deadline(admin, "2027-02-04", working_days=3)
    report = admin.put("/calendar/days", {"days": notices.as_json()}).json()
    after = deadline(admin, "2027-02-04", working_days=3)

    assert (before["due_on"], before["provisional"], before["missing_years"]) == ("2027-02-09", True, [2027])
    assert "2027" in before["reason"]
    assert report["published_years"] == [2027]
    assert (after["due_on"], after["provisional"]) == ("2027-02-17", False)
    assert {"2027-02-09", "2027-02-17", "2027-12-31"} <= set(report["affected"])
    assert faults(county.database) == []


def test_the_reason_is_given_in_the_requested_language(county: County) -> None:
    question = "/calendar/deadline?event_on=2027-12-25&working_days=10"
    answer = county.anonymous().request("GET", question, headers={"Accept-Language": "zh"})

    assert answer.headers["content-language"] == "zh"
    assert answer.json()["reason"].startswith("2027、2028 年的工作日安排尚未公布")


def test_a_part_of_a_year_leaves_it_unpublished(admin: Api) -> None:
    report = put(admin, ("2027-02-09", False, "春节"))

    assert (report["published_years"], report["unpublished_years"]) == ([], [2027])
    assert report["affected"] == ["2027-02-09"]
    assert deadline(admin, "2027-02-08", working_days=1)["provisional"]


def test_a_year_can_be_declared_complete_and_taken_back(admin: Api, county: County) -> None:
    declared = admin.put("/calendar/days", {"years": [{"year": 2027, "is_complete": True}]}).json()
    settled = deadline(admin, "2027-03-01", working_days=3)["provisional"]
    back = admin.put("/calendar/days", {"years": [{"year": 2027, "is_complete": False}]}).json()

    assert declared["published_years"] == [2027]
    assert not settled
    assert deadline(admin, "2027-03-01", working_days=3)["provisional"]
    assert len(back["affected"]) == 365
    assert faults(county.database) == []


def test_a_correction_moves_the_last_day_and_says_which_days_it_touched(admin: Api, county: County) -> None:
    report = put(admin, ("2023-10-07", False, "停电"), ("2023-10-10", True, None))
    found = deadline(admin, "2023-09-28", working_days=3)

    assert report["entered"] == ["2023-10-07", "2023-10-10"]
    assert report["affected"] == ["2023-10-07"]  # the 10th was worked before
    assert found["due_on"] == "2023-10-10"
    assert [(one["name"], one["source"]) for one in found["skipped"]][-1] == ("停电", "table")
    assert faults(county.database) == []


def test_the_same_again_changes_nothing(admin: Api, county: County) -> None:
    put(admin, ("2023-10-07", False, "停电"))
    seq = head(county)
    again = put(admin, ("2023-10-07", False, "停电"))

    assert (again["entered"], again["changed"], again["unchanged"]) == ([], [], 1)
    assert again["affected"] == []
    assert head(county) == seq


def test_another_name_is_a_change_that_affects_no_deadline(admin: Api, county: County) -> None:
    put(admin, ("2023-10-07", False, "停电"))
    report = put(admin, ("2023-10-07", False, "暴雪"))

    assert (report["changed"], report["affected"]) == (["2023-10-07"], [])
    assert faults(county.database) == []


def head(county: County) -> int:
    streams = county.as_role("auditor").all("/journal")
    return next((stream["head_seq"] for stream in streams if stream["name"] == "calendar"), 0)


def test_every_auditor_reads_the_stream_of_the_calendar(admin: Api, county: County) -> None:
    put(admin, ("2023-10-07", False, "停电"))
    entries = county.as_role("auditor").all("/journal/calendar")

    assert [entry["verb"] for entry in entries] == ["calendar.changed"]


BAD_LISTS: list[Any] = [
    {},
    {"days": []},
    {"days": [{"day": "2027-01-01"}]},
    {"days": [{"day": "1999-01-01", "is_working": True}]},
    {"days": [{"day": "2027-01-01", "is_working": True}, {"day": "2027-01-01", "is_working": False}]},
    {"days": [{"day": "2023-10-07", "is_working": False}, {"day": "2023-10-32", "is_working": False}]},
    {"days": [{"day": "2027-01-01", "is_working": True, "name": "\x00"}]},
    {"years": [{"year": 2027, "is_complete": True}, {"year": 2027, "is_complete": False}]},
]


def test_a_list_with_one_bad_line_changes_nothing(admin: Api, county: County) -> None:
    answers = [refusal(admin.put("/calendar/days", body))[:2] for body in BAD_LISTS]

    assert answers == [(422, "invalid_request")] * len(BAD_LISTS)
    assert head(county) == 0


def test_a_year_is_a_list_of_its_days_page_by_page(county: County) -> None:
    days = county.anonymous().all("/calendar/days", year=2024, limit=50)

    assert len(days) == 366
    assert [one["day"] for one in days] == sorted({one["day"] for one in days})
    assert {one["source"] for one in days} == {"package"}
    assert sum(one["is_working"] for one in days) == 251


def test_a_range_begins_and_ends_where_it_says(county: County) -> None:
    days = county.anonymous().all("/calendar/days", **{"from": "2026-12-31", "until": "2027-01-04", "limit": 2})

    assert [one["day"] for one in days] == ["2026-12-31", *[f"2027-01-0{number}" for number in range(1, 5)]]
    assert [one["is_published"] for one in days] == [True, False, False, False, False]
    assert [one["source"] for one in days][1:] == ["assumed"] * 4


def test_without_a_range_the_list_is_of_this_year(county: County, now: FakeClock) -> None:
    now.set("2025-12-31T23:59:59+08:00")
    before = county.anonymous().get("/calendar/days").json()["items"][0]["day"]
    now.set("2026-01-01T00:00:00+08:00")

    assert before == "2025-01-01"
    assert county.anonymous().get("/calendar/days").json()["items"][0]["day"] == "2026-01-01"


NO_RANGES = [
    "from=2026-01-01",
    "until=2026-01-01",
    "year=2026&from=2026-01-01&until=2026-01-02",
    "from=2026-01-02&until=2026-01-01",
    "year=1999",
    "year=20260",
    "since=2026-01-01&until=2026-01-02",
]


def test_an_invalid_range_is_rejected(county: County) -> None:
    api = county.anonymous()
    answers = {query: refusal(api.request("GET", f"/calendar/days?{query}"))[:2] for query in NO_RANGES}

    assert answers == dict.fromkeys(NO_RANGES, (422, "invalid_request"))


def test_a_forged_cursor_ends_the_list(county: County) -> None:
    query = DayQuery(year=2024)

    assert county.anonymous().get("/calendar/days", year=2024, cursor=query.cursor_at([LAST_DAY])).json()["items"] == []


def test_responses_are_valid_until_the_calendar_changes(admin: Api) -> None:
    question = "/calendar/deadline?event_on=2023-09-28&working_days=3"
    etag = admin.request("GET", question).headers["ETag"]
    unchanged = admin.request("GET", question, headers={"If-None-Match": etag}).status_code
    put(admin, ("2023-10-07", False, "停电"))

    assert unchanged == 304
    assert admin.request("GET", question, headers={"If-None-Match": etag}).status_code == 200


def test_a_deadline_takes_three_statements(county: County, query_count: Callable[..., Any]) -> None:
    with query_count(at_most=3) as statements:
        deadline(county.anonymous(), "2023-09-28", working_days=1000)

    assert len(statements) == 3


def test_two_who_enter_the_same_day_at_once_leave_one_day(admin: Api, county: County) -> None:
    names = ["停电", "暴雪", "台风", "洪水"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: put(admin, ("2023-10-07", False, name)), names))

    assert [answer["entered"] for answer in answers].count(["2023-10-07"]) == 1
    assert head(county) == 4
    assert faults(county.database) == []


def test_whoever_calls_the_action_learns_the_affected_days_in_the_same_transaction(database: Database) -> None:
    def correct(session: Session, *, is_working: bool) -> CalendarReport:
        wanted = DayWanted.model_validate({"day": "2023-10-07", "is_working": is_working})
        return change_calendar(session, [wanted], by=OPERATOR, at=clock.now())

    with database.session(writes=True) as session:
        same, other, back = (correct(session, is_working=value) for value in (True, False, True))

    assert [[str(day) for day in one.affected] for one in (same, other, back)] == [[], ["2023-10-07"], ["2023-10-07"]]
    assert faults(database) == []


def test_verify_finds_a_day_that_was_changed_behind_its_back(admin: Api, county: County) -> None:
    put(admin, ("2023-10-07", False, "停电"))
    with county.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE calendar_day SET name = '小雨'")

    assert len(faults(county.database)) == 1
