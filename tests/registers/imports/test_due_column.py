"""The column of last days (完成时限): its words are stored, what they say is proposed, and nothing of it is guessed."""

from html import escape
from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock
from tests.registers.imports.editions import answered, commit, sent

TITLE = "霍邱县2023年限时任务清单"
ROWS = [
    ("更换老旧井盖。", "司法局", "5月20日前"),
    ("清理占道经营。", "财政局", "长期"),
    ("整治黑臭水体。", "水利局", "立行立改"),
    ("修缮校舍,6月底前完成。", "教体局", "9月底"),
    ("修缮校舍,6月底前完成。新增学位不少于20个。", "教体局", "2023.6"),
    ("报送情况。", "民政局", ""),
    ("每月更新信息。", "民政局", "每月"),
    ("发放补贴。", "民政局、8月底前完成", ""),
]


def page_of(rows: list[tuple[str, str, str]], *, with_times: bool = True) -> bytes:
    heads = ["工作任务", "责任单位", "完成时限" if with_times else "完成情况"]
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row[: len(heads)]) for row in [tuple(heads), *rows]]
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h1>{TITLE}</h1><p>发布时间:2023-01-09 09:30</p><table>{table}</table>".encode()


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def of_kind(shown: Any, kind: str) -> dict[int, Any]:
    return {one["rows"][0]: one for one in shown["questions"] if one["kind"] == kind and one["rows"]}


def days(proposal: Any) -> list[str]:
    return [one.get("due_on") or one["kind"] for one in proposal["schedules"]]


def taken(office: Api, *rows: int) -> Any:
    shown = sent(office, page_of(ROWS))
    if rows:
        shown = answered(office, shown, *({"row": row, "take_proposal": True} for row in rows))
    return commit(office, shown).json()


def test_what_the_column_says_is_proposed_for_its_row(office: Api) -> None:
    found = of_kind(sent(office, page_of(ROWS)), "proposal")

    assert {row: days(one["due_proposal"]) for row, one in found.items() if one["due_proposal"]} == {
        1: ["2023-05-20"],
        2: ["standing"],
        4: ["2023-09-30"],
        5: ["2023-06-30"],
        7: ["monthly"],
        8: ["2023-08-31"],
    }


def test_column_and_requirement_that_disagree_are_both_shown_and_neither_is_taken(office: Api) -> None:
    shown = sent(office, page_of(ROWS))
    found = of_kind(shown, "proposal")
    answer = {"answers": [{"row": 4, "take_proposal": True}]}
    refused = office.post(f"/registers/imports/{shown['id']}/answers", answer)

    assert (days(found[4]["proposal"]), days(found[4]["due_proposal"])) == (["2023-06-30"], ["2023-09-30"])
    assert [row for row, one in found.items() if one["can_be_taken"]] == [1, 2, 5, 7, 8]
    assert refused.status_code == 422


def test_of_several_days_in_a_requirement_the_one_of_the_column_is_the_last(office: Api) -> None:
    rows = [
        ("3月1日前启动,6月底前完成。", "司法局", "6月底前"),
        ("6月底前完成,此前每月报送情况。", "财政局", "2023年6月30日"),
        ("3月1日前启动,6月底前完成。", "水利局", ""),
    ]
    shown = sent(office, page_of(rows))
    checklist = office.post(f"/registers/imports/{shown['id']}/commit?preview={shown['preview']}&proposals=take").json()
    tasks = office.all("/tasks", checklist=checklist["checklist_id"])

    assert [(task["due_on"], task["due_source"]) for task in tasks] == [
        ("2023-06-30", "stated"),
        ("2023-06-30", "stated"),
        ("2023-12-31", "default"),
    ]


def test_words_that_are_not_a_day_are_asked_about_and_those_that_are_one_are_not(office: Api) -> None:
    shown = sent(office, page_of(ROWS))

    assert [(row, one["text"]) for row, one in of_kind(shown, "unread_day").items()] == [(3, "立行立改")]
    assert list(of_kind(shown, "no_time")) == [6]


def test_what_is_taken_becomes_the_schedule_beside_the_targets_of_the_requirement(office: Api) -> None:
    tasks = office.all("/tasks", checklist=taken(office, 1, 2, 5)["checklist_id"])

    assert [task["schedule"]["kind"] for task in tasks[:5]] == ["on", "standing", "default", "default", "on"]
    assert (tasks[0]["due_on"], tasks[4]["due_on"]) == ("2023-05-20", "2023-06-30")
    assert [one["number"] for one in tasks[4]["targets"]] == [20]


def test_the_words_stay_with_the_task_as_printed(office: Api) -> None:
    tasks = office.all("/tasks", checklist=taken(office)["checklist_id"])
    words = [task["due_text"] for task in tasks]

    assert words == ["5月20日前", "长期", "立行立改", "9月底", "2023.6", None, "每月", "8月底前完成"]


def test_the_register_is_exported_with_its_column_and_the_words_come_back(office: Api) -> None:
    checklist = taken(office)["checklist_id"]
    office.put(f"/checklists/{checklist}/publication", {"audience": "public"})
    page = office.request("GET", f"/checklists/{checklist}/register", params={"format": "html"})
    shown = sent(office, page.content, checklist=checklist)

    words = [row["due_text"] for section in shown["sections"] for row in section["rows"]]
    assert words == ["5月20日前", "长期", "立行立改", "9月底", "2023.6", "", "每月", "8月底前完成"]
    assert [one["due_text"] for one in shown["changes"] if one["due_text"]] == []


def test_an_edition_says_what_became_of_a_last_day_and_one_without_the_column_nothing(office: Api) -> None:
    checklist = taken(office)["checklist_id"]
    later = [("更换老旧井盖。", "司法局", "7月底前"), *ROWS[1:]]
    shown = sent(office, page_of(later))
    without = sent(office, page_of([(*row[:2], "") for row in ROWS[:7]], with_times=False))
    commit(office, shown)

    assert [(one["row"], one["due_text"]) for one in shown["changes"]] == [(1, {"old": "5月20日前", "new": "7月底前"})]
    assert all(one["due_text"] is None for one in without["changes"])
    assert office.all("/tasks", checklist=checklist)[0]["due_text"] == "7月底前"


def test_on_the_day_after_each_printed_day_the_right_rows_are_overdue(
    county: County, office: Api, now: FakeClock
) -> None:
    rows = [
        ("更换井盖。", "司法局", "9月20日前"),
        ("清理道路。", "财政局", "长期"),
        ("修缮校舍。", "教体局", "2023.10"),
    ]
    taken = answered(office, sent(office, page_of(rows)), *({"row": row, "take_proposal": True} for row in (1, 2, 3)))
    checklist = commit(office, taken).json()["checklist_id"]
    published = {"audience": "units", "starts_on": "2023-01-01"}
    assert office.put(f"/checklists/{checklist}/publication", published).status_code == 200
    now.set("2023-12-01")
    auditor = county.as_role("auditor")

    def overdue(day: str) -> list[int]:
        return sorted(one["task"]["number"] for one in auditor.all("/overdue", checklist=checklist, as_of=day))

    assert [overdue(day) for day in ("2023-09-20", "2023-09-21", "2023-10-31", "2023-11-01")] == [[], [1], [1], [1, 3]]
