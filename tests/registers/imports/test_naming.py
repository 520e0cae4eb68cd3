"""What a file does not say of its register becomes a question, and can be sent with it: columns, title and year."""

from typing import Any

import pytest

from app.database.engine import Database
from app.registers.imports.models import RegisterImport
from tests.conftest import COUNTY, Api, County
from tests.registers.files.drawn_tables import WRITERS
from tests.registers.imports.editions import TITLE, answered, commit, page_of, sample_sections, sent

ROWS = """号头|怎么做|怎样算好|牵头方|到哪天
1|把三条断头路全部打通|通车并且验收合格|司法局|10月底前
2|为老旧小区加装电梯十部|电梯全部交付使用|财政局|11月底前
3|新建公办幼儿园两所|秋季学期开学招生|司法局|8月底前
4|新建口袋公园五个|向所有居民全部开放|财政局|9月底前
"""
CLEAR = "序号|工作任务|责任单位|完成时限\n1|更换老旧井盖。|财政局|5月20日前"
COLUMNS = {"requirement": 2, "units": 4, "due": 5, "number": [1]}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def posted(office: Api, drawing: str, name: str = "表.xlsx", **form: Any) -> Any:
    data = {"jurisdiction": COUNTY, **form}
    file = WRITERS[name.rpartition(".")[2]](drawing)
    return office.request("POST", "/registers/imports", files={"file": (name, file)}, data=data)


def previewed(office: Api, drawing: str, **form: Any) -> Any:
    answer = posted(office, drawing, **form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def kinds(shown: Any) -> list[str]:
    return [one["kind"] for one in shown["questions"] if one["blocks"]]


def answer(office: Api, shown: Any, *answers: Any) -> Any:
    return office.post(f"/registers/imports/{shown['id']}/answers", {"answers": list(answers)})


def rows_of(shown: Any) -> list[tuple[str, str, str]]:
    rows = [row for section in shown["sections"] for row in section["rows"]]
    return [(row["requirement"], row["units_text"], row["due_text"]) for row in rows]


def test_a_file_that_says_nothing_is_asked_columns_title_and_year(office: Api) -> None:
    shown = previewed(office, ROWS)
    (columns,) = [one["columns"] for one in shown["questions"] if one["kind"] == "columns"]
    refused = commit(office, shown)

    assert (kinds(shown), shown["title"], shown["year"]) == (["columns", "title", "year"], None, None)
    assert columns["heads"] == ["号头", "怎么做", "怎样算好", "牵头方", "到哪天"]
    assert [row[0] for row in columns["rows"]] == ["1", "2", "3"]
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_ready")
    assert "columns, title, year" in refused.json()["detail"]


def test_what_is_answered_is_read_and_committed(office: Api) -> None:
    shown = previewed(office, ROWS)
    said = [
        {"columns": COLUMNS},
        {"title": "霍邱县城市管理清单"},
        {"year": 2026},
        {"kind": "left_out_column", "leave": True},
    ]
    shown = answered(office, shown, *said[:3])
    found = kinds(shown)
    shown = answered(office, shown, said[3])
    made = commit(office, shown)

    assert (set(found), kinds(shown)) == ({"left_out_column"}, [])
    assert (shown["title"], shown["year"]) == ("霍邱县城市管理清单", 2026)
    assert shown["sections"][0]["title"] == "霍邱县城市管理清单"
    assert rows_of(shown)[0] == ("把三条断头路全部打通", "司法局", "10月底前")
    assert made.status_code == 201, made.text
    assert office.get(f"/checklists/{made.json()['checklist_id']}").json()["year"] == 2026


def test_columns_are_answered_again_otherwise(office: Api) -> None:
    shown = answered(office, previewed(office, ROWS), {"title": "清单甲"}, {"year": 2026}, {"columns": COLUMNS})
    shown = answered(office, shown, {"columns": {"requirement": [2, 3], "units": 4, "due": 5}})

    assert rows_of(shown)[0][0] == "怎么做:把三条断头路全部打通\n怎样算好:通车并且验收合格"
    assert (shown["title"], shown["year"], shown["sections"][0]["title"]) == ("清单甲", 2026, "清单甲")


def test_what_is_given_with_the_file_is_not_asked(office: Api) -> None:
    said = {"title": "霍邱县城市管理清单", "year": 2026, "columns": "requirement=2,units=4,due=5,number=1"}
    shown = previewed(office, ROWS, **said)

    assert not {"columns", "title", "year"} & {*kinds(shown)}
    assert (shown["title"], shown["year"], len(rows_of(shown))) == ("霍邱县城市管理清单", 2026, 4)


def test_a_title_and_a_year_that_were_read_are_corrected(office: Api) -> None:
    shown = previewed(office, f"霍邱县2024年清单\n{CLEAR}")
    corrected = answered(office, shown, {"title": "霍邱县2026年清单"}, {"year": 2026})

    assert (shown["year"], corrected["year"], corrected["title"]) == (2024, 2026, "霍邱县2026年清单")


@pytest.mark.parametrize(
    "columns",
    [{"units": 4}, {"requirement": 2, "units": 2}, {"requirement": 40, "units": 1}, {"requirement": 0}, {}],
)
def test_columns_that_cannot_be_are_refused_and_nothing_changes(office: Api, columns: Any) -> None:
    shown = previewed(office, ROWS)
    refused = answer(office, shown, {"columns": columns})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("body.answers.0")
    assert office.get(f"/registers/imports/{shown['id']}").json() == shown


def test_columns_are_answered_only_where_they_were_asked(office: Api) -> None:
    refused = answer(office, previewed(office, f"霍邱县2026年清单\n{CLEAR}"), {"columns": COLUMNS})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "body.answers.0.columns"


@pytest.mark.parametrize("columns", ["requirement", "requirement=b", "units=3", "due=2,requirement=2", "怎么做=2"])
def test_columns_of_a_form_say_what_is_wrong_with_them(office: Api, columns: str) -> None:
    refused = posted(office, ROWS, columns=columns)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.columns")


def test_a_file_without_title_and_year_takes_those_of_the_checklist_that_is_named(office: Api) -> None:
    shown = previewed(office, CLEAR, checklist=1)

    assert (shown["title"], shown["year"], shown["edition_of"]) == (TITLE, 2023, 1)


def test_its_year_then_is_that_of_the_checklist(office: Api) -> None:
    refused = answer(office, previewed(office, CLEAR, checklist=1), {"year": 2026})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.answers.0.year")


def test_a_register_of_the_same_title_and_another_year_is_not_an_edition(office: Api) -> None:
    shown = previewed(office, CLEAR, title=TITLE, year=2026)
    refused = commit(office, shown)

    assert shown["edition_of"] is None
    assert (refused.status_code, refused.json()["code"]) == (409, "title_taken")


# Titles of editions


def test_an_edition_keeps_the_checklists_title_unless_somebody_takes_its_own(office: Api) -> None:
    other = "霍邱县2023年政务公开工作要点(修订)"
    shown = sent(office, page_of(sample_sections(), title=other), checklist=1)
    (found,) = [one for one in shown["questions"] if one["kind"] == "edition_title"]
    stored = commit(office, answered(office, shown, {"kind": "no_unit", "leave": True}))

    assert (shown["title"], shown["former_title"]) == (other, TITLE)
    assert (found["text"], found["blocks"], found["is_taken"]) == (other, False, False)
    assert stored.status_code == 201, stored.text
    assert office.get("/checklists/1").json()["title"] == TITLE


def test_the_title_of_a_first_import_is_not_asked(office: Api) -> None:
    refused = answer(office, previewed(office, f"霍邱县2026年清单\n{CLEAR}"), {"take_title": True})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.answers.0.take_title")


@pytest.mark.parametrize("form", ["xlsx", "csv", "docx", "html"])
def test_the_own_working_register_is_an_edition_of_its_checklist(office: Api, form: str) -> None:
    file = office.request("GET", "/checklists/1/working-register", params={"format": form}).content
    answer = office.request(
        "POST", "/registers/imports", files={"file": (f"台账.{form}", file)}, data={"jurisdiction": COUNTY}
    )
    shown = answer.json()

    assert answer.status_code == 201, answer.text
    assert (shown["title"], shown["edition_of"], shown["former_title"]) == (TITLE, 1, None)


def test_what_was_answered_of_the_register_stands_with_the_import(office: Api, database: Database) -> None:
    shown = answered(office, previewed(office, ROWS), {"columns": COLUMNS}, {"year": 2026})
    with database.session(writes=False) as session:
        stored = session.get_one(RegisterImport, shown["id"]).answers["register"]

    assert stored == {"columns": COLUMNS, "year": 2026}
