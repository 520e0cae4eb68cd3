"""A file on its way in: a preview, the office's answers, a commit. And what left comes back as it was."""

from typing import Any

import pytest
from httpx import Response

from app.languages.messages import from_json
from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from tests.conftest import COUNTY, Api, County, sample_page
from tests.registers.imports.editions import left

PAGE = sample_page(2024, "2024-05-31")
UNKNOWN = PAGE.decode().replace("司法局", "司法行政局").encode()


def sent(api: Api, data: bytes = PAGE, name: str = "2024年清单.txt", headers: Any = None) -> Response:
    form = {"jurisdiction": COUNTY}
    return api.request("POST", "/registers/imports", files={"file": (name, data)}, data=form, headers=headers or {})


def previewed(api: Api, data: bytes = PAGE) -> Any:
    answer = sent(api, data)
    assert answer.status_code == 201, answer.text
    return left(api, answer.json())


def test_a_preview_says_every_row_and_writes_no_checklist(county: County) -> None:
    office = county.as_role("coordinator")
    shown = previewed(office)

    assert [len(shown["sections"]), sum(len(one["rows"]) for one in shown["sections"])] == [10, 23]
    assert {one["kind"] for one in shown["questions"] if one["blocks"]} == set()
    assert {one["kind"] for one in shown["questions"]} >= {"open_collective", "no_unit"}
    assert len(office.all("/checklists")) == 1
    assert office.get(f"/registers/imports/{shown['id']}").json() == shown


def test_what_a_preview_notes_is_said_in_the_language_of_whoever_looks(county: County) -> None:
    office, chinese = county.as_role("coordinator"), {"Accept-Language": "zh"}
    table = "栗川县2026年任务清单\n序号,工作任务,责任单位\n1,6月底前完成整改，4月31日前报送方案。,县城管局\n".encode()
    begun = sent(office, table, "清单.csv", chinese).json()
    place = f"/registers/imports/{begun['id']}"
    shown = office.get(place).json()
    in_chinese = office.request("GET", place, headers=chinese)

    assert said(shown) == [
        "the page states no date of publication",
        "the table names no sections; its rows stand under the register's title",
        "the calendar has no such day; ask which one is meant",
    ]
    assert (
        said(begun)
        == said(in_chinese.json())
        == [
            "网页未注明发布日期",
            "表中没有分类，各行均列在清单标题之下",
            "日历上没有这一天；请核实是哪一天",
        ]
    )
    assert in_chinese.headers["content-language"] == "zh"
    assert begun["preview"] == shown["preview"]  # the same content


def said(shown: Any) -> list[str]:
    proposals = [question["proposal"] for question in shown["questions"] if question["proposal"]]
    return [*shown["notes"], *(note["note"] for proposal in proposals for note in proposal["notes"])]


def test_a_note_that_was_stored_as_plain_words_is_still_shown() -> None:
    assert from_json("the hidden sheet 草稿 was left out") == "the hidden sheet 草稿 was left out"


def test_what_was_previewed_is_committed_once(county: County) -> None:
    office = county.as_role("coordinator")
    place = f"/registers/imports/{previewed(office)['id']}/commit?proposals=leave"
    committed, again = office.post(place), office.post(place)

    assert committed.status_code == 201, committed.text
    counts = {name: committed.json()[name] for name in ("sections", "tasks", "assignments", "obligations")}
    assert counts == {"sections": 10, "tasks": 23, "assignments": 116, "obligations": 539}
    assert (again.status_code, again.json()["code"]) == (409, "import_committed")


def test_an_unknown_unit_never_disappears(county: County) -> None:
    office = county.as_role("coordinator")
    shown = previewed(office, UNKNOWN)
    (question,) = [one for one in shown["questions"] if one["blocks"]]
    place = f"/registers/imports/{shown['id']}"
    refused = office.post(f"{place}/commit")
    unasked = office.post(f"{place}/answers", {"answers": [{"name": "财政局", "alias_of": 1}]})
    answered = office.post(
        f"{place}/answers", {"answers": [{"name": "司法行政局", "alias_of": county.units["司法局"]}]}
    )

    assert (question["text"], shown["is_ready"]) == ("司法行政局", False)
    assert county.units["司法局"] in [unit["id"] for unit in question["nearest"]]
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_ready")
    assert (unasked.status_code, unasked.json()["errors"][0]["field"]) == (422, "body.answers.0.name")
    assert answered.json()["is_ready"]
    assert office.post(f"{place}/commit?proposals=leave").json()["obligations"] == 539
    assert previewed(office, UNKNOWN)["is_ready"]  # the answer is remembered


def test_a_unit_that_the_directory_does_not_have_is_entered(county: County) -> None:
    office = county.as_role("coordinator")
    place = f"/registers/imports/{previewed(office, UNKNOWN)['id']}"
    office.post(f"{place}/answers", {"answers": [{"name": "司法行政局", "new_unit": {"kind": "department"}}]})

    assert office.post(f"{place}/commit?proposals=leave").status_code == 201
    assert [unit["name"] for unit in office.all("/units", q="司法行政局")] == ["司法行政局"]


def test_a_file_sent_twice_is_stored_once(county: County) -> None:
    office = county.as_role("coordinator")
    first, second = (sent(office, headers={"Idempotency-Key": "abc"}) for _ in range(2))

    assert first.json()["id"] == second.json()["id"]


def test_an_import_is_listed_at_once_though_no_journal_has_it(county: County) -> None:
    office = county.as_role("coordinator")
    before = [office.get("/registers/imports").json()["items"] for _ in range(2)]
    begun = previewed(office)
    after = office.get("/registers/imports").json()["items"]

    assert before == [[], []]
    assert [one["id"] for one in after] == [begun["id"]]


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("admin", 201)])
def test_only_the_office_imports(county: County, role: str, status: int) -> None:
    assert sent(county.as_role(role)).status_code == status


def test_an_import_of_another_county_is_not_there(county: County) -> None:
    shown = previewed(county.as_role("coordinator"))

    assert county.as_role("coordinator", "341523").get(f"/registers/imports/{shown['id']}").status_code == 404


def test_what_is_not_a_register_is_refused(county: County) -> None:
    answer = sent(county.as_role("coordinator"), b"\x50\x4b\x03\x04 broken", "清单.xlsx")

    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_register")


def test_what_is_not_a_form_is_refused(county: County) -> None:
    answer = county.as_role("coordinator").post("/registers/imports", {"jurisdiction": COUNTY})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def rows_of(reading: RegisterReading) -> Any:
    return [(section.title, [task.printed for task in section.tasks]) for section in reading.sections]


@pytest.mark.parametrize("form", ["xlsx", "docx", "html", "csv"])
def test_what_left_comes_back_as_it_was(county: County, form: str) -> None:
    data = county.as_role("coordinator").get("/checklists/1/register", format=form).content
    (back,) = read_register_file(data, f"register.{form}")
    (first,) = read_register_file(sample_page(), "register.txt")

    assert rows_of(back) == rows_of(first)
    assert (back.title, back.year) == (first.title, first.year)
