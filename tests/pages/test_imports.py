"""An import on pages: what a file does not say of its register is answered there, and the draft is published."""

import re
from html import unescape

from app.pages.choices import CHOICES
from app.registers.imports.naming_schemas import NamedColumns
from tests.conftest import County, FakeClock
from tests.pages.browser import ONE_DATABASE, Browser, words
from tests.registers.files.drawn_tables import WRITERS
from tests.registers.imports.editions import page_of

SCRIPT = "<script>alert(1)</script>"
UNCLEAR = f"""号头|怎么做|怎样算好|牵头方|到哪天
1|把三条断头路全部打通|通车并且验收合格|司法局|10月底前
2|为老旧小区加装电梯十部{SCRIPT}|电梯全部交付使用|财政局|11月底前
"""
LATE = [("一、试点", [["6月底前完成改造。", "司法局、财政局", ""], ["做好日常工作。", "司法局", ""]])]


def sent(office: Browser, content: bytes, name: str) -> str:
    """The path of the import."""
    office.get("/imports")
    shown = office.send("/imports", [("file", (name, content, "application/octet-stream"))], jurisdiction="341522")
    path = re.search(r'action="(/imports/\d+)/(answers|commit)[#"]', shown.text)
    assert path, words(shown.text)
    return path[1]


def test_a_column_may_be_whatever_the_api_takes() -> None:
    assert CHOICES["column"].keys() == NamedColumns.model_fields.keys()


def test_columns_title_and_year_are_answered_on_the_page(county: County, office: Browser) -> None:
    path = sent(office, WRITERS["xlsx"](UNCLEAR), f"{SCRIPT}.xlsx")
    asked = office.page
    form = office.hidden(f"{path}/answers")
    typed = {"column": ["number", "requirement", "", "units", "due"], "title": "城市管理清单", "year": "2023"}
    answered = office.post(f"{path}/answers", form | typed)
    read = county.as_role("coordinator").get(f"/registers{path}").json()

    assert asked.count('name="column"') == 5
    assert "把三条断头路全部打通" in asked
    assert "<script" not in asked + office.get(path).text
    assert answered.status_code == 303
    assert (read["title"], read["year"]) == ("城市管理清单", 2023)
    assert [row["units_text"] for row in read["sections"][0]["rows"]] == ["司法局", "财政局"]


@ONE_DATABASE
def test_what_is_wrong_with_an_answer_stands_beside_it(office: Browser) -> None:
    path = sent(office, WRITERS["xlsx"](UNCLEAR), "表.xlsx")
    form = office.hidden(f"{path}/answers")
    refused = {
        "q1": {"column": ["number", "", "", "units", ""], "title": "城市管理清单", "year": "2023"},
        "q3": {"column": ["", "requirement", "", "units", ""], "title": "城市管理清单", "year": "去年"},
    }
    for question, typed in refused.items():
        shown = office.post(f"{path}/answers", form | typed)

        assert shown.status_code == 422
        assert set(re.findall(r'class="wrong" id="(q\d+)-wrong"', shown.text)) == {question}
        assert 'value="城市管理清单"' in shown.text
        assert shown.text.count('<option value="units" selected') == 1


def drafted(office: Browser, **committed: str) -> str:
    """The path of a board that is a draft, of a year that has begun. `committed`: what the commit's form says."""
    path = sent(office, page_of(LATE, title="霍邱县2023年试点任务清单"), "清单.html")
    shown = office.send(f"{path}/commit", proposals="take", **committed)
    assert "清单已生成草稿" in shown.text, words(shown.text)
    action = re.search(r'action="(/board/\d+)/publication[#"]', shown.text)
    assert action
    return action[1]


def test_a_draft_is_published_from_the_day_that_is_asked_for(county: County, now: FakeClock) -> None:
    now.set("2023-08-01")
    office = Browser(county.client, county.as_role("coordinator").key)
    board = drafted(office)
    before = county.client.get(board).status_code
    needed = office.send(f"{board}/publication", audience="public")
    days = unescape(needed.text)
    published = office.send(f"{board}/publication", audience="public", starts_on="2023-08-01")

    assert (before, needed.status_code, published.status_code) == (404, 409, 200)
    assert f'id="{board.strip("/").replace("/", "-")}-publication-starts_on-wrong"' in needed.text
    assert 'value="public" checked' in needed.text
    assert "自 2023-01-01 起：立即逾期 2 件" in days
    assert "自 2023-08-01 起：立即逾期 0 件" in days
    assert "清单已发布。" in published.text
    assert county.client.get(board).status_code == 200
    assert "/publication" not in published.text


@ONE_DATABASE
def test_the_form_says_that_a_later_day_moves_no_task_with_a_day_of_its_own(county: County, now: FakeClock) -> None:
    now.set("2023-08-01")
    office = Browser(county.client, county.as_role("coordinator").key)
    board = drafted(office, starts_on="2023-01-01")
    shown = words(office.get(board).text)
    published = office.send(f"{board}/publication", audience="public", starts_on="2023-08-01")

    assert "已另定交办日的任务，仍以其交办日为准" in shown
    assert "其中部分事项即时逾期" in published.text


def test_a_draft_is_shown_to_units_first_and_then_to_everyone(county: County, office: Browser) -> None:
    board = drafted(office)
    to_units = office.send(f"{board}/publication", audience="units")
    public = office.send(f"{board}/publication", audience="public")

    assert (to_units.status_code, public.status_code) == (200, 200)
    assert 'name="starts_on"' not in to_units.text  # only the first publication says it
    assert county.client.get(board).status_code == 200


@ONE_DATABASE
def test_publishing_by_another_site_is_refused(county: County, office: Browser) -> None:
    board = drafted(office)
    form = office.hidden(f"{board}/publication") | {"audience": "public"}
    forged = [office.post(f"{board}/publication", form, Origin="https://example.org")]
    forged += [office.post(f"{board}/publication", {"audience": "public"})]

    assert [answer.status_code for answer in forged] == [403, 403]
    assert county.client.get(board).status_code == 404


@ONE_DATABASE
def test_nobody_but_the_office_of_the_county_sees_the_form(county: County, office: Browser) -> None:
    board = drafted(office)
    office.send(f"{board}/publication", audience="units")
    shown = {
        name: "/publication" in Browser(county.client, api.key).get(board).text
        for name, api in (
            ("office", county.as_role("coordinator")),
            ("auditor", county.as_role("auditor")),
            ("unit", county.as_unit("司法局")),
        )
    }

    assert shown == {"office": True, "auditor": False, "unit": False}
