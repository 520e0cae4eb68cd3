"""A message is English wherever it goes, and remembers enough to be said in Chinese."""

import copy
import json
import pickle
from datetime import date

import pytest

from app.errors import NotFound
from app.languages.catalogue import Language, in_language, preferred, translated
from app.languages.messages import alternatives, fill, label, listed, say, sentences
from app.obligations.states import ObligationState, Timeliness

EN, ZH = Language.ENGLISH, Language.CHINESE
GONE = say("there is no task {id} that you may see; check the number", id=7)
CLOSED = say(
    "obligation {id} is {state}; only what is completed or waived can be reopened",
    id=3,
    state=ObligationState.IN_PROGRESS,
)


def test_a_message_is_its_english_sentence() -> None:
    assert GONE == "there is no task 7 that you may see; check the number"
    assert json.dumps([GONE]) == f'["{GONE}"]'
    assert str(NotFound(GONE)) == GONE


def test_a_message_is_translated_with_its_values() -> None:
    assert translated(GONE, ZH) == "没有编号为 7 的任务，或您无权查看，请核对编号"
    assert translated(GONE, EN) == GONE


def test_a_state_in_a_sentence_shows_as_its_label() -> None:
    assert CLOSED == "obligation 3 is in progress; only what is completed or waived can be reopened"
    assert translated(CLOSED, ZH) == "应办事项 3 的状态为“推进中”，只有已完成或已免办的才能重新开启"


def test_messages_within_messages_are_translated_too() -> None:
    whole = say("line {line}: {detail}", line=2, detail=sentences([GONE, CLOSED]))

    assert translated(whole, ZH) == f"第 2 行：{translated(GONE, ZH)}；{translated(CLOSED, ZH)}"


def test_things_listed_stay_as_they_are_between_the_languages_own_commas() -> None:
    assert listed(["a", 1, "c"]) == "a, 1, c"
    assert translated(listed(["a", 1, "c"]), ZH) == "a、1、c"


def test_one_of_several_things_is_joined_by_the_languages_own_or() -> None:
    assert alternatives(["a", "b", "c"]) == "a or b or c"
    assert translated(alternatives(["a", "b"]), ZH) == "a 或 b"


def test_a_word_with_two_meanings_is_found_under_its_class() -> None:
    assert translated(label(ObligationState.WAIVED), ZH) == "免办"
    assert translated(label(Timeliness.OVERDUE), ZH) == "逾期"


def test_braces_in_a_value_are_only_text() -> None:
    message = say("rule {name}", name="{id}{0}{")

    assert message == "rule {id}{0}{"
    assert translated(message, ZH) == "违反的规则：{id}{0}{"


def test_a_day_is_written_as_it_is_sent() -> None:
    assert translated(say("give {day} or before", day=date(2023, 6, 1)), ZH) == "应为 2023-06-01 或更早的日期"


def test_what_nobody_translated_stays_english() -> None:
    assert translated(fill("custom {name}", {"name": 1}), ZH) == "custom 1"
    assert translated("plain", ZH) == "plain"


@pytest.mark.parametrize("copied", [copy.deepcopy(CLOSED), pickle.loads(pickle.dumps(CLOSED))])  # noqa: S301
def test_a_copied_message_can_still_be_translated(copied: str) -> None:
    assert translated(copied, ZH) == translated(CLOSED, ZH)


def test_content_is_translated_wherever_a_message_stands_in_it() -> None:
    content = {"title": NotFound.title, "errors": [{"field": "a", "detail": GONE}], "status": 404, "current": None}

    assert in_language(content, ZH) == {
        "title": "内容不存在，或您无权查看",
        "errors": [{"field": "a", "detail": translated(GONE, ZH)}],
        "status": 404,
        "current": None,
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", EN),
        ("zh", ZH),
        ("zh-CN", ZH),
        ("zh-Hans", ZH),
        ("zh-Hans-CN", ZH),
        ("ZH_cn", ZH),
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("zh-CN, en;q=0.9", ZH),
        ("zh-Hans-CN;q=0.9, en;q=0.8", ZH),
        ("en-US,en;q=0.9,zh-CN;q=0.8", EN),
        ("en;q=0.2, zh;q=0.3", ZH),
        ("zh;q=0.2, en-GB;q=0.3", EN),
        ("fr", EN),
        ("fr, zh;q=0.1", ZH),
        ("*", EN),
        ("zh;q=0", EN),
        ("zh-TW;q=0, zh", ZH),
        ("zh;q=0, *", EN),
        ("en;q=0, *", ZH),
        ("en;q=0, fr", EN),
        ("zhuang", EN),
        ("zh;q=much", EN),
        (";,=;;q,\xff", EN),
    ],
)
def test_the_best_liked_language_that_we_have_is_taken(header: str, language: Language) -> None:
    assert preferred(header) is language
