"""No import is committed while a question is open, and every text of the file stands in a row or in a question."""

from typing import Any

from tests.conftest import COUNTY, County
from tests.registers.files.drawn_tables import docx
from tests.registers.imports.editions import answered, commit

TITLE = "霍邱县2023年试点任务清单"
ROWS = """
序号|工作任务|责任单位|完成时限|备注
1|开展普法宣传。|司法居、财政局|立行立改|列入考核
2|修订办事指南。|县牛栏办、民政局|长期|
3|公开办理结果。||6月底前|
4|修缮校舍，8月底前完成。|教体局|9月底前|
||水利局||
填报人：张某|<|<|<|<

联系人|电话
李某|0564-1
"""
MEANINGS = {
    "unknown_unit": {"name": "县牛栏办", "new_unit": {"kind": "department"}},
    "unread_units": {"name": "司法居", "not_a_unit": True},
}


def answer_to(question: Any) -> Any:
    return MEANINGS.get(question["kind"], {"kind": question["kind"], "text": question["text"], "leave": True})


def test_every_question_has_to_be_answered_and_no_text_is_lost(county: County) -> None:
    office, file = county.as_role("coordinator"), docx(TITLE + ROWS)
    data = {"jurisdiction": COUNTY}
    shown = office.request("POST", "/registers/imports", files={"file": ("任务.docx", file)}, data=data).json()
    blocking = [one for one in shown["questions"] if one["blocks"]]
    said = [text for one in shown["questions"] for text in (one["text"], *one["texts"])]
    for section in shown["sections"]:
        said += [str(text) for row in section["rows"] for text in row.values()]
    texts = [cell for line in ROWS.split("\n")[2:] for cell in line.split("|") if len(cell) > 1]
    refused = []
    for question in blocking:
        refused.append(commit(office, shown).json()["code"])
        shown = answered(office, shown, answer_to(question))

    assert [text for text in texts if not any(text in one for one in said)] == []
    assert {one["kind"] for one in blocking} == {
        *("unknown_unit", "unread_units", "no_unit", "unread_day", "days_disagree"),
        *("left_out_table", "left_out_column", "left_out_text"),
    }
    assert set(refused) == {"import_not_ready"}
    assert shown["is_ready"]
    assert commit(office, shown).status_code == 201
