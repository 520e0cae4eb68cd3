"""The filters of the list of obligations: each finds the rows that show what is asked for, and no others."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api, County, FakeClock

DAYS = ("2023-12-20", "2024-02-01")


@pytest.fixture
def auditor(county: County, now: FakeClock) -> Api:
    """Of a county in which something is done, returned, waived and late."""
    for place, unit in enumerate(("城关镇", "河口镇", "司法局")):
        owed = [one["id"] for one in county.as_role("auditor").all("/obligations", unit=county.units[unit], limit=200)]
        for one in owed[: place + 1]:
            county.as_unit(unit).post(f"/obligations/{one}/updates", {"state": "completed", "narrative": "已办。"})
        county.as_unit(unit).post(f"/obligations/{owed[-1]}/updates", {"state": "in_progress", "narrative": "在办。"})
        county.as_role("coordinator").post(f"/obligations/{owed[-2]}/waiver", {"reason": "撤销"})
    now.set("2024-02-01")
    return county.as_role("auditor")


def shows(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda one: one[name]


def is_open(one: dict[str, Any]) -> bool:
    return one["state"] not in ("completed", "waived")


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("state", shows("state")),
        ("timeliness", shows("timeliness")),
        ("light", shows("light")),
        ("period", shows("period")),
        ("open", is_open),
    ],
)
def test_a_filter_finds_the_rows_that_show_its_value(
    auditor: Api, day: str, name: str, shown: Callable[[dict[str, Any]], Any]
) -> None:
    every = auditor.all("/obligations", as_of=day, limit=200)
    values = {shown(one) for one in every} - {None}

    for value in values:
        found = auditor.all("/obligations", as_of=day, limit=200, **{name: value})
        assert [one["id"] for one in found] == [one["id"] for one in every if shown(one) == value], value
    assert values


def test_several_states_are_any_of_them(auditor: Api) -> None:
    found = auditor.request("GET", "/obligations?state=completed&state=waived&limit=200").json()["items"]

    assert {one["state"] for one in found} == {"completed", "waived"}


def test_words_of_the_requirement_find_it(auditor: Api) -> None:
    every = auditor.all("/obligations", limit=200)
    words = every[0]["task"]["requirement"][2:6]

    found = auditor.all("/obligations", q=words, limit=200)

    assert [one["id"] for one in found] == [one["id"] for one in every if words in one["task"]["requirement"]]
    assert auditor.all("/obligations", q="%") == []


@pytest.mark.parametrize("query", ["state=done", "timeliness=late", "light=blue", "open=maybe"])
def test_a_value_that_is_none_of_them_is_named(auditor: Api, query: str) -> None:
    answer = auditor.request("GET", f"/obligations?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(f"query.{query.partition('=')[0]}")


def test_what_no_unit_was_told_of_has_no_light_to_be_found_by(county: County) -> None:
    office = county.as_role("coordinator")
    office.request("DELETE", "/checklists/1/publication")

    assert office.all("/obligations", light="green") == []
    assert office.all("/obligations", timeliness="overdue") == []
    assert office.all("/obligations", open=True)
