"""Forms that are not accepted: every word stays, and the browser comes back to the form."""

import re
from pathlib import Path

import pytest

import app
from app.pages.choices import CHOICES, UNSHOWN
from tests.conftest import County
from tests.pages.browser import ONE_DATABASE, Browser
from tests.registers.imports.editions import page_of

TEMPLATES = Path(app.__file__).parent / "pages" / "templates"


def owed_with_targets(county: County) -> int:
    office = county.as_role("coordinator")
    targets = [{"metric": metric, "number": 10} for metric in ("公里", "户", "座")]
    wanted = {"checklist_id": 1, "section_id": 1, "requirement": "修路。", "targets": targets}
    task = office.post("/tasks", wanted).json()["id"]
    assert office.put(f"/tasks/{task}/units/{county.units['城关镇']}", {}).is_success
    return int(county.as_unit("城关镇").all("/obligations", task=task)[0]["id"])


@ONE_DATABASE
def test_target_figures_stay_each_in_its_field(county: County, unit: Browser) -> None:
    owed = owed_with_targets(county)
    unit.get(f"/obligations/{owed}")
    form = unit.hidden(f"/obligations/{owed}/reports")
    figures = {"metric": ["公里", "户", "座"], "number": ["7.5", "", "许多"]}
    typed = {"state": "in_progress", "narrative": "修了一段。"}
    page = unit.post(f"/obligations/{owed}/reports", form | typed | figures).text
    shown = re.findall(r'name="number" inputmode="decimal" value="([^"]*)"( aria-invalid)?', page)

    assert shown == [("7.5", ""), ("", ""), ("许多", " aria-invalid")]


@ONE_DATABASE
def test_numbers_are_taken_as_they_are_typed_where_chinese_is(county: County, unit: Browser) -> None:
    owed = owed_with_targets(county)
    unit.get(f"/obligations/{owed}")
    form = unit.hidden(f"/obligations/{owed}/reports")
    figures = {"metric": ["公里", "户", "座"], "number": ["７．５", " ３ ", ""]}
    typed = {"state": "in_progress", "narrative": "修了一段。", "percent": "４０％"}
    answer = unit.post(f"/obligations/{owed}/reports", form | typed | figures)
    (update,) = county.as_unit("城关镇").get(f"/obligations/{owed}/updates").json()["items"]

    assert answer.status_code == 303
    assert update["percent"] == 40
    assert [(one["metric"], one["number"]) for one in update["figures"]] == [("公里", 7.5), ("户", 3)]


@ONE_DATABASE
@pytest.mark.parametrize("name", ["", "图.pdf"])
def test_files_are_to_be_chosen_again_only_where_some_had_been(unit: Browser, owed: int, name: str) -> None:
    unit.get(f"/obligations/{owed}")
    sent = [("files", (name, b"%PDF-1.7" if name else b"", "application/pdf"))]
    page = unit.send(f"/obligations/{owed}/reports", sent, state="in_progress", narrative="").text

    assert "未能提交" in page
    assert ("请重新选择文件" in page) == bool(name)


@ONE_DATABASE
def test_the_browser_comes_back_to_the_form_and_then_to_what_was_done(county: County, unit: Browser, owed: int) -> None:
    page = unit.get(f"/obligations/{owed}?lang=zh").text
    action = re.search(r'<form[^>]*action="(/obligations/\d+/receipt[^"]*)"[^>]* id="([^"]*)"', page)
    assert action
    form = unit.hidden(f"/obligations/{owed}/receipt?lang=zh")
    done = unit.post(f"/obligations/{owed}/receipt?lang=zh", form).headers["location"]

    assert action[1].partition("#")[2] == action[2]
    assert done == f"/obligations/{owed}?lang=zh&done=acknowledged#done"
    assert 'id="done"' in unit.get(done).text


def test_the_words_of_a_form_that_is_gone_are_shown(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    county.as_role("coordinator").post(f"/obligations/{owed}/waiver", {"reason": "不再需要"})
    answer = unit.send(f"/obligations/{owed}/reports", state="in_progress", narrative="很长的<b>一段话")

    assert answer.status_code == 409
    assert "很长的&lt;b&gt;一段话</blockquote>" in answer.text
    assert "<b>" not in answer.text
    assert f'href="/obligations/{owed}"' in answer.text
    assert 'role="alert"' in answer.text


@ONE_DATABASE
@pytest.mark.parametrize(("lang", "said"), [("zh", "推进中"), ("en", "in progress")])
def test_what_was_chosen_in_a_form_that_is_gone_is_said_in_words(
    county: County, unit: Browser, owed: int, lang: str, said: str
) -> None:
    page = f"/obligations/{owed}/reports?lang={lang}"
    unit.get(f"/obligations/{owed}?lang={lang}")
    form = unit.hidden(page) | {"state": "in_progress", "narrative": "修了一段。"}
    county.as_role("coordinator").post(f"/obligations/{owed}/waiver", {"reason": "不再需要"})
    gone = unit.post(page, form).text
    signed_out = Browser(county.client).post(page, form).text

    for shown in (gone, signed_out):
        assert re.findall("<blockquote>(.*)</blockquote>", shown) == [said, "修了一段。"]
    assert 'name="state" value="in_progress"' in signed_out


def test_every_choice_of_a_form_has_words_or_is_not_shown() -> None:
    chosen = set()
    for path in TEMPLATES.glob("*.html"):
        posted = re.sub(r'<form[^>]*method="get".*?</form>', "", path.read_text("utf-8"), flags=re.DOTALL)
        chosen |= set(re.findall(r'<select[^>]* name="(\w+)"', posted))
        chosen |= set(re.findall(r'<input type="(?:hidden|radio|checkbox)"[^>]* name="(\w+)"', posted))
        chosen |= set(re.findall(r'forms\.choice\(f, "(\w+)"', posted))

    assert {"state", "claim_held", "column", "answer", "obligation", "preview"} <= chosen
    assert chosen - CHOICES.keys() - UNSHOWN == {"metric"}  # what a target is called, which the office wrote


@ONE_DATABASE
def test_the_words_stay_where_the_page_itself_is_gone(county: County, unit: Browser, owed: int) -> None:
    unit.get(f"/obligations/{owed}")
    form = unit.hidden(f"/obligations/{owed}/reports")
    answer = unit.post("/obligations/999999/reports", form | {"state": "in_progress", "narrative": "很长的一段话"})

    assert answer.status_code == 404
    assert "很长的一段话" in answer.text


@ONE_DATABASE
def test_every_answer_that_was_chosen_for_an_import_stays(county: County) -> None:
    office = Browser(county.client, county.as_role("coordinator").key)
    rows = [["每季度召开一次推进会。", "司法局、财政局", ""]]
    text = page_of([("一、试点", rows)], title="试点任务清单", words="责任单位(列第一位者为牵头单位)")
    office.get("/imports")
    office.send("/imports", [("file", ("清单.txt", text, "text/plain"))], jurisdiction="341522")
    page = re.search(r'action="(/imports/\d+/answers)[#"]', office.page)
    assert page
    chosen = ['{"rule": "first_is_lead", "taken": true}', '{"row": 1, "take_proposal": false}']
    unknown = '{"row": 999, "take_proposal": true}'
    shown = office.post(page[1], office.hidden(page[1]) | {"answer": [*chosen, unknown]})

    assert shown.status_code == 422
    assert len(re.findall(r'<option value="[^"]+" selected', shown.text)) == len(chosen)
