"""A register on its way out: the county's own table, and the working register."""

import csv
import io
import json
from typing import Any

import pytest
from httpx import Response

from tests.conftest import Api, County, FakeClock

FORMATS = ["xlsx", "docx", "html", "csv", "json"]
DONE = {"state": "completed", "narrative": "已完成,信息已公开。"}


def exported(api: Api, form: str, kind: str = "register", **query: Any) -> Response:
    answer = api.get(f"/checklists/1/{kind}", format=form, **query)
    assert answer.status_code == 200, answer.text
    return answer


def rows(api: Api, kind: str = "register", **query: Any) -> Any:
    return json.loads(exported(api, "json", kind, **query).content)["rows"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["register", "working-register"])
def test_a_register_leaves_as_a_file_with_its_name(county: County, form: str, kind: str) -> None:
    answer = exported(county.as_role("coordinator"), form, kind)

    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert f".{form}" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content) > 500


def test_the_register_has_a_merged_row_for_each_section_and_a_row_for_each_task(county: County) -> None:
    found = rows(county.anonymous())

    assert [len([row for row in found if isinstance(row, kind)]) for kind in (dict, list)] == [10, 23]


def test_what_the_office_wrote_stands_as_it_wrote_it(county: County) -> None:
    tasks = [row for row in rows(county.anonymous()) if isinstance(row, list)]

    assert tasks[0][1:] == [county.task(1)[name] for name in ("requirement", "units_text", "summary")]


def test_where_the_office_wrote_nothing_it_is_composed_from_what_the_units_completed(
    county: County, now: FakeClock
) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "summary": ""})
    owed = county.obligation(1, "城关镇")["id"]
    now.set("2023-07-01")
    county.as_unit("城关镇").post(f"/obligations/{owed}/updates", DONE)
    number = county.task(1)["counts"]["owed"]
    composed = next(row[3] for row in rows(office) if isinstance(row, list))
    public = next(row[3] for row in rows(county.anonymous()) if isinstance(row, list))
    then = next(row[3] for row in rows(office, as_of="2023-06-15") if isinstance(row, list))

    assert composed.startswith(f"已完成1/{number};未完成:")
    assert "城关镇" not in composed
    assert "河口镇" in composed
    assert public == f"已完成1/{number}"
    assert then.startswith(f"已完成0/{number};")
    assert "城关镇" in then


def test_another_countys_office_reads_numbers_and_no_units_report(county: County) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "summary": ""})
    composed = next(row[3] for row in rows(county.as_role("coordinator", "341523")) if isinstance(row, list))

    assert composed == f"已完成0/{task['counts']['owed']}"


def test_what_is_due_soon_follows_the_days_of_the_checklist(county: County, now: FakeClock) -> None:
    now.set("2023-12-01")
    office = county.as_role("coordinator")
    before = rows(office, "working-register")[0][7]
    office.patch("/checklists/1", {"revision": office.get("/checklists/1").json()["revision"], "yellow_days": 40})

    assert (before, rows(office, "working-register")[0][7]) == ("未到期", "临期")


def test_the_office_words_the_composition_itself(county: County) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "summary": ""})
    revision = office.get("/checklists/1").json()["revision"]
    office.patch("/checklists/1", {"revision": revision, "completion_template": "{owed}家单位中{completed}家办结"})

    assert next(row[3] for row in rows(office) if isinstance(row, list)).endswith("家单位中0家办结")


def test_the_working_register_has_a_row_for_each_obligation_that_one_may_read(county: County, now: FakeClock) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    now.set("2024-01-05")
    county.as_unit("城关镇").post(f"/obligations/{owed}/updates", DONE)
    all_rows, own = (rows(api, "working-register") for api in (county.as_role("auditor"), county.as_unit("城关镇")))

    assert len(all_rows) == len(county.as_role("auditor").all("/obligations", limit=200))
    assert {row[3] for row in own} == {"城关镇人民政府"}
    assert own[0][4:] == ["2023", "2023-12-31", "已完成", "逾期完成", 5, DONE["narrative"]]
    assert county.anonymous().get("/checklists/1/working-register").status_code == 401


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_becomes_a_formula(county: County, sign: str) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    text = f'{sign}HYPERLINK("http://x.invalid","点此")'
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "summary": text})
    lines = list(csv.reader(io.StringIO(exported(office, "csv").content.decode("utf-8-sig"))))
    book = exported(office, "xlsx").content

    assert [f"'{text}"] == [cell for line in lines for cell in line if "HYPERLINK" in cell]
    assert b"<f>" not in unzipped(book)


def unzipped(book: bytes) -> bytes:
    from zipfile import ZipFile  # noqa: PLC0415

    with ZipFile(io.BytesIO(book)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def test_html_shows_what_people_wrote_and_runs_none_of_it(county: County) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "summary": "<script>alert(1)</script>"})
    page = exported(office, "html").text

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert '<html lang="zh-CN">' in page
    assert 'scope="col"' in page
