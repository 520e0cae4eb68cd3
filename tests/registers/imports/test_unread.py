"""What is not read blocks until somebody answers it or leaves it: a misspelt unit never vanishes."""

from typing import Any

import pytest

from tests.conftest import COUNTY, Api, County
from tests.registers.files.drawn_tables import docx, workbook
from tests.registers.imports.editions import answered, commit, page_of, sent

pytestmark = pytest.mark.long_on_postgresql

TITLE = "霍邱县2023年试点任务清单"
ROWS = [
    ["开展普法宣传。", "司法居、财政局", ""],
    ["修订办事指南。", "司法居牵头,财政局配合", ""],
    ["更换老旧井盖。", "财政局", ""],
    ["整治黑臭水体。", "司法居", ""],
    ["公开办理结果。", "", ""],
    ["公布服务电话。", "", ""],
]


def page(rows: list[list[str]] = ROWS) -> bytes:
    return page_of([("一、试点", rows)], title=TITLE)


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def open_questions(shown: Any) -> list[tuple[str, str, list[int]]]:
    return [(one["kind"], one["text"], one["rows"]) for one in shown["questions"] if one["blocks"]]


def refused(office: Api, shown: Any, answer: Any) -> tuple[int, str]:
    said = office.post(f"/registers/imports/{shown['id']}/answers", {"answers": [answer]})
    return said.status_code, said.json()["errors"][0]["field"]


def units_of(office: Api, committed: Any) -> list[list[tuple[str, str]]]:
    tasks = office.all("/tasks", checklist=committed["checklist_id"])
    return [sorted((one["name"], one["role"]) for one in task["units"]) for task in tasks]


def test_each_text_is_asked_about_once_with_all_its_rows(office: Api, county: County) -> None:
    shown = sent(office, page(), leave=False)
    (misspelt,) = [one for one in shown["questions"] if one["kind"] == "unread_units"]
    committed = commit(office, shown)

    assert open_questions(shown) == [("unread_units", "司法居", [1, 2, 4]), ("no_unit", "", [5, 6])]
    assert county.units["司法局"] in [unit["id"] for unit in misspelt["nearest"]]
    assert (shown["is_ready"], committed.status_code, committed.json()["code"]) == (False, 409, "import_not_ready")


def test_text_that_is_another_spelling_becomes_the_unit_of_its_rows(office: Api, county: County) -> None:
    meaning = {"name": "司法居", "alias_of": county.units["司法局"]}
    shown = answered(office, sent(office, page(), leave=False), meaning, {"kind": "no_unit", "leave": True})
    committed = commit(office, shown).json()

    assert units_of(office, committed)[:4] == [
        [("司法局", "responsible"), ("财政局", "responsible")],
        [("司法局", "lead"), ("财政局", "supporting")],
        [("财政局", "responsible")],
        [("司法局", "responsible")],
    ]


def test_text_may_be_a_unit_that_the_directory_does_not_have(office: Api) -> None:
    meaning = {"name": "司法居", "new_unit": {"kind": "department"}}
    shown = answered(office, sent(office, page(), leave=False), meaning, {"kind": "no_unit", "leave": True})

    assert units_of(office, commit(office, shown).json())[3] == [("司法居", "responsible")]


@pytest.mark.parametrize(
    "answer", [{"name": "司法居", "not_a_unit": True}, {"kind": "unread_units", "text": "司法居", "leave": True}]
)
def test_what_is_left_is_recorded_and_makes_no_part(office: Api, answer: Any) -> None:
    shown = answered(office, sent(office, page(), leave=False), answer, {"kind": "no_unit", "leave": True})
    units = units_of(office, commit(office, shown).json())
    later = office.get(f"/registers/imports/{shown['id']}").json()
    stored = [(one["kind"], one["text"]) for one in later["questions"] if one["is_left"]]

    assert shown["is_ready"]
    assert units[1:4] == [[("财政局", "supporting")], [("财政局", "responsible")], []]
    assert stored == [("unread_units", "司法居"), ("no_unit", "")]


def test_an_answer_may_be_taken_back(office: Api, county: County) -> None:
    shown = sent(office, page())
    again = answered(office, shown, {"kind": "unread_units", "leave": False})
    named = answered(office, shown, {"name": "司法居", "not_a_unit": True})

    assert (shown["is_ready"], again["is_ready"], named["is_ready"]) == (True, False, True)
    assert open_questions(again) == [("unread_units", "司法居", [1, 2, 4])]


def test_leaving_a_kind_leaves_what_is_asked_and_nothing_else(office: Api) -> None:
    rows = [["做好一事。", "司法居", "", "立行立改"], ["做好二事,6月底前完成。", "财政局", "", "9月底"]]
    heads = "<tr><td>工作任务<td>责任单位<td>完成情况<td>完成时限"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in rows)
    shown = sent(office, f"<h1>{TITLE}</h1><table>{heads}{lines}</table>".encode(), leave=False)
    some = answered(office, shown, {"kind": "unread_day", "leave": True})

    assert open_questions(shown) == [
        ("unread_units", "司法居", [1]),
        ("unread_day", "立行立改", [1]),
        ("days_disagree", "做好二事,6月底前完成。", [2]),
    ]
    assert [kind for kind, _, _ in open_questions(some)] == ["unread_units", "days_disagree"]


DISAGREE = [["做好二事,6月底前完成。", "财政局", "9月底"], ["做好三事。", "财政局", "10月底"]]


def disagreeing(office: Api) -> Any:
    heads = "<tr><td>工作任务<td>责任单位<td>完成时限"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in DISAGREE)
    return sent(office, f"<h1>{TITLE}</h1><table>{heads}{lines}</table>".encode(), leave=False)


@pytest.mark.parametrize(("day_of", "due_on"), [("column", "2023-09-30"), ("requirement", "2023-06-30")])
def test_where_days_disagree_the_answer_says_whose_counts(office: Api, day_of: str, due_on: str) -> None:
    shown = answered(office, disagreeing(office), {"row": 1, "day_of": day_of})
    (proposal,) = [one for one in shown["questions"] if one["kind"] == "proposal" and one["rows"] == [1]]
    made = commit(office, shown).json()["checklist_id"]

    assert (open_questions(shown), proposal["day_of"], proposal["is_taken"]) == ([], day_of, True)
    assert [task["schedule"] for task in office.all("/tasks", checklist=made)] == [
        {"kind": "on", "due_on": due_on},
        {"kind": "default"},
    ]


def test_only_where_days_disagree_somebody_says_whose_counts(office: Api) -> None:
    shown = disagreeing(office)

    assert refused(office, shown, {"row": 2, "day_of": "column"}) == (422, "body.answers.0.day_of")
    assert refused(office, shown, {"row": 1, "day_of": "neither"}) == (422, "body.answers.0.day_of")


def test_only_what_was_not_read_is_left(office: Api) -> None:
    shown = sent(office, page([*ROWS, ["做好一事。", "航天局", ""]]), leave=False)
    answers: dict[str, Any] = {
        "kind": {"kind": "unknown_unit", "leave": True},
        "text": {"kind": "no_unit", "text": "没有这句", "leave": True},
        "name": {"name": "没有这句", "not_a_unit": True},
        "not_a_unit": {"name": "航天局", "not_a_unit": True},  # it reads as a unit
    }
    together = {"kind": "no_unit", "leave": True, "row": 1}

    said = {field: refused(office, shown, answer) for field, answer in answers.items()}
    assert said == {field: (422, f"body.answers.0.{field}") for field in answers}
    assert [refused(office, shown, one) for one in ({"kind": "no_unit"}, together)] == [(422, "body.answers.0")] * 2


def test_text_that_stays_unread_though_the_directory_has_it_is_not_taken_for_answered(
    office: Api, county: County
) -> None:
    shown = sent(office, page([["做好一事。", "监督单位:司法居", ""]]), leave=False)
    meaning = {"name": "司法居", "alias_of": county.units["司法局"]}

    assert open_questions(shown) == [("unread_units", "司法居", [1])]
    assert refused(office, shown, meaning) == (422, "body.answers.0.name")
    assert sent(office, page([["做好二事。", "司法居", ""]]), leave=False)["is_ready"] is False


# Tables, columns and texts that were left out

DRAWING = f"""
{TITLE}
为做好试点,制定本清单。

工作任务|责任单位|备注|完成情况|联系电话
一、试点|<|<|<|<
做一|司法局|省级任务|好|
做二|财政局|省级任务||6021234
做三|财政局|||
填表人:张三|<|<|<|<

乡镇|户数
城关镇|12
"""


def test_each_column_table_and_text_is_asked_about_once(office: Api) -> None:
    files = {"file": ("清单.docx", docx(DRAWING))}
    shown = office.request("POST", "/registers/imports", files=files, data={"jurisdiction": COUNTY}).json()
    texts = {one["text"]: one["texts"] for one in shown["questions"] if one["texts"]}
    others = [(one["kind"], one["text"]) for one in shown["questions"] if one["kind"] == "unread"]

    assert sorted(open_questions(shown)) == [
        ("left_out_column", "备注", [1, 2]),
        ("left_out_column", "联系电话", [2]),
        ("left_out_table", "乡镇", []),
        ("left_out_text", "填表人:张三", []),
    ]
    assert (texts["备注"], texts["乡镇"]) == (["省级任务"], ["乡镇", "户数", "城关镇", "12"])
    assert others == [("unread", "为做好试点,制定本清单。")]


def test_a_sheet_without_the_heads_of_a_register_is_asked_about_by_its_name(office: Api) -> None:
    heads = "工作任务|责任单位|完成情况\n"
    book = workbook({"清单": f"{TITLE}\n{heads}做一|司法局|好", "汇总": "县直单位共12家"})
    files = {"file": ("清单.xlsx", book)}
    shown = office.request("POST", "/registers/imports", files=files, data={"jurisdiction": COUNTY}).json()

    assert open_questions(shown) == [("left_out_table", "汇总", [])]


def test_the_notes_of_our_own_exports_are_not_questions(office: Api) -> None:
    for form in ("xlsx", "docx", "html", "csv"):
        file = office.get("/checklists/1/register", format=form).content
        files = {"file": (f"清单.{form}", file)}
        shown = office.request("POST", "/registers/imports", files=files, data={"jurisdiction": COUNTY}).json()

        assert open_questions(shown) == [], form


def test_the_furniture_of_a_page_is_not_a_question(office: Api) -> None:
    links = "<table><tr><td><a href='/1'>政策</a><td>3月<tr><td><a href='/2'>公告</a><td>4月</table>"
    lines = "<p>扫一扫</p><p>版权所有</p>"
    shown = sent(office, f"{links}{page(ROWS[2:3]).decode()}{lines}".encode(), leave=False)

    assert open_questions(shown) == []
