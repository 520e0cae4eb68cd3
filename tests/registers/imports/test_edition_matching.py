"""Which task each row of a newer edition is, by the texts alone."""

from collections import Counter

from app.registers.imports.edition_matching import Matching, Printed, match, match_sections, similarity

OLD = ["按月公开就业信息和招聘岗位。", "每季度召开一次推进会。", "汇总促消费办法并公布补贴标准。"]


def matched(rows: list[str], tasks: list[str], answers: dict[int, int | None] | None = None) -> Matching:
    """Rows by their number from 1, tasks by ids from 101 and numbers from 1."""
    return match(
        [Printed(number, number, text) for number, text in enumerate(rows, start=1)],
        [Printed(100 + number, number, text) for number, text in enumerate(tasks, start=1)],
        answers or {},
    )


def pairs(found: Matching) -> dict[int, int]:
    return {row: one.task for row, one in found.pairs.items()}


def test_the_same_text_wins_over_the_number() -> None:
    assert pairs(matched([OLD[1], OLD[0], OLD[2]], OLD)) == {1: 102, 2: 101, 3: 103}


def test_whitespace_makes_no_difference() -> None:
    assert similarity("按月 公开\n就业信息", "按月公开就业信息") == 100


def test_a_reworded_task_keeps_its_position() -> None:
    assert pairs(matched([OLD[0], "每季度召开一次工作推进会议。", OLD[2]], OLD)) == {1: 101, 2: 102, 3: 103}


def test_a_task_that_is_reworded_and_renumbered_is_found_by_its_text() -> None:
    found = matched(["公布督查结果。", *OLD[:2], "汇总各项促消费办法并公布补贴标准。"], OLD)

    assert pairs(found) == {2: 101, 3: 102, 4: 103}
    assert found.undecided == {}


def test_what_is_like_nothing_is_new_whatever_its_number() -> None:
    assert pairs(matched([OLD[0], "开展河湖巡查。", OLD[2]], OLD)) == {1: 101, 3: 103}


def test_between_two_that_are_equally_like_the_number_decides() -> None:
    tasks = ["按月公开就业补贴发放。", "按月公开住房补贴发放。"]
    found = matched(["按月公开养老补贴发放。", "督查。"], tasks)

    assert (pairs(found), found.undecided) == ({1: 101}, {})


def test_without_the_number_two_that_are_nearly_alike_are_asked_for() -> None:
    tasks = ["按月公开就业补贴发放。", "按月公开住房补贴发放。"]
    found = matched(["督查。", "巡河。", "按月公开养老补贴发放。"], tasks)

    assert pairs(found) == {}
    assert {one.task for one in found.undecided[3]} == {101, 102}


def test_a_task_that_two_rows_are_like_is_asked_for_in_both() -> None:
    found = matched(["督查。", "按月公开就业补贴发放。", "按月公开住房补贴发放。"], ["按月公开养老补贴发放。"])

    assert sorted(found.undecided) == [2, 3]


def test_an_answer_is_never_overruled() -> None:
    found = matched(OLD, OLD, {1: 103, 2: None})

    assert pairs(found) == {1: 103}


def test_of_twins_each_keeps_its_number_and_one_too_few_is_asked_for() -> None:
    assert pairs(matched([OLD[0], OLD[0]], [OLD[0], OLD[0]])) == {1: 101, 2: 102}
    assert matched(["督查。", "巡河。", OLD[0]], [OLD[0], OLD[0]]).undecided.keys() == {3}


def test_a_section_is_known_by_its_title_or_by_its_tasks() -> None:
    former = {7: "一、优化营商环境", 8: "二、扩大内需", 9: "三、基础工作"}
    titles = ["一、扩大内需", "二、优化营商环境工作", "三、强化保障", "四、督查"]

    assert match_sections(titles, former, {2: Counter({9: 2, 8: 1}), 3: Counter()}) == {0: 8, 1: 7, 2: 9}
