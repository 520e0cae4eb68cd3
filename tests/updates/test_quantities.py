"""A claim speaks of every target of its task, in the task's own metrics."""

from typing import Any

import pytest
from httpx import Response

from tests.conftest import County

TARGETS = [
    {"metric": "个", "comparison": "at_least", "number": 10},
    {"metric": "%", "comparison": "at_most", "number": 5},
]


def figures(**reached: float) -> list[dict[str, Any]]:
    return [{"metric": {"pieces": "个", "share": "%"}[name], "number": number} for name, number in reached.items()]


def posted(county: County, targets: list[Any], state: str, said: list[Any]) -> Response:
    task = county.task(1)
    if targets:
        wanted = {"targets": targets, "revision": task["revision"]}
        assert county.as_role("coordinator").patch(f"/tasks/{task['id']}", wanted).status_code == 200
    owed = county.obligation(1, "城关镇")["id"]
    report = {"state": state, "narrative": "已办结。", "figures": said}
    return county.as_unit("城关镇").post(f"/obligations/{owed}/updates", report)


@pytest.mark.parametrize(
    ("said", "contradicts"),
    [
        (figures(pieces=10, share=5), False),
        (figures(pieces=11, share=0), False),
        (figures(pieces=9, share=5), True),
        (figures(pieces=10, share=5.5), True),
        (figures(pieces=10), True),
        ([], True),
    ],
)
def test_a_claim_that_misses_a_target_or_does_not_speak_of_it_contradicts_it(
    county: County, said: list[Any], contradicts: bool
) -> None:
    answer = posted(county, TARGETS, "completed", said)

    assert (answer.status_code, answer.json()["contradicts_target"]) == (201, contradicts)
    assert county.obligation(1, "城关镇")["contradicts_target"] is contradicts
    assert county.obligation(1, "城关镇")["state"] == "completed"


def test_a_report_on_the_way_contradicts_nothing(county: County) -> None:
    assert posted(county, TARGETS, "in_progress", figures(pieces=1)).json()["contradicts_target"] is False


def test_a_claim_for_a_task_without_targets_contradicts_nothing(county: County) -> None:
    assert posted(county, [], "completed", []).json()["contradicts_target"] is False


@pytest.mark.parametrize("state", ["in_progress", "completed"])
def test_a_metric_that_the_task_does_not_count_is_refused_with_those_it_does(county: County, state: str) -> None:
    answer = posted(county, TARGETS, state, [*figures(pieces=10), {"metric": "户", "number": 3}])

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [one["field"] for one in answer.json()["errors"]] == ["body.figures.1.metric"]
    assert "个, %" in answer.json()["detail"]
    assert county.obligation(1, "城关镇")["state"] == "not_started"


def test_figures_for_a_task_without_targets_are_refused(county: County) -> None:
    answer = posted(county, [], "completed", figures(pieces=10))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.figures.0.metric")
