"""The office's desk, what is overdue on a day, and an import with its questions, as a browser uses them."""

import re
from html import unescape

from tests.conftest import County, FakeClock
from tests.county import sample_page
from tests.pages.browser import ONE_DATABASE, Browser, words

SCRIPT = "<script>alert(1)</script>"


def test_the_desk_shows_counts_the_worst_and_the_months(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    dashboard = county.as_role("coordinator").get("/checklists/1/dashboard").json()
    office = Browser(county.client, county.as_role("coordinator").key)
    shown = office.get("/office")
    earlier = words(office.get("/office?as_of=2023-12-31&known_on=2023-12-31").text)

    assert f"{dashboard['obligations']['overdue']} 逾期" in words(shown.text)
    assert dashboard["worst_units"][0]["unit"]["name"] in shown.text
    assert "<svg" in shown.text
    assert "0 逾期" in earlier


@ONE_DATABASE
def test_the_desk_of_an_office_is_the_offices_and_begins_with_what_is_published(county: County) -> None:
    api = county.as_role("coordinator")
    draft = {"jurisdiction": "341522", "year": 2024, "title": "霍邱县2024年重点工作清单"}
    assert api.post("/checklists", draft).is_success
    office = Browser(county.client, api.key)
    led = office.get("/desk?lang=zh")
    shown = office.get(led.headers["location"]).text

    assert (led.status_code, led.headers["location"]) == (303, "/office?lang=zh")
    assert '<option value="1" selected>' in shown
    assert "霍邱县2024年重点工作清单 (草稿)" in shown


@ONE_DATABASE
def test_the_navigation_names_the_desks_that_somebody_has(county: County) -> None:
    callers = county.as_unit("司法局"), county.as_role("coordinator"), county.as_role("auditor")
    shown = [Browser(county.client, caller.key).get("/office?lang=zh").text for caller in callers]
    desks = [re.findall(r"<a href[^>]*>([^<]*(?:工作台|总体情况))</a>", page) for page in shown]

    assert desks == [["我的工作台", "本单位总体情况"], ["办公室工作台"], ["督查工作台"]]


def test_what_is_overdue_is_shown_as_of_a_day(county: County, now: FakeClock) -> None:
    now.set("2024-01-05")
    office = Browser(county.client, county.as_role("auditor").key)
    late, before = (office.get(f"/overdue?as_of={day}&known_on=").text for day in ("2024-01-05", "2023-12-31"))

    assert "逾期 5 天" in words(late)
    assert "cursor=" in late
    assert "无。" in before


def test_an_import_with_two_misspelt_units_is_answered_and_made(county: County, office: Browser) -> None:
    page = sample_page(2026).decode().replace("税务局", "税物局").replace("人社局", "人设局")
    office.get("/imports")
    sent = office.send("/imports", [("file", ("清单.txt", page.encode(), "text/plain"))], jurisdiction="341522")
    path = re.search(r'action="(/imports/\d+)/answers[#"]', sent.text)
    assert path
    offered = [unescape(one) for one in re.findall(r'<option value="([^"]+)"', sent.text)]
    spellings = [one for one in offered if '"alias_of"' in one and ("税物局" in one or "人设局" in one)]
    names = {"税物局": county.units["税务局"], "人设局": county.units["人社局"]}
    right = [one for one in spellings for name, unit in names.items() if f'"{name}", "alias_of": {unit}}}' in one]
    left = [one for one in offered if '"leave": true' in one]
    form = office.hidden(f"{path[1]}/answers")
    answered = office.post(f"{path[1]}/answers", form | {"answer": [*right, *left]})
    ready = office.get(answered.headers["location"])
    done = office.send(f"{path[1]}/commit", proposals="leave")

    assert len(right) == 2
    assert answered.status_code == 303
    assert "生成清单" in ready.text
    assert done.status_code == 200
    assert "清单已生成草稿" in done.text
    assert county.client.get("/board/2").status_code == 404  # a draft is for nobody else


@ONE_DATABASE
def test_a_file_that_cannot_be_read_shows_the_form_again(office: Browser) -> None:
    office.get("/imports")
    answer = office.send("/imports", [("file", (f"{SCRIPT}.docx", b"PK nothing", "x/y"))], jurisdiction="县")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="县"' in answer.text
    assert "<script" not in answer.text


@ONE_DATABASE
def test_an_import_of_another_site_is_refused(office: Browser) -> None:
    file = [("file", ("清单.txt", sample_page(2026), "text/plain"))]
    office.get("/imports")
    data = office.hidden("/imports") | {"jurisdiction": "341522"}
    answers = [office.post("/imports", data, file, Origin="https://example.org"), office.post("/imports", {}, file)]

    assert [one.status_code for one in answers] == [403, 422]


def test_a_later_day_is_decided(county: County, office: Browser) -> None:
    owed = county.obligation(10, "城关镇")["id"]
    wanted = {"due_on": "2024-01-31", "reason": "人手不足"}
    extension = county.as_unit("城关镇").post(f"/obligations/{owed}/extensions", wanted).json()["id"]
    assert "人手不足" in office.get("/office").text
    office.get(f"/obligations/{owed}")
    path = f"/obligations/{owed}/extensions/{extension}/decision"
    refused, granted = office.send(path, decision="refused"), office.send(path, decision="granted", reason="可以")

    assert (refused.status_code, granted.status_code) == (422, 200)
    assert county.obligation(10, "城关镇")["due_on"] == "2024-01-31"
