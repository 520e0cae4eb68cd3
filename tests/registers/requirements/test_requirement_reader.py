"""What a clerk reads in the prose of a task: by when, how often, how much. The table is in requirement_sentences."""

import json
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from app.checklists.schedules import Weekly
from app.cli import app
from app.errors import InvalidRequest
from app.registers.files.page_reader import read_page
from app.registers.requirements.proposals import takeable
from app.registers.requirements.reader import read_requirement
from app.registers.requirements.schemas import RequirementText, requirement_reading
from tests.registers.real_page import needs_input, real_page, sample_page
from tests.registers.requirements.requirement_answers import schedules, targets
from tests.registers.requirements.requirement_sentences import FIRST, MORE, NO_LAST_DAY, SECOND


@pytest.mark.parametrize(("text", "expected_schedules", "expected_targets"), FIRST + SECOND + NO_LAST_DAY + MORE)
def test_a_sentence_is_read_as_a_clerk_reads_it(text: str, expected_schedules: str, expected_targets: str) -> None:
    reading = read_requirement(text, 2023)

    assert (schedules(reading), targets(reading)) == (expected_schedules, expected_targets)


def read_rows(page: str) -> dict[int, tuple[str, str]]:
    """The rows, counted from 1, in which anything is read."""
    tasks = [task for section in read_page(page).sections for task in section.tasks]
    readings = {row: read_requirement(task.requirement, 2023) for row, task in enumerate(tasks, 1)}
    return {row: (schedules(one), targets(one)) for row, one in readings.items() if one.schedules or one.targets}


@needs_input
def test_the_real_register_states_five_things_and_no_more() -> None:
    assert read_rows(real_page()) == {
        5: ("", "个>=10"),
        10: ("monthly", ""),
        18: ("after_event 3 working_days 文件正式印发", ""),
        21: ("times_per_year 4; quarterly", ""),
        23: ("", "%>=4"),
    }


def test_the_sample_register_is_read_too() -> None:
    assert read_rows(sample_page(2023)) == {
        1: ("after_event 0 calendar_days 出台", ""),
        2: ("after_event 5 working_days", ""),
        4: ("after_event 0 calendar_days 材料、时限、费用有变动", ""),
        5: ("on 2023-12-31", "个>=10"),
        10: ("monthly", ""),
        11: ("weekly", ""),
        13: ("on 2023-12-31", ""),
        14: ("quarterly", ""),
        15: ("on 2023-12-31", ""),
        16: ("", "家>=10"),
        18: ("after_event 3 calendar_days 文件印发", ""),
        19: ("after_event 30 calendar_days", ""),
        21: ("times_per_year 4", ""),
        22: ("quarterly", ""),
        23: ("", "%>=4"),
    }


def test_a_day_without_a_year_is_of_the_register() -> None:
    [schedule] = read_requirement("6月底前完成。", 2031).schedules

    assert schedule.due_on == date(2031, 6, 30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6月31日前完成整改。", "6月31日前"),
        ("2月29日前完成慰问。", "2月29日前"),
        ("每月32日前报送。", "每月32日前"),
        ("每年2月29日前报告。", "每年2月29日前"),
        ("春节前发放到位。", "春节前"),
        ("15日前上报。", "15日前"),
        ("6月初启动。", "6月初"),
        ("有效期至2025年12月31日。", "2025年12月31日"),
        ("汛期(5月1日至9月30日)加强值守。", "5月1日至9月30日"),
        ("值班人员每日报送。", "每日"),
        ("事故发生后1小时内报告。", "1小时内"),
        ("会议召开5日前公告。", "召开5日前"),
    ],
)
def test_a_limit_that_is_not_a_day_is_noted_and_not_moved(text: str, words: str) -> None:
    reading = read_requirement(text, 2023)

    assert reading.schedules == []
    assert [note.words for note in reading.notes] == [words]


@pytest.mark.parametrize(
    ("text", "words", "weekday"),
    [
        ("每周报送一次工作进展。", "每周报送一次", None),
        ("每周五前报送工作进展。", "每周五前", 5),
        ("每星期一上午报送。", "每星期一上午", 1),
        ("每周日前更新。", "每周日前", 7),
        ("每周末前更新。", "每周末前", None),
        ("每周一调度、每月一通报。", "每周", None),
        ("每周三次更新。", "每周", None),
        ("每周日常巡查。", "每周", None),
        ("每周二、周四各更新。", "每周二、周四", None),
    ],
)
def test_what_is_due_every_week_is_weekly_by_the_day_that_is_named(text: str, words: str, weekday: int | None) -> None:
    schedule = read_requirement(text, 2026).schedules[0]

    assert (schedule.kind, schedule.words, schedule.weekday) == ("weekly", words, weekday)


@pytest.mark.parametrize("text", ["每旬报送一次工作进展。", "按旬更新。", "每旬末前公开。"])
def test_what_is_due_every_ten_days_of_a_month_is_proposed_so(text: str) -> None:
    [schedule] = read_requirement(text, 2026).schedules

    assert schedule.kind == "ten_days"


def test_a_day_of_the_week_is_a_schedule_that_a_task_can_take() -> None:
    taken = takeable(read_requirement("每周五前报送工作进展。", 2026))

    assert taken is not None
    assert taken.schedule == Weekly(weekday=5)


def test_each_milestone_has_the_words_of_its_step() -> None:
    [schedule] = read_requirement("①3月底前完成摸排;②6月底前落实措施。", 2023).schedules

    assert [step.words for step in schedule.milestones] == ["①3月底前完成摸排", "②6月底前落实措施"]


def test_a_number_is_exact() -> None:
    [target] = read_requirement("辍学率控制在0.10%以内。", 2023).targets

    assert target.at_most == Decimal("0.10")


def test_standing_is_a_weak_proposal() -> None:
    [schedule] = read_requirement("持续推进专项整治。", 2023).schedules

    assert schedule.confidence < 0.5


def test_standing_is_not_proposed_beside_a_limit() -> None:
    reading = read_requirement("持续推进专项整治,6月底前完成。", 2023)

    assert schedules(reading) == "on 2023-06-30"


def test_a_stated_day_is_surer_than_one_implied() -> None:
    stated, implied = (read_requirement(text, 2023).schedules[0] for text in ("年底前完成。", "全年新建3所。"))

    assert stated.confidence > implied.confidence


def test_half_a_character_prevents_no_reading() -> None:
    [schedule] = read_requirement("①3月底前\ud800完成;②6月底前完成。", 2023).schedules

    assert [step.words for step in schedule.milestones] == ["①3月底前\ud800完成", "②6月底前完成"]


def test_words_are_given_as_printed_spaces_and_all() -> None:
    [schedule] = read_requirement("县政府每年不得低于 4 期。", 2023).schedules

    assert (schedule.words, schedule.start) == ("每年不得低于 4 期", 3)


def test_a_text_of_more_than_twenty_thousand_characters_is_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidRequest, match="20,001 characters; a requirement has at most 20,000"):
        read_requirement("一" * 20_001, 2023)


def test_the_shape_for_http_says_what_the_reading_says() -> None:
    text = "(一)3月底前完成;(二)9月底前完成,覆盖率不低于4.5%,新建10所。印发后3日内公开,每月5日前报送。春节前到位。"
    public = requirement_reading(RequirementText(text=text, year=2023))

    assert json.loads(public.model_dump_json(exclude_defaults=True)) == {
        "schedules": [
            {
                "kind": "milestones",
                "milestones": [
                    {"due_on": "2023-03-31", "words": "(一)3月底前完成", "start": 0},
                    {"due_on": "2023-09-30", "words": text[10:-1], "start": 10},
                ],
                "words": text[:-1],
                "start": 0,
                "confidence": 0.9,
            },
            {
                "kind": "after_event",
                "days": 3,
                "unit": "calendar_days",
                "event": "印发",
                "words": "印发后3日内",
                "start": 37,
                "confidence": 0.9,
            },
            {"kind": "monthly", "day": 5, "words": "每月5日前", "start": 46, "confidence": 0.9},
        ],
        "targets": [
            {"metric": "%", "at_least": 4.5, "words": "不低于4.5%", "start": 23, "confidence": 0.9},
            {"metric": "所", "at_least": 10, "words": "10所", "start": 33, "confidence": 0.6},
        ],
        "notes": [
            {"words": "春节前", "start": 54, "note": "the text gives no date for this; look it up and set the day"}
        ],
    }


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["read-requirement", *words])

    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_prints_one_json_object() -> None:
    printed = json.loads(run("动态信息每月28日前公开,至少挑选十个项目。", "--year", "2023", "--json"))

    assert printed == {
        "schedules": [{"kind": "monthly", "day": 28, "words": "每月28日前", "start": 4, "confidence": 0.9}],
        "targets": [{"metric": "个", "at_least": 10, "words": "至少挑选十个", "start": 13, "confidence": 0.9}],
        "notes": [],
    }


def test_the_command_says_so_when_nothing_is_read() -> None:
    assert "no time limit" in run("加强组织领导。", "--year", "2023")


def test_the_command_refuses_a_text_that_is_too_long_in_a_sentence() -> None:
    result = CliRunner().invoke(app, ["read-requirement", "一" * 20_001, "--year", "2023"])

    assert result.exit_code == 1
    assert "at most 20,000" in result.output
