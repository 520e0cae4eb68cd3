"""What auditors and the office do on pages: findings beside an obligation, and urgings of one unit or of several."""

import re

import pytest

from tests.conftest import County, FakeClock
from tests.pages.browser import ONE_DATABASE, Browser, words

SCRIPT = "<script>alert(1)</script>\"'&"
CLAIM = {"state": "completed", "narrative": "做完了。"}


@pytest.fixture
def auditor(county: County) -> Browser:
    return Browser(county.client, county.as_role("auditor").key)


def finding_of(county: County, owed: int) -> dict[str, object]:
    items: list[dict[str, object]] = county.as_role("auditor").get(f"/obligations/{owed}/findings").json()["items"]
    return items[0]


def test_a_finding_is_opened_extended_and_closed(county: County, auditor: Browser, owed: int) -> None:
    unit, page = county.as_unit("城关镇"), f"/obligations/{owed}"
    unit.post(f"{page}/updates", CLAIM)
    auditor.get(page)
    refused = auditor.send(f"{page}/findings", kind="look_back", narrative=SCRIPT, due_on="2023-01-01")
    opened = auditor.send(
        f"{page}/findings", kind="look_back", narrative=SCRIPT, due_on="2023-06-30", claim_held="false"
    )
    found = finding_of(county, owed)
    at = f"{page}/findings/{found['id']}"
    extended = auditor.send(f"{at}/extension", due_on="2023-07-15", reason="还缺两项。")
    unit.post(f"/findings/{found['id']}/answers", {"narrative": "已恢复。"})
    auditor.get(page)
    closed = auditor.send(f"{at}/closure", conclusion="复查合格。", claim_held="true")
    after = finding_of(county, owed)

    assert [one.status_code for one in (refused, opened, extended, closed)] == [422, 200, 200, 200]
    assert "2023-01-01" in refused.text
    assert 'value="look_back" checked' in refused.text
    assert "<script" not in refused.text + opened.text + closed.text
    assert (found["narrative"], found["claim_held"], found["due_on"]) == (SCRIPT, False, "2023-06-30")
    assert (after["state"], after["claim_held"], after["due_on"]) == ("closed", True, "2023-07-15")
    assert "复查合格。" in words(closed.text)


@ONE_DATABASE
def test_a_finding_without_an_answer_has_no_form_to_close_it(county: County, auditor: Browser, owed: int) -> None:
    auditor.get(f"/obligations/{owed}")
    opened = auditor.send(f"/obligations/{owed}/findings", kind="spot_check", narrative="未公开。", due_on="2023-06-30")

    assert "/extension" in opened.text
    assert "/closure" not in opened.text


@ONE_DATABASE
def test_each_sees_the_forms_of_their_role(county: County, auditor: Browser, office: Browser, owed: int) -> None:
    unit = Browser(county.client, county.as_unit("城关镇").key)
    forms = {
        name: set(re.findall(rf'action="/obligations/{owed}/(\w+)', browser.get(f"/obligations/{owed}").text))
        for name, browser in (("unit", unit), ("office", office), ("auditor", auditor))
    }

    assert forms == {"unit": {"receipt", "reports", "extensions"}, "office": {"urgings"}, "auditor": {"findings"}}


def test_the_office_urges_one_unit(county: County, office: Browser, owed: int) -> None:
    page = f"/obligations/{owed}"
    office.get(page)
    refused = office.send(f"{page}/urgings", words="", answer_by="2023-06-09")
    urged = office.send(f"{page}/urgings", words=SCRIPT, answer_by="2023-06-09")
    (sent,) = county.as_role("coordinator").get("/urgings").json()["items"]

    assert (refused.status_code, urged.status_code) == (422, 200)
    assert 'value="2023-06-09"' in refused.text
    assert (sent["obligation_id"], sent["words"]) == (owed, SCRIPT)
    assert "<script" not in urged.text


def test_the_office_urges_several_at_once_and_returns_to_its_list(
    county: County, office: Browser, now: FakeClock, owed: int
) -> None:
    now.set("2024-01-05")
    office = Browser(county.client, county.as_role("coordinator").key)
    place = f"/overdue?unit={county.units['城关镇']}&limit=5"
    shown = office.get(place).text
    action = re.search(r'action="(/overdue/urgings\?[^"#]*)', shown)
    assert action
    path = action[1].replace("&amp;", "&")
    chosen = re.findall(r'name="obligation" value="(\d+)"', shown)[:2]
    form = office.hidden(action[1])
    refused = office.post(path, form | {"obligation": chosen, "words": "请报送。", "answer_by": "2023-01-01"})
    none = office.post(path, form | {"once": "", "words": "请报送。", "answer_by": "2024-01-10"})
    done = office.post(path, form | {"obligation": chosen, "words": "请报送。", "answer_by": "2024-01-10"})
    sent = county.as_role("coordinator").get("/urgings").json()["items"]

    assert (refused.status_code, none.status_code, done.status_code) == (422, 422, 303)
    assert [f'value="{one}" aria-label' in refused.text and "请报送。" in refused.text for one in chosen] == [
        True,
        True,
    ]
    assert len(re.findall(r'name="obligation"[^>]* checked', refused.text)) == 2
    assert "请至少勾选一项。" in none.text
    assert done.headers["location"] == f"{place}&done=urged_all#done"
    assert sorted(str(one["obligation_id"]) for one in sent) == sorted(chosen)


@ONE_DATABASE
def test_nothing_of_a_past_day_is_chosen_for_an_urging(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    office = Browser(county.client, county.as_role("coordinator").key)
    auditor = Browser(county.client, county.as_role("auditor").key)

    assert 'name="obligation"' in office.get("/overdue").text
    assert 'name="obligation"' not in office.get("/overdue?as_of=2024-01-04").text
    assert 'name="obligation"' not in auditor.get("/overdue").text


@ONE_DATABASE
def test_forms_of_another_site_are_refused(county: County, auditor: Browser, office: Browser, owed: int) -> None:
    finding = {"kind": "look_back", "narrative": "冒名", "due_on": "2023-06-30"}
    urging = {"obligation": str(owed), "words": "冒名", "answer_by": "2023-06-30"}
    sent = [
        (auditor, f"/obligations/{owed}/findings", finding),
        (office, f"/obligations/{owed}/urgings", urging),
        (office, "/overdue/urgings", urging),
    ]
    answers = []
    for browser, path, typed in sent:
        browser.get(f"/obligations/{owed}")
        token = {"form_token": browser.hidden("/sign-out")["form_token"]}
        answers += [browser.post(path, typed), browser.post(path, token | typed, Origin="https://example.org")]

    assert {answer.status_code for answer in answers} == {403}
    assert county.as_role("coordinator").get("/urgings").json()["items"] == []
    assert county.as_role("auditor").get(f"/obligations/{owed}/findings").json()["items"] == []
