"""A unit's desk and the page of an obligation, as a browser uses them."""

import re
from html import unescape
from typing import Any

from tests.conftest import Api, County, FakeClock
from tests.pages.browser import ONE_DATABASE, Browser, words

SCRIPT = "<script>alert(1)</script>\"'&"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def reported(county: County, owed: int) -> list[Any]:
    items: list[Any] = county.as_unit("城关镇").get(f"/obligations/{owed}/updates").json()["items"]
    return items


def ask_for_review(county: County) -> Api:
    office = county.as_role("coordinator")
    assert office.patch("/checklists/1", {"revision": 2, "asks_for_review": True}).status_code == 200
    return office


def test_who_is_not_signed_in_is_led_to_the_form_and_back(county: County) -> None:
    browser = Browser(county.client)
    answer = browser.get("/desk?lang=zh")
    shown = browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fdesk%3Flang%3Dzh&lang=zh"
    assert 'name="next" value="/desk?lang=zh"' in shown.text
    assert "no-store" in shown.headers["cache-control"]


@ONE_DATABASE
def test_a_wrong_key_shows_the_form_again_and_no_key(county: County) -> None:
    browser = Browser(county.client)
    browser.get("/sign-in?next=/desk")
    answer = browser.send("/sign-in", key="duban_nonsense")

    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "duban_nonsense" not in answer.text
    assert 'name="next" value="/desk"' in answer.text


@ONE_DATABASE
def test_the_way_back_leads_to_no_other_server(county: County) -> None:
    for away in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        browser = Browser(county.client)
        browser.get(f"/sign-in?next={away}")

        assert browser.hidden("/sign-in")["next"] == "/", away


def test_the_desk_shows_what_is_overdue_and_due(county: County, now: FakeClock) -> None:
    shown = []
    for day in ("2023-12-28", "2024-01-05"):
        now.set(day)
        shown.append(words(Browser(county.client, county.as_unit("城关镇").key).get("/desk").text))
    soon, late = shown

    assert "临期 15" in soon
    assert "逾期 15" in late
    assert "逾期 5 天" in late


@ONE_DATABASE
def test_the_rest_of_a_list_is_a_page_too(unit: Browser) -> None:
    shown = unit.get("/obligations?acknowledged=false&open=true&limit=10")
    more = re.search(r'href="(/obligations\?[^"]*cursor=[^"]*)"', shown.text)

    assert shown.text.count('role="rowheader"') == 10
    assert more
    assert unit.get(unescape(more[1])).text.count('role="rowheader"') == 5


def test_a_report_with_files_is_posted_once(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    form, path = unit.hidden(f"/obligations/{owed}/reports"), f"/obligations/{owed}/reports"
    files = [("files", ("公开截图.pdf", PDF, "application/pdf")), ("files", ("二.pdf", PDF + b"2", "application/pdf"))]
    typed = {"state": "in_progress", "percent": "60", "narrative": SCRIPT, "url": "https://www.huoqiu.gov.cn/"}
    first, second = (unit.post(path, form | typed, files) for _ in range(2))
    shown = unit.get(first.headers["location"])
    (update,) = reported(county, owed)

    assert [first.status_code, second.status_code] == [303, 303]
    assert second.headers["location"] == first.headers["location"]
    assert (update["percent"], update["narrative"]) == (60, SCRIPT)
    assert {one["file_name"] for one in update["evidence"]} == {None, "公开截图.pdf", "二.pdf"}
    assert "填报已收到" in shown.text
    assert "<script" not in shown.text
    file = next(one["id"] for one in update["evidence"] if one["file_name"])
    sent = unit.get(f"/evidence/{file}/file")
    assert sent.content.startswith(b"%PDF")
    assert sent.headers["content-disposition"].startswith("attachment")


def test_what_is_wrong_stands_beside_the_field_and_the_words_stay(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    refused = [
        ({"state": "completed", "narrative": ""}, "narrative"),
        ({"state": "", "narrative": SCRIPT}, "state"),
        ({"state": "in_progress", "narrative": SCRIPT, "percent": "许多"}, "percent"),
        ({"state": "in_progress", "narrative": SCRIPT, "url": "没有网址"}, "evidence.0.url"),
    ]
    for typed, field in refused:
        answer = unit.send(f"/obligations/{owed}/reports", **typed, next_steps="下月完成")

        assert answer.status_code == 422
        assert f'aria-describedby="obligations-{owed}-reports-{field}-wrong"' in answer.text
        assert "下月完成" in answer.text
        assert "<script" not in answer.text
    assert reported(county, owed) == []
    assert unit.send(f"/obligations/{owed}/reports", state="in_progress", narrative="改好了").status_code == 200


@ONE_DATABASE
def test_a_file_that_is_not_taken_leaves_no_report(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    files = [("files", ("坏.pdf", b"no pdf", "application/pdf"))]
    answer = unit.send(f"/obligations/{owed}/reports", files, state="in_progress", narrative="还在这里")

    assert answer.status_code == 422
    assert "还在这里" in answer.text
    assert reported(county, owed) == []


def test_what_was_typed_survives_the_end_of_the_session(county: County, unit: Browser, owed: int) -> None:
    path = f"/obligations/{owed}/reports"
    unit.get(f"/obligations/{owed}")
    form = unit.page
    unit.send("/sign-out")
    unit.page = form
    ended = unit.send(path, state="completed", narrative="很长的一段话")
    again = Browser(county.client, county.as_unit("城关镇").key)
    again.page = ended.text
    shown = again.send(path, **again.hidden(path))
    before = reported(county, owed)
    done = again.send(path, state="completed", narrative="很长的一段话")

    assert (ended.status_code, shown.status_code, done.status_code) == (401, 403, 200)
    assert "很长的一段话" in ended.text
    assert "很长的一段话</textarea>" in shown.text
    assert before == []
    assert [one["narrative"] for one in reported(county, owed)] == ["很长的一段话"]


@ONE_DATABASE
def test_what_another_site_sends_is_neither_done_nor_shown(county: County, unit: Browser, owed: int) -> None:
    path, typed = f"/obligations/{owed}/reports", {"state": "completed", "narrative": "冒名填报"}
    unit.get(f"/obligations/{owed}")
    form, elsewhere = unit.hidden(path), [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}]
    answers = [unit.post(path, form | typed, **headers) for headers in elsewhere]
    forged = unit.post(path, typed)

    assert [answer.status_code for answer in (*answers, forged)] == [403, 403, 403]
    assert not any("冒名填报" in answer.text for answer in answers)
    assert reported(county, owed) == []


def test_a_unit_acknowledges_asks_for_a_later_day_and_answers(county: County, unit: Browser, owed: int) -> None:
    office, auditor = county.as_role("coordinator"), county.as_role("auditor")
    urging = {"items": [{"obligation_id": owed}], "words": "请本周报送。", "answer_by": "2023-06-09"}
    finding = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-06-30"}
    urged = office.post("/urgings", urging).json()["items"][0]["id"]
    found = auditor.post(f"/obligations/{owed}/findings", finding).json()["id"]
    page = f"/obligations/{owed}"
    assert "请本周报送" in unit.get("/desk").text
    unit.get(page)
    done = [
        unit.send(f"{page}/receipt"),
        unit.send(f"{page}/urgings/{urged}/answer", answer="周五报送。"),
        unit.send(f"{page}/findings/{found}/answers", answer="已恢复。"),
    ]
    shown = county.as_role("auditor").get(f"/findings/{found}").json()

    assert [answer.status_code for answer in done] == [200, 200, 200]
    assert office.get(f"/urgings/{urged}").json()["answer"] == "周五报送。"
    assert shown["answers"][0]["narrative"] == "已恢复。"
    assert county.obligation(10, "城关镇")["acknowledged_at"] is not None


def test_a_later_day_is_asked_for(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    refused = unit.send(f"/obligations/{owed}/extensions", due_on="2023-01-01", reason="人手不足")
    posted = unit.send(f"/obligations/{owed}/extensions", due_on="2024-01-31", reason="人手不足")

    assert (refused.status_code, posted.status_code) == (422, 200)
    assert "人手不足" in refused.text
    assert len(county.as_unit("城关镇").get(f"/obligations/{owed}/extensions").json()["items"]) == 1


def test_the_office_returns_a_claim_and_accepts_the_next(county: County, unit: Browser, owed: int) -> None:
    ask_for_review(county)
    page = f"/obligations/{owed}"
    unit.get(page)
    unit.send(f"{page}/reports", state="completed", narrative="做完了。")
    (first,) = reported(county, owed)
    office = Browser(county.client, county.as_role("coordinator").key)
    office.get(page)
    without_reason = office.send(f"{page}/updates/{first['id']}/review", judgement="returned", reason="")
    returned = office.send(f"{page}/updates/{first['id']}/review", judgement="returned", reason="佐证不足")
    assert "佐证不足" in unit.get(page).text
    unit.send(f"{page}/reports", state="completed", narrative="补上了。")
    second = reported(county, owed)[0]
    office.get(page)
    accepted = office.send(f"{page}/updates/{second['id']}/review", judgement="accepted")

    assert [one.status_code for one in (without_reason, returned, accepted)] == [422, 200, 200]
    assert county.obligation(10, "城关镇")["state"] == "completed"


@ONE_DATABASE
def test_personal_pages_are_stored_nowhere_and_the_board_knows_its_reader(county: County, unit: Browser) -> None:
    public, mine = county.client.get("/board/1"), unit.get("/board/1")
    again = county.client.get("/board/1")

    assert unit.get("/desk").headers["cache-control"] == "no-store"
    assert mine.headers["cache-control"] == "no-store"
    assert "退出登录" in mine.text
    assert "form_token" not in public.text + again.text
