"""The public board of a checklist, as a browser gets it."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import httpx
from httpx import Response

from app.config import Settings
from app.main import create_app
from tests.client import Client
from tests.conftest import County, FakeClock
from tests.pages.browser import ONE_DATABASE
from tests.serving import serving

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}
SCRIPT = "<script>alert(1)</script>\"'&"


def page(county: County, path: str, **headers: str) -> Response:
    return county.client.get(path, headers=BROWSER | headers)


def words(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


def test_the_board_shows_sections_tasks_and_how_far_each_is(county: County) -> None:
    owed = county.obligation(10, "城关镇")["id"]
    report = {"state": "completed", "narrative": "已公开。"}
    county.as_unit("城关镇").post(f"/obligations/{owed}/updates", report)
    task = county.task(10)
    shown = words(page(county, "/board/1"))

    assert "一、助力优化营商环境" in shown
    assert task["requirement"] in shown
    assert task["summary"] in shown
    assert "各乡镇人民政府 1 /30" in shown
    assert f"1 /{task['counts']['owed']} 推进中" in shown
    assert "绿灯 未到期" in shown
    assert "已公开。" not in shown  # what a unit reported is for its office to publish


def test_the_first_page_leads_to_the_boards_of_what_is_published(county: County) -> None:
    draft = {"jurisdiction": "341522", "title": "尚未发布的清单", "year": 2024}
    county.as_role("coordinator").post("/checklists", draft)
    shown = page(county, "/").text

    assert '<a href="/board/1">' in shown
    assert "尚未发布" not in shown


def test_a_past_day_shows_what_was_published_then(county: County, now: FakeClock) -> None:
    task = county.task(2)
    now.set("2023-06-10")
    changed = {"revision": task["revision"], "summary": "六月十日的完成情况"}
    county.as_role("coordinator").patch(f"/tasks/{task['id']}", changed)
    now.set("2023-06-20")
    earlier, later = (words(page(county, f"/board/1?as_of={day}&known_on=")) for day in ("2023-06-09", "2023-06-10"))

    assert task["summary"] in earlier
    assert "六月十日的完成情况" not in earlier
    assert "六月十日的完成情况" in later
    assert "截至 2023-06-09 的情况(以 2023-06-20 已登记的为准)" in earlier.replace("（", "(").replace("）", ")")


@ONE_DATABASE
def test_the_reader_chooses_the_language_by_an_address_that_can_be_sent_on(county: County) -> None:
    chinese, english = page(county, "/board/1"), page(county, "/board/1?lang=en")

    assert '<html lang="zh-CN">' in chinese.text
    assert '<html lang="en">' in english.text
    assert "not yet due" in words(english)
    assert {answer.headers["content-language"] for answer in (chinese, english)} == {"zh", "en"}
    assert 'href="/?lang=en"' in english.text  # the choice goes with the reader


@ONE_DATABASE
def test_nothing_that_people_wrote_becomes_markup(county: County) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    words = {"requirement": SCRIPT, "summary": SCRIPT, "units_text": SCRIPT}
    assert office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], **words}).status_code == 200
    section = {"revision": 1, "title": SCRIPT}
    assert office.patch(f"/sections/{task['section']['id']}", section).status_code == 200
    office.patch("/checklists/1", {"revision": 2, "title": SCRIPT})
    for path in ("/", "/board/1", "/board/1?as_of=2023-06-01&known_on=2023-06-01", f"/{SCRIPT}"):
        assert "<script" not in page(county, path).text, path
    assert "&lt;script&gt;" in page(county, "/board/1").text


@ONE_DATABASE
def test_a_page_runs_nothing_and_takes_nothing_from_outside(county: County) -> None:
    for path in ("/", "/board/1", "/nowhere"):
        answer = page(county, path)
        policy = answer.headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text)
        assert not re.findall(r"(?:src|href|action)=\"(?!/|#)[^\"]*\"", answer.text)


def test_an_unchanged_board_costs_one_statement_and_a_304(county: County, query_count: Callable[..., Any]) -> None:
    first = page(county, "/board/1")
    with query_count(at_most=1):
        again = page(county, "/board/1", **{"If-None-Match": first.headers["etag"]})
        cached = page(county, "/board/1")

    assert (again.status_code, again.content) == (304, b"")
    assert cached.text == first.text
    assert "no-cache" in first.headers["cache-control"]


def test_a_change_shows_on_the_board_at_once(county: County) -> None:
    before, task = page(county, "/board/1"), county.task(3)
    changed = {"revision": task["revision"], "summary": "新的完成情况"}
    county.as_role("coordinator").patch(f"/tasks/{task['id']}", changed)
    after = page(county, "/board/1", **{"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert "新的完成情况" in after.text


@ONE_DATABASE
def test_a_real_server_sends_one_policy_again_too(county: County, settings: Settings) -> None:
    with serving(create_app(settings, county.database)) as url:
        policies = [httpx.get(f"{url}/board/1").headers.get_list("content-security-policy") for _ in range(3)]

    assert [len(one) for one in policies] == [1, 1, 1]  # of two, browsers apply both: no style is left
    assert all("style-src 'self'" in one[0] for one in policies)


@ONE_DATABASE
def test_a_board_is_small_on_the_wire(county: County) -> None:
    whole = page(county, "/board/1", **{"Accept-Encoding": "gzip"})

    assert whole.headers["content-encoding"] == "gzip"
    assert int(whole.headers["content-length"]) < 30_000
    assert len(gzip.compress(county.client.get("/style.css").content)) < 5_000


@ONE_DATABASE
def test_an_error_is_a_page_for_a_browser_and_a_problem_document_for_a_program(county: County) -> None:
    refused = [
        ("/nothing/here", 404, "no_such_route"),
        ("/board/999", 404, "not_found"),
        ("/board/one", 422, "invalid_request"),
        ("/board/1?as_of=2030-01-01", 422, "as_of_in_future"),
        ("/board/1?colour=red", 422, "invalid_request"),
    ]
    for path, status, code in refused:
        shown, document = page(county, path), county.client.get(path)

        assert (shown.status_code, document.status_code) == (status, status), path
        assert shown.headers["content-type"].startswith("text/html")
        assert f"/problems/{code}" in shown.text
        assert '<html lang="zh-CN">' in shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert document.json()["code"] == code


@ONE_DATABASE
def test_the_api_answers_documents_even_to_a_browser(county: County) -> None:
    assert page(county, "/api/v1/tasks/999").headers["content-type"] == "application/problem+json"


@ONE_DATABASE
def test_every_address_on_a_page_works_under_the_root_path(county: County, settings: Settings) -> None:
    moved = create_app(settings.model_copy(update={"root_path": "/gov/duban"}), county.database)
    with Client(moved) as client:
        for path in ("/", "/board/1", "/board/1?lang=zh", "/nowhere"):
            own = re.findall(r"(?:href|action)=\"(/[^\"]*)\"", client.get(path, headers=BROWSER).text)

            assert own
            assert all(one.startswith("/gov/duban/") for one in own), own


@ONE_DATABASE
def test_without_public_reading_the_board_is_not_shown_to_everybody(county: County, settings: Settings) -> None:
    private = create_app(settings.model_copy(update={"public_reading": False}), county.database)
    with Client(private) as client:
        assert [client.get(path, headers=BROWSER).status_code for path in ("/", "/board/1")] == [
            303,
            303,
        ]  # to the sign-in
