"""What a clerk reads in a column of last days, in a register of 2026: all of it, or it is said to be not understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registers.requirements.due_words import read_due
from app.registers.requirements.reading import RequirementNote, ScheduleProposal
from tests.registers.requirements.requirement_answers import schedules

READ = {
    "5月20日前": "on 2026-05-20",
    "5月20日": "on 2026-05-20",
    "6月底": "on 2026-06-30",
    "6月底前完成": "on 2026-06-30",
    "2026年6月底完成": "on 2026-06-30",
    "12月": "on 2026-12-31",
    "6月份": "on 2026-06-30",
    "十月底": "on 2026-10-31",
    "2026年6月": "on 2026-06-30",
    "2026.6": "on 2026-06-30",
    "2026-06": "on 2026-06-30",
    "2026.06.30": "on 2026-06-30",
    "2026-6-30": "on 2026-06-30",
    "2026/6/30": "on 2026-06-30",
    "11月至次年2月": "on 2027-02-28",
    "2026年11月至2027年2月": "on 2027-02-28",
    "2026 年 6 月 30 日": "on 2026-06-30",
    "6.30": "on 2026-06-30",
    "6.30前": "on 2026-06-30",
    "6.4": "on 2026-06-04",
    "2.3": "on 2026-02-03",
    "6.3前": "on 2026-06-03",
    "2026.2": "on 2026-02-28",
    "一季度": "on 2026-03-31",
    "第二季度末": "on 2026-06-30",
    "上半年": "on 2026-06-30",
    "年底": "on 2026-12-31",
    "年内": "on 2026-12-31",
    "2026年": "on 2026-12-31",
    "本年度": "on 2026-12-31",
    "2027年3月底前": "on 2027-03-31",
    "6月上旬": "on 2026-06-10",
    "3月-6月": "on 2026-06-30",
    "完成时限：6月底": "on 2026-06-30",
    "长期": "standing",
    "长期坚持": "standing",
    "持续推进": "standing",
    "常态化": "standing",
    "长期坚持、持续推进": "standing",
    "每月": "monthly",
    "每月25日前": "monthly 25",
    "按月": "monthly",
    "每季度末": "quarterly",
    "每半年": "half_yearly",
    "每周": "weekly",
    "每年12月底前": "yearly 12",
    "印发后15日内": "after_event 15 calendar_days 印发",
    "6月、12月": "on 2026-06-30; on 2026-12-31",
    "6月底\n12月底": "on 2026-06-30; on 2026-12-31",
    "6月底前完成，长期坚持": "on 2026-06-30; standing",
    "元月底": "on 2026-01-31",
    "8月内": "on 2026-08-31",
    "2026.3-2026.10": "on 2026-10-31",
    "季后15日内": "quarterly 1/15",
    "每双月": "times_per_year 6",
    "每月10日、25日": "monthly 10; monthly 25",
    "自交办之日起15个工作日内": "after_event 15 working_days 交办",
    "9月30日前完成阶段性任务、12月底前全部完成": "on 2026-09-30; on 2026-12-31",
    "原则上不晚于6月底": "on 2026-06-30",
    "2026-06-30 00:00:00": "on 2026-06-30",
    "2026-06-30T00:00:00": "on 2026-06-30",
    "2026/6/30 0:00": "on 2026-06-30",
    "6月30日17:30前": "on 2026-06-30",
    "6月30日下午6点前": "on 2026-06-30",
    "6月30日下班前": "on 2026-06-30",
    "2026年6月30日（星期二）": "on 2026-06-30",
    "6月30日（周二）前": "on 2026-06-30",
    "常年坚持": "standing",
    "2026年\n6月\n底前": "on 2026-06-30",
    "6月\n30日前": "on 2026-06-30",
    "6月\n12月": "on 2026-06-30; on 2026-12-31",
    "每年6月底和12月底前": "yearly 6; yearly 12",
    "/": "",
    "—": "",
    "": "",
}
NOT_UNDERSTOOD = [
    "全年",
    "2026年全年",
    "1-12月",
    "立行立改",
    "即知即改",
    "按省要求",
    "按上级部署推进",
    "汛期前",
    "春节前",
    "6月初",
    "年初",
    "待定",
    "2026年1月1日至12月31日",
    "12月前",
    "9月份前",
    "三季度前",
    "上半年前",
    "2027年前",
    "2026.03-10",
    "2026.10-2026.3",
    "月底前",
    "每半月",
    "三月内",
    "按时完成",
    "随时",
    "已完成",
    "2025年12月底",
    "2月30日",
    "11月至2月",
    "2026年11月-2月底",
    "9月1日-8月31日",
    "四季度至一季度",
    "下月底",
    "次月5日前",
    "当月25日",
    "第一批6月底，其余按省要求",
    "2026年Q2",
    "100%",
    "46203",
    "6.3",
    "11.1",
    "2026.1",
    "长" * 300,
]


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_last_day_is_read_as_a_clerk_reads_it(text: str, expected: str) -> None:
    reading = read_due(text, 2026)

    assert (schedules(reading), reading.notes) == (expected, [])


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_a_day_is_said_to_be_not_understood(text: str) -> None:
    reading = read_due(text, 2026)

    assert (reading.schedules, [note.words for note in reading.notes]) == ([], [text])


@pytest.mark.parametrize(
    ("text", "expected", "left"),
    [
        ("立行立改；6月底前", "on 2026-06-30", "立行立改"),
        ("即知即改，长期坚持", "standing", "即知即改，长期坚持"),
        ("6月30日前（已销号）", "on 2026-06-30", "6月30日前（已销号）"),
        ("2026-2028年", "on 2028-12-31", "2026-2028年"),
        ("6月30日（星期五）", "on 2026-06-30", "6月30日（星期五）"),
        ("3月—", "on 2026-03-31", "3月—"),
        ("3月至", "on 2026-03-31", "3月至"),
    ],
)
def test_what_stands_beside_a_day_is_not_lost(text: str, expected: str, left: str) -> None:
    reading = read_due(text, 2026)

    assert (schedules(reading), [note.words for note in reading.notes]) == (expected, [left])


PARTS = st.sampled_from([*READ, *NOT_UNDERSTOOD, "，", "；", "\n", " ", "前", "某"])


@given(st.text(max_size=30) | st.lists(PARTS, max_size=4).map("".join))
def test_any_words_are_read_or_not_understood_and_quoted_as_printed(text: str) -> None:
    reading = read_due(text, 2026)
    found: list[ScheduleProposal | RequirementNote] = [*reading.schedules, *reading.notes]

    assert all(text[one.start : one.start + len(one.words)] == one.words for one in found)
    assert found or not any(char.isalnum() and char != "无" for char in text)
