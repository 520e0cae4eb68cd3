"""Times that a requirement speaks of and that have no date are asked about, unless the row says elsewhere when."""

from html import escape
from typing import Any

import pytest

from tests.conftest import Api, County
from tests.registers.imports.editions import answered, commit, sent

pytestmark = pytest.mark.long_on_postgresql

TITLE = "霍邱县2023年限时任务清单"
ROWS = [
    ("兑付农民工工资。", "司法局", "6月底"),
    ("春节前兑付农民工工资。", "财政局", ""),
    ("春节前走访困难群众。", "民政局", "/"),
    ("春节前摸底,6月底前完成。", "水利局", ""),
    ("春节前摸底。", "水利局", "6月底"),
    ("事故信息2小时内上报。", "水利局", ""),
    ("12月前更新公开栏。", "教体局", ""),
    ("每季度召开一次例会。", "司法局", "全年"),
    ("每月5日前更新信息。", "司法局", "长期坚持"),
    ("6月底前建成平台。", "司法局", "长期坚持"),
    ("持续推进平台建设。", "司法局", "9月底"),
]


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def shown_of(office: Api) -> Any:
    lines = [("工作任务", "责任单位", "完成时限"), *ROWS]
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in lines)
    return sent(office, f"<h1>{TITLE}</h1><table>{rows}</table>".encode(), leave=False)


def asked(shown: Any, *kinds: str) -> list[tuple[str, list[int]]]:
    return [(one["text"], one["rows"]) for one in shown["questions"] if one["kind"] in kinds]


def test_a_time_without_a_date_is_asked_about_where_nothing_else_says_when(office: Api) -> None:
    shown = shown_of(office)

    assert asked(shown, "unread_day") == [("春节前", [2, 3]), ("12月前", [7])]
    assert asked(shown, "no_time") == [("事故信息2小时内上报。", [6])]
    assert not shown["is_ready"]


def test_a_column_that_says_only_that_work_goes_on_leaves_the_cadence_to_the_requirement(office: Api) -> None:
    shown = answered(office, shown_of(office), {"kind": "unread_day", "leave": True}, {"row": 10, "day_of": "column"})
    rows = [{"row": row, "take_proposal": True} for row in (8, 9, 11)]
    made = commit(office, answered(office, shown, *rows)).json()["checklist_id"]
    tasks = office.all("/tasks", checklist=made)

    assert [tasks[place]["schedule"] for place in (7, 8, 10)] == [
        {"kind": "quarterly", "month": 3, "day": None},
        {"kind": "monthly", "day": 5},
        {"kind": "on", "due_on": "2023-09-30"},
    ]
    assert tasks[7]["due_text"] == "全年"


def test_a_day_against_a_standing_duty_is_asked_and_words_of_going_on_against_a_day_are_not(office: Api) -> None:
    assert asked(shown_of(office), "days_disagree") == [("6月底前建成平台。", [10])]
