"""What the API reads and answers without writing: a page, and one cell."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response
from typer.testing import CliRunner

from app.cli import app as cli
from app.config import get_settings
from app.database.engine import Database
from app.registers.files.limits import LONGEST_CELL
from tests.conftest import COUNTY, Api, County, sample_page
from tests.document import document

pytestmark = pytest.mark.long_on_postgresql

CELLS = [
    "教体局牵头,财政局、卫健委等直有关单位配合;6月底前完成",
    "税务局、经信局等直有关单位",
    "县自然资源局(不动产登记中心)、各乡镇、张三",
    "牵头单位:司法局\n配合单位:数据资源局",
    "",
    "★()等3个部门",
]
SAMPLE = sample_page().decode()
HTML = (
    "<h1>某县2025年重点工作清单</h1>"
    "<table><tr><td>工作内容<td>工作要求<td>责任单位<td>完成情况"
    "<tr><td>一、甲<td>做好一件事<td>司法局、数据资源局<td>已完成</table>"
)


def send(api: Api, body: bytes, media_type: str, **params: str) -> Response:
    headers = {"Content-Type": media_type} if media_type else {}
    return api.request("POST", "/registers/readings", content=body, headers=headers, params=params)


def refusal(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# Cells


@pytest.mark.parametrize("cell", CELLS)
def test_the_api_reads_a_cell_as_the_command_does(
    county: County, database_url: str, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    get_settings.cache_clear()
    printed = CliRunner().invoke(cli, ["read-cell", cell, "--json", "--jurisdiction", COUNTY]).stdout
    get_settings.cache_clear()
    answer = county.as_role("coordinator").post("/registers/cell-readings", {"jurisdiction": COUNTY, "text": cell})
    read = answer.json()
    for unit in read["units"]:
        del unit["unit_id"]

    assert answer.status_code == 200
    assert read == json.loads(printed)


def test_a_unit_that_the_directory_has_comes_with_its_id(county: County) -> None:
    body = {"jurisdiction": COUNTY, "text": "县司法局、数据资源局"}
    units = county.as_role("coordinator").post("/registers/cell-readings", body).json()["units"]

    assert [(unit["name"], unit["unit_id"]) for unit in units] == [
        ("司法局", county.units["司法局"]),
        ("数据资源局", None),
    ]


def test_without_a_jurisdiction_a_cell_is_read_with_an_empty_directory(county: County) -> None:
    units = county.as_role("coordinator").post("/registers/cell-readings", {"text": "县司法局"}).json()["units"]

    assert [(unit["name"], unit["unit_id"]) for unit in units] == [("县司法局", None)]


def test_a_cell_beyond_the_limit_is_refused_by_its_field(county: County) -> None:
    api = county.as_role("coordinator")
    longest = api.post("/registers/cell-readings", {"text": "局" * LONGEST_CELL})
    longer = api.post("/registers/cell-readings", {"text": "局" * (LONGEST_CELL + 1)})

    assert longest.status_code == 200
    assert refusal(longer) == (422, "invalid_request")
    assert [error["field"] for error in longer.json()["errors"]] == ["body.text"]
    assert str(LONGEST_CELL) in longer.json()["detail"]


# Pages


def as_json(page: str) -> tuple[bytes, str]:
    return json.dumps({"jurisdiction": COUNTY, "page": page}).encode(), "application/json"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        as_json(SAMPLE),
        (SAMPLE.encode(), "text/plain"),
        (SAMPLE.encode("gb18030"), "text/plain"),
        (SAMPLE.encode("gb18030"), "text/plain; charset=GBK"),
        (SAMPLE.encode("utf-16"), "text/plain"),
        (SAMPLE.encode("utf-16-le"), 'Text/Plain; charset="utf-16le"'),
    ],
    ids=["json", "utf-8", "gb18030", "stated-gbk", "utf-16", "stated-utf-16"],
)
def test_a_page_is_read_alike_in_every_type_that_is_taken(county: County, body: bytes, media_type: str) -> None:
    answer = send(county.as_role("coordinator"), body, media_type, jurisdiction=COUNTY)
    read = answer.json()

    assert answer.status_code == 200, answer.text
    assert (read["title"], read["year"], read["published_on"]) == (
        "霍邱县2023年政务公开重点任务清单",
        2023,
        "2023-05-31",
    )
    assert [len(section["rows"]) for section in read["sections"]] == [4, 3, 2, 3, 2, 2, 1, 1, 3, 2]
    assert (read["unknown_units"], read["unread"], read["notes"]) == ([], [], [])


def test_what_somebody_should_look_at_is_said_in_the_requested_language(county: County) -> None:
    headers = {"Content-Type": "text/html", "Accept-Language": "zh"}
    api = county.as_role("coordinator")
    chinese = api.request("POST", "/registers/readings", content=HTML.encode(), headers=headers)

    assert send(api, HTML.encode(), "text/html").json()["notes"] == ["the page states no date of publication"]
    assert (chinese.json()["notes"], chinese.headers["content-language"]) == (["网页未注明发布日期"], "zh")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [as_json(HTML), (HTML.encode(), "text/html"), (HTML.encode("gbk"), "text/html;charset=gb2312")],
)
def test_html_is_read_by_its_table(county: County, body: bytes, media_type: str) -> None:
    answer = send(county.as_role("coordinator"), body, media_type, jurisdiction=COUNTY)
    row = answer.json()["sections"][0]["rows"][0]

    assert (row["number"], row["requirement"], row["completion"]) == (1, "做好一件事", "已完成")
    assert [unit["unit_id"] for unit in row["reading"]["units"]] == [county.units["司法局"], None]
    assert answer.json()["unknown_units"] == ["数据资源局"]


def test_a_page_whose_columns_title_and_year_are_unclear_says_so(county: County) -> None:
    page = "<table><tr><td>号头<td>怎么做<td>怎样算好<tr><td>1<td>打通断头路三条<td>通车并且验收合格</table>"
    read = send(county.as_role("coordinator"), page.encode(), "text/html").json()

    assert (read["title"], read["year"], read["sections"]) == (None, None, [])
    assert read["columns"]["heads"] == ["号头", "怎么做", "怎样算好"]


def test_a_reading_says_what_an_import_of_the_page_asks(county: County) -> None:
    changed = (
        SAMPLE.replace("2023年政务", "2024年政务").replace("数管局", "数据资源局").replace("司法局、", "张三、", 1)
    )
    office = county.as_role("coordinator")
    read = send(office, changed.encode(), "text/plain", jurisdiction=COUNTY).json()
    files, form = {"file": ("清单.txt", changed.encode())}, {"jurisdiction": COUNTY}
    shown = office.request("POST", "/registers/imports", files=files, data=form).json()

    assert read["title"] == shown["title"]
    assert read["unknown_units"] == [one["text"] for one in questions(shown, "unknown_unit")] == ["数据资源局"]
    assert read["nobody"] == numbers(shown, "no_unit") == [14]
    assert read["open_collectives"] == numbers(shown, "open_collective")
    assert read["unfinished"] == numbers(shown, "unfinished_list") == [13]
    assert [(one["number"], one["text"]) for one in read["unread"]] == [(3, "张三")]
    assert [(one["rows"], one["text"]) for one in questions(shown, "unread_units")] == [([3], "张三")]


def questions(shown: Any, kind: str) -> list[Any]:
    return [one for one in shown["questions"] if one["kind"] == kind]


def numbers(shown: Any, kind: str) -> list[int]:
    return [row for one in questions(shown, kind) for row in one["rows"]]


@pytest.mark.parametrize(("words", "unread"), [("6月底前完成", []), ("2022年底前完成", ["2022年底前完成"])])
def test_a_time_in_a_units_cell_is_a_last_day_and_asked_about_where_it_is_not_understood(
    county: County, words: str, unread: list[str]
) -> None:
    page = HTML.replace("数据资源局", words)
    read = send(county.as_role("coordinator"), page.encode(), "text/html").json()
    row = read["sections"][0]["rows"][0]

    assert (row["reading"]["times"], row["due_text"]) == ([words], words)
    assert read["unread"] == [{"number": 1, "text": text} for text in unread]


# Nothing is written


@pytest.mark.parametrize("path", ["readings", "cell-readings"])
def test_a_reading_waits_for_nobody_who_writes(county: County, database: Database, path: str) -> None:
    api = county.as_role("coordinator")
    body = {"jurisdiction": COUNTY} | ({"page": SAMPLE} if path == "readings" else {"text": "司法局"})
    with database.session(writes=True):
        answer = api.post(f"/registers/{path}", body)

    assert answer.status_code == 200


def test_a_reading_writes_nothing(county: County, query_count: Callable[..., Any]) -> None:
    api = county.as_role("coordinator")
    with query_count(at_most=7) as statements:  # the key is looked up before the page waits to be read
        send(api, SAMPLE.replace("数管局", "数据资源局").encode(), "text/plain", jurisdiction=COUNTY)

    assert {statement.split()[0] for statement in statements} == {"SELECT"}


# Whose


@pytest.mark.parametrize("path", ["readings", "cell-readings"])
@pytest.mark.parametrize("code", ["341523", "34"])
def test_a_key_reads_with_no_directory_outside_its_scope(county: County, path: str, code: str) -> None:
    body = {"jurisdiction": code} | ({"page": SAMPLE} if path == "readings" else {"text": "司法局"})
    answer = county.as_role("coordinator").post(f"/registers/{path}", body)

    assert refusal(answer) == (403, "outside_scope")


def test_a_jurisdiction_without_a_directory_is_refused(county: County) -> None:
    answer = county.as_role("coordinator", "").post("/registers/cell-readings", {"jurisdiction": "341523", "text": ""})

    assert refusal(answer) == (422, "unknown_reference")


def test_nobody_learns_of_the_body_before_the_key_is_checked(county: County) -> None:
    assert refusal(send(county.anonymous(), b"", "image/png")) == (401, "missing_key")


# What is not taken


@pytest.mark.parametrize("media_type", ["", "image/png", "text/csv", "multipart/form-data; boundary=x", "nonsense"])
def test_a_body_of_another_type_is_rejected_with_the_accepted_ones(county: County, media_type: str) -> None:
    answer = send(county.as_role("coordinator"), SAMPLE.encode(), media_type)

    assert refusal(answer) == (415, "unsupported_media_type")
    assert answer.json()["accepted"] == ["application/json", "text/html", "text/plain"]
    assert all(right in answer.json()["detail"] for right in answer.json()["accepted"])


def test_an_unknown_charset_is_rejected_with_the_accepted_ones(county: County) -> None:
    answer = send(county.as_role("coordinator"), SAMPLE.encode(), "text/plain; charset=klingon")

    assert refusal(answer) == (415, "unsupported_media_type")
    assert answer.json()["accepted"] == ["text/plain; charset=utf-8", "text/plain; charset=gb18030"]


@pytest.mark.parametrize(
    ("body", "media_type", "says"),
    [
        (SAMPLE.encode("gb18030"), "text/plain; charset=utf-8", "not text in utf-8"),
        (bytes(range(128, 256)) * 20, "text/plain", "not text in UTF-8 or GB18030"),
        (b"\x00" * 100, "text/plain", "NUL"),
        (b"", "text/plain", "column heads"),
        (b"", "text/html", "a page in HTML"),
        (b"PK\x03\x04" + bytes(1000), "text/html", "expected"),
    ],
)
def test_bytes_that_are_not_a_register_are_rejected(county: County, body: bytes, media_type: str, says: str) -> None:
    answer = send(county.as_role("coordinator"), body, media_type)

    assert refusal(answer) == (422, "unreadable_register")
    assert re.search(says, answer.json()["detail"])


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        (b"", "invalid_json", []),
        (b'{"page": ', "invalid_json", []),
        (b'{"page": "\xff"}', "invalid_json", []),
        (b"[" * 100_000, "invalid_json", []),
        (b"{}", "invalid_request", ["body.page"]),
        (b'{"page": "a\\u0000"}', "invalid_request", ["body.page"]),
        (b'{"page": "a", "jurisdiction": "x"}', "invalid_request", ["body.jurisdiction"]),
        (b'{"page": "a", "colour": "red"}', "invalid_request", ["body.colour"]),
    ],
)
def test_json_that_does_not_fit_is_refused_by_its_fields(
    county: County, body: bytes, code: str, fields: list[str]
) -> None:
    answer = send(county.as_role("coordinator"), body, "application/json")

    assert answer.json()["code"] == code
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_two_jurisdictions_in_one_request_are_refused(county: County) -> None:
    body, media_type = as_json(SAMPLE)
    answer = send(county.as_role("coordinator"), body, media_type, jurisdiction="341523")

    assert refusal(answer) == (422, "invalid_request")
    assert [error["field"] for error in answer.json()["errors"]] == ["query.jurisdiction"]


def test_the_schema_lists_all_three_types_of_a_page() -> None:
    operation = document()["paths"]["/api/v1/registers/readings"]["post"]

    assert set(operation["requestBody"]["content"]) == {"application/json", "text/html", "text/plain"}
    assert operation["requestBody"]["required"]


def test_title_year_and_columns_may_be_said_with_the_page(county: County) -> None:
    """As with a file that is imported; in the address, since the page may be the body as it is."""
    office = county.as_role("coordinator")
    page = "<table><tr><td>子<td>丑<tr><td>做好一事。<td>司法局<tr><td>做好二事。<td>财政局</table>"
    said = {"title": "工作清单", "year": 2026, "columns": "requirement=1,units=2"}
    text = "子\t丑\n做好一事。\t司法局\n做好二事。\t财政局\n"
    sent = [("text/html", page), ("text/plain", text), ("application/json", json.dumps({"page": page}))]
    answers = [
        office.request(
            "POST", "/registers/readings", params=said, content=body.encode(), headers={"Content-Type": kind}
        )
        for kind, body in sent
    ]
    wrong = office.request("POST", "/registers/readings", params={"columns": "where=1"}, json={"page": page})

    for answer in answers:
        shown = answer.json()
        assert answer.status_code == 200, answer.text
        assert (shown["title"], shown["year"], shown["columns"]) == ("工作清单", 2026, None)
        rows = [(row["requirement"], row["units_text"]) for section in shown["sections"] for row in section["rows"]]
        assert rows == [("做好一事。", "司法局"), ("做好二事。", "财政局")]
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "query.columns")
