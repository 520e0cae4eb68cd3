"""A register on its way out: the county's own table, and the working register."""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from httpx import Response
from sqlalchemy import text

from app import clock
from app.access.actors import OPERATOR
from app.checklists.models import Checklist
from app.database.engine import in_pieces
from app.errors import TooManyRows
from app.obligations.stands import stand_on
from app.registers.exports import queries
from app.registers.exports.docx_writer import MOST_ROWS, write_docx
from app.registers.exports.table import Cell, MergedRow, OutTable
from tests.conftest import Api, County, FakeClock

pytestmark = pytest.mark.long_on_postgresql

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


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["register", "working-register"])
def test_the_same_state_is_the_same_bytes_whenever_it_is_written(
    county: County, monkeypatch: pytest.MonkeyPatch, form: str, kind: str
) -> None:
    office, clock_time = county.as_role("coordinator"), time.time
    first = exported(office, form, kind).content
    monkeypatch.setattr(time, "time", lambda: clock_time() + 3600)  # of the zip's entries
    later = exported(office, form, kind).content

    assert later == first


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_file_says_of_which_day_it_is_and_not_when_it_was_written(county: County, form: str, now: FakeClock) -> None:
    now.set("2024-02-01")
    with ZipFile(io.BytesIO(exported(county.as_role("coordinator"), form, as_of="2023-12-31").content)) as packed:
        said = re.findall(r"(20\d\d-\d\d-\d\d)T", packed.read("docProps/core.xml").decode())

    assert said == ["2023-12-31"] * 2


def test_the_register_has_a_merged_row_for_each_section_and_a_row_for_each_task(county: County) -> None:
    found = rows(county.anonymous())

    assert [len([row for row in found if isinstance(row, kind)]) for kind in (dict, list)] == [10, 23]


def test_what_the_office_wrote_stands_as_it_wrote_it(county: County) -> None:
    tasks = [row for row in rows(county.anonymous()) if isinstance(row, list)]

    assert tasks[0][1:] == [county.task(1)[name] for name in ("requirement", "units_text", "summary")]


def units_of(api: Api, **query: Any) -> list[str]:
    return [row[2] for row in rows(api, **query) if isinstance(row, list)]


def test_what_was_assigned_by_hand_stands_in_the_register_where_the_office_wants_it(county: County) -> None:
    office, task = county.as_role("coordinator"), county.task(1)
    before = units_of(office)
    for name, role in (("司法局", "lead"), ("财政局", "supporting")):
        answer = office.put(f"/tasks/{task['id']}/units/{county.units[name]}", {"role": role})
        assert answer.is_success, answer.text
    assigned = units_of(office, units="assigned")
    cell = office.post("/registers/cell-readings", {"jurisdiction": "341522", "text": assigned[0]}).json()
    read = {one["name"]: one["role"] for one in cell["units"]}
    parts = {one["name"]: one["role"] for one in county.task(1)["units"]}

    assert units_of(office) == units_of(office, units="printed") == before
    assert assigned[0].startswith("牵头单位:司法局;责任单位:")
    assert assigned[0].endswith(";配合单位:财政局")
    assert read == parts
    assert cell["unread"] == []


def test_the_working_register_takes_no_choice_of_units(county: County) -> None:
    answer = county.as_role("coordinator").get("/checklists/1/working-register", format="json", units="assigned")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.units")


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
    from zipfile import ZipFile

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


def test_the_rows_of_a_working_register_are_fetched_some_at_a_time(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "in_pieces", partial(in_pieces, at_once=10))
    with county.database.session(writes=False) as session:
        checklist = session.get_one(Checklist, county.checklist_id)
        results = []
        execute = session.execute

        def noted(statement: Any) -> Any:
            results.append(execute(statement))
            return results[-1]

        monkeypatch.setattr(session, "execute", noted)
        rows = queries.working_register(session, OPERATOR, checklist, stand_on(None, today=clock.today())).rows
        before = len(results)
        next(rows)
        on_server = [] if county.database.is_sqlite else execute(text("SELECT statement FROM pg_cursors")).all()
        left = len(results[-1].all())

    assert before == 0
    assert left == 539 - 10
    assert len(on_server) == (0 if county.database.is_sqlite else 1)  # SQLite's driver buffers no rows


def table_of(*rows: tuple[Cell, ...] | MergedRow) -> OutTable:
    return OutTable("题", "注", ("工作要求", "责任单位"), (10, 10), iter(rows), date(2026, 7, 1))


def word_rows(*rows: tuple[Cell, ...] | MergedRow) -> list[list[str]]:
    file = io.BytesIO()
    write_docx(table_of(*rows), file)
    (grid,) = docx.Document(file).tables
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_word_shows_lines_tabs_and_signs_as_they_were_written() -> None:
    rows = word_rows(MergedRow("一、<甲>&"), (" 做一\n做 二 ", '"局"\t&lt;'), (None, 3))

    assert rows == [
        ["工作要求", "责任单位"],
        ["一、<甲>&", "一、<甲>&"],
        [" 做一\n做 二 ", '"局"\t&lt;'],
        ["", "3"],
    ]


def test_word_breaks_no_day_and_no_period_over_two_lines() -> None:
    words = (
        "2026-Q4",
        date(2026, 12, 31),
        "2026-05-D1",
        "2026-W07",
        "2026年12月，2026-12-31前",
        "0564-6021234",
        "甲-乙",
    )
    file = io.BytesIO()
    write_docx(OutTable("题", "注", ("头",) * len(words), (10,) * len(words), iter([words]), date(2026, 7, 1)), file)
    row = docx.Document(file).tables[0].rows[1]
    hyphens = [len(cell._tc.findall(f".//{qn('w:noBreakHyphen')}")) for cell in row.cells]

    assert [cell.text for cell in row.cells] == [str(word) for word in words]
    assert hyphens == [1, 2, 2, 1, 2, 0, 0]


def test_the_working_register_has_room_for_a_day_and_a_period_in_word(county: County) -> None:
    file = io.BytesIO(exported(county.as_role("coordinator"), "docx", "working-register", as_of="2023-06-01").content)
    grid = docx.Document(file).tables[0]
    columns = {head.text: column.width.cm for head, column in zip(grid.rows[0].cells, grid.columns, strict=True)}
    ten_characters, margins = 10 * 10.5 / 2 * 2.54 / 72, 2 * 0.19  # of 10.5 pt, half as wide as high; of a cell

    assert all(columns[head] >= ten_characters + margins for head in ("期次", "办结时限"))


def test_word_gets_no_sign_that_xml_has_no_place_for() -> None:
    assert word_rows(("做\x00\x0b一\ufffe\ud800", ""))[1] == ["做一", ""]


def test_word_gets_no_more_rows_than_it_is_good_for() -> None:
    read: list[int] = []

    def rows() -> Iterator[tuple[Cell, ...]]:
        for number in range(MOST_ROWS * 2):
            read.append(number)
            yield ("做一", "教育局")

    with pytest.raises(TooManyRows, match="xlsx"):
        write_docx(OutTable("题", "注", ("工作要求", "责任单位"), (10, 10), rows(), date(2026, 7, 1)), io.BytesIO())

    assert len(read) == MOST_ROWS + 1
