"""What people meet in a month at the pages: what rests, what is left out, in which words, and of which day."""

import re
from datetime import datetime
from html import unescape

from app import clock
from app.pages.rendering import TEMPLATES
from tests.conftest import County, FakeClock
from tests.pages.browser import ONE_DATABASE, Browser, words


def forms(browser: Browser, owed: int) -> set[str]:
    return set(re.findall(rf'action="/obligations/{owed}/([\w-]+)', browser.get(f"/obligations/{owed}").text))


@ONE_DATABASE
def test_what_is_suspended_says_so_and_offers_no_form_that_is_refused(
    county: County, unit: Browser, office: Browser, owed: int
) -> None:
    assert office_puts(county, f"/obligations/{owed}/suspension", {"reason": "项目选址调整。"}) == 200
    shown = {"unit": forms(unit, owed), "office": forms(office, owed)}

    assert shown == {"unit": {"receipt", "reports"}, "office": set()}
    assert "暂停 自 2023-06-01 起 项目选址调整。" in words(unit.page)
    assert unit.send(f"/obligations/{owed}/reports", state="in_progress", narrative="照常推进。").status_code == 200


@ONE_DATABASE
def test_a_report_offers_to_claim_completion_only_where_that_is_accepted(
    county: County, unit: Browser, owed: int
) -> None:
    office, auditor = county.as_role("coordinator"), county.as_role("auditor")
    page = f"/obligations/{owed}"
    finding = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-06-30"}
    free = unit.get(page).text
    assert office.put(f"{page}/suspension", {"reason": "选址调整。"}).status_code == 200
    suspended = unit.get(page).text
    assert office.delete(f"{page}/suspension").status_code == 200
    assert auditor.post(f"{page}/findings", finding).status_code == 201
    found = unit.get(page).text

    claim, progress = 'name="state" value="completed"', 'name="state" value="in_progress"'
    assert [claim in one for one in (free, suspended, found)] == [True, False, False]
    assert [f"{progress} checked" in one for one in (free, suspended, found)] == [False, True, True]


@ONE_DATABASE
def test_what_is_archived_says_so_and_offers_no_form(county: County, unit: Browser, office: Browser, owed: int) -> None:
    auditor = Browser(county.client, county.as_role("auditor").key)
    assert office_puts(county, "/checklists/1/archival") == 200
    shown = [forms(one, owed) for one in (unit, office, auditor)]

    assert shown == [set(), set(), set()]
    assert "该清单已归档" in words(unit.page)
    assert "暂停 自 2023-06-01 起 清单已归档" in words(unit.page)


def office_puts(county: County, path: str, body: object = None) -> int:
    return county.as_role("coordinator").put(path, body).status_code


@ONE_DATABASE
def test_a_draft_offers_no_form_to_urge_a_unit_that_cannot_see_it(county: County, office: Browser, owed: int) -> None:
    assert county.as_role("coordinator").delete("/checklists/1/publication").status_code == 200

    assert "urgings" not in forms(office, owed)


@ONE_DATABASE
def test_a_reason_that_the_server_wrote_is_in_the_readers_language(county: County, unit: Browser, owed: int) -> None:
    task = county.obligation(10, "城关镇")["task"]["id"]
    assert office_puts(county, f"/tasks/{task}/withdrawal", {"reason": "重复录入。"}) == 200

    shown = words(unit.get(f"/obligations/{owed}").text)
    assert "状态 免办 0% 原因 任务已撤销：重复录入。" in shown  # it is owed no more, and not "nothing is owed yet"
    assert shown.count("任务已撤销：重复录入。") == 2  # in its history, too
    assert "the task was withdrawn: 重复录入。" in words(unit.get(f"/obligations/{owed}?lang=en").text)


@ONE_DATABASE
def test_links_and_days_leave_the_other_filters_of_a_list(county: County, unit: Browser) -> None:
    township = county.as_unit("城关镇")
    for one in township.all("/obligations")[:3]:
        township.post(f"/obligations/{one['id']}/updates", {"state": "in_progress", "narrative": "在办。"})
    shown = unit.get("/obligations?state=in_progress&state=returned&limit=2")
    links = [unescape(link) for link in re.findall(r'href="(/obligations\?[^"]*)"', shown.text)]
    days = unit.get(f"/overdue?unit={county.units['城关镇']}&min_days_overdue=3&as_of=2023-05-01").text

    assert any("cursor=" in link for link in links)
    for link in links:
        assert "state=in_progress&state=returned&limit=2" in link
    form = re.search(r'<form class="days.*?</form>', days, re.DOTALL)
    assert form
    assert re.findall(r'name="(\w+)"', form[0]) == ["unit", "min_days_overdue", "as_of", "known_on"]


@ONE_DATABASE
def test_who_urges_several_finds_the_same_part_of_the_list_after_signing_in_again(
    county: County, office: Browser, now: FakeClock
) -> None:
    answer = Browser(county.client).post("/overdue/urgings?unit=7&cursor=x", {"words": "请报送。", "obligation": ["7"]})

    assert answer.status_code == 401
    assert 'action="/overdue/urgings?unit=7&amp;cursor=x#' in answer.text


@ONE_DATABASE
def test_a_later_day_is_shown_with_its_days(county: County, unit: Browser, owed: int) -> None:
    path = f"/obligations/{owed}"
    unit.get(path)
    asked = unit.send(f"{path}/extensions", due_on="2024-01-31", reason="人手不足。")
    (one,) = county.as_unit("城关镇").get(f"{path}/extensions").json()["items"]
    decision = {"decision": "granted", "due_on": "2024-01-20", "reason": "只能到二十日。"}
    assert office_puts(county, f"/extensions/{one['id']}/decision", decision) == 200

    assert "人手不足。 申请延至 2024-01-31 · 待决定" in words(asked.text)
    assert f'action="{path}/extensions' not in asked.text  # one request at a time
    assert "人手不足。 申请延至 2024-01-31 · 批准 2024-01-20: 只能到二十日。" in words(unit.get(path).text)
    assert "人手不足。 申请延至 2024-01-31 · 批准 2024-01-20" in words(unit.get("/desk").text)


def test_a_day_is_the_day_in_shanghai(county: County, unit: Browser, owed: int, now: FakeClock) -> None:
    """At half past six in the morning UTC is still a day behind."""
    now.moment = datetime(2023, 6, 2, 6, 30, tzinfo=clock.SHANGHAI)
    report = {"state": "in_progress", "narrative": "早上报送。"}
    assert county.as_unit("城关镇").post(f"/obligations/{owed}/updates", report).status_code == 201
    shown = words(Browser(county.client, county.as_unit("城关镇").key).get(f"/obligations/{owed}").text)

    assert "填报记录 2023-06-02 推进中 早上报送。" in shown
    assert "2023-06-02 单位已填报进展 早上报送。" in shown


def test_no_template_takes_the_day_of_a_moment_by_itself() -> None:
    """Moments are in UTC: the filter `local_day` has their day."""
    for template in TEMPLATES.glob("*.html"):
        assert ".date()" not in template.read_text("utf-8"), template.name


@ONE_DATABASE
def test_an_address_that_is_wrong_is_said_to_be_in_words_for_people(county: County, unit: Browser) -> None:
    shown = {
        "/nothing": "没有这个页面",
        "/obligations?state=done": "此页面的地址有误 state：取值有误",
        "/obligations?cursor=x": "此页面的地址有误 cursor：",
        "/overdue?as_of=2099-01-01": "无法查看这一天的情况 截至日期：应为 2023-06-01 或更早的日期",
    }
    for path, expected in shown.items():
        page = words(unit.get(path).text)

        assert expected in page
        assert not re.search("errors`|query\\.|/docs|as_of 应", page), page


@ONE_DATABASE
def test_no_page_calls_a_desk_by_another_roles_name(county: County, unit: Browser) -> None:
    """Of some pages nobody knows who asks for them: those of errors that came first."""
    for browser in (unit, Browser(county.client, county.as_role("auditor").key), Browser(county.client)):
        for path in ("/", "/nothing", "/obligations?no=1"):
            assert "办公室工作台" not in browser.get(path).text


@ONE_DATABASE
def test_a_desk_has_more_than_the_first_of_what_is_listed_nowhere_else(
    county: County, unit: Browser, office: Browser
) -> None:
    rows = county.as_unit("城关镇").all("/obligations")[:7]
    press = {"items": [{"obligation_id": one["id"]} for one in rows], "words": "请报送。", "answer_by": "2023-06-09"}
    assert county.as_role("coordinator").post("/urgings", press).status_code == 201
    for one in rows:
        later = {"due_on": "2024-01-31", "reason": "人手不足。"}
        assert county.as_unit("城关镇").post(f"/obligations/{one['id']}/extensions", later).status_code == 201

    assert unit.get("/desk").text.count("请报送。") == 7
    assert office.get("/office").text.count("人手不足。") == 7
