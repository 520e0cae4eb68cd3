"""Properties of the reader of requirements: its own words only, days that exist, no text that fails or takes long."""

import json
import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registers.requirements.numerals import number_of
from app.registers.requirements.reader import read_requirement
from app.registers.requirements.reading import (
    MilestoneReading,
    RequirementNote,
    ScheduleKind,
    ScheduleProposal,
    TargetProposal,
)
from app.registers.requirements.text import LONGEST
from tests.registers.requirements.requirement_sentences import FIRST, MORE, SECOND

YEAR = 2023
SENTENCES = [text for text, _, _ in FIRST + SECOND + MORE]
WORDS = (
    "2023年|2024年|本年度|明年|6月|二月|13月|31日|廿五日|上旬|底|末|前|以前|之日起|内|至|-|、|,|，|;|。|\n|(|)|(一)|①|1.|一是|每|按|每月"
    "|每季度|每年|半年|全年|年底|为|自|截至|第|等|近|三|十|百|万|亿|两|0|1|20|100|4.5|1,200|百分之|%|个|家|次|期|工作日|日|月|小时"
    "|至少|不少于|不低于|不超过|达到|控制在|以上|以内|完成|新建|增长|率|全覆盖|印发|后|当日|次月|《|》|“|”|〔2023〕12号|春节前|持续推进"
    "| |\u3000|\xa0|\x00|\ud800|\ufffc|６|％|年|号|季度|旬|成"
)
PIECES = WORDS.split("|")
any_text = (
    st.text(st.characters(codec=None), max_size=60)
    | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
    | st.lists(st.sampled_from(SENTENCES), max_size=4).map("".join)
)
any_year = st.integers(1949, 2999)


@given(any_text, any_year)
def test_all_words_stand_in_the_text_where_the_reading_says(text: str, year: int) -> None:
    reading = read_requirement(text, year)
    steps = [step for schedule in reading.schedules for step in schedule.milestones]
    proposals: list[ScheduleProposal | TargetProposal] = [*reading.schedules, *reading.targets]
    finds: list[ScheduleProposal | TargetProposal | RequirementNote | MilestoneReading] = [
        *proposals,
        *reading.notes,
        *steps,
    ]
    told = [(found.words, found.start) for found in finds]

    assert all(words for words, _ in told)
    assert [words for words, _ in told] == [text[start : start + len(words)] for words, start in told]


@given(any_text, any_year)
def test_a_proposal_has_the_fields_of_its_kind(text: str, year: int) -> None:
    needed = {
        ScheduleKind.ON: {"due_on"},
        ScheduleKind.AFTER_EVENT: {"days", "unit", "event"},
        ScheduleKind.TIMES_PER_YEAR: {"times"},
        ScheduleKind.MILESTONES: {"milestones"},
    }
    optional = {"kind", "words", "start", "confidence", "month", "day"}

    for schedule in read_requirement(text, year).schedules:
        said = schedule.model_dump(exclude_defaults=True)
        assert said.keys() - optional == needed.get(schedule.kind, set())
        assert 0 < schedule.confidence <= 1


@given(any_text, any_year)
def test_months_and_days_are_those_of_a_calendar(text: str, year: int) -> None:
    months = {ScheduleKind.YEARLY: 12, ScheduleKind.HALF_YEARLY: 6, ScheduleKind.QUARTERLY: 3, ScheduleKind.MONTHLY: 0}

    for schedule in read_requirement(text, year).schedules:
        assert schedule.day is None or 1 <= schedule.day <= 31
        assert schedule.month is None or 1 <= schedule.month <= months[schedule.kind]
        assert schedule.times is None or 1 <= schedule.times <= 12


@given(any_text, any_year)
def test_a_target_says_at_least_at_most_or_exactly(text: str, year: int) -> None:
    for target in read_requirement(text, year).targets:
        said = [bound for bound in (target.at_least, target.at_most, target.exactly) if bound is not None]
        assert said
        assert target.exactly is None or len(said) == 1
        assert target.metric


@given(any_text, any_year)
def test_numbers_and_days_go_through_json_exactly(text: str, year: int) -> None:
    reading = read_requirement(text, year)
    sent = json.loads(reading.model_dump_json())

    for target, told in zip(reading.targets, sent["targets"], strict=True):
        for bound in ("at_least", "at_most", "exactly"):
            value = getattr(target, bound)
            assert (value is None) == (told[bound] is None)
            assert value is None or value == Decimal(str(told[bound]))


@given(st.dates(date(2023, 1, 1), date(2023, 12, 31)), st.sampled_from(["前完成", "之前办结", "前", "以前报送"]))
def test_every_day_of_the_year_is_read_back(day: date, words: str) -> None:
    [schedule] = read_requirement(f"{day.month}月{day.day}日{words}。", YEAR).schedules

    assert schedule.due_on == day


@given(st.integers(0, 9999))
def test_every_number_is_read_back_from_its_characters(number: int) -> None:
    assert number_of(spelt(number)) == number


def spelt(number: int) -> str:
    """一千零五, 三百二十, as one writes a number out."""
    if number == 0:
        return "零"
    digits = "零一二三四五六七八九"
    places = zip("千百十 ", (1000, 100, 10, 1), strict=True)
    text = "".join(digits[number // size % 10] + (place if number // size % 10 else "") for place, size in places)
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip().strip("零").replace(" ", "")


HOSTILE = [
    "每月",
    "每月1日",
    "6月6",
    "年年",
    "3日内",
    "后3日内",
    "不少于符合",
    "新2个",
    "一次",
    "1至",
    "全年一次",
    "在自",
    "((",
]


@pytest.mark.parametrize("part", [*HOSTILE, *(pytest.param(part, marks=pytest.mark.long) for part in PIECES)])
def test_the_longest_text_of_anything_is_read_in_seconds(part: str) -> None:
    text = (part * LONGEST)[:LONGEST]
    began = time.process_time()
    read_requirement(text, YEAR)

    assert time.process_time() - began < 5
