"""One checklist goes out as bytes; these hold it to what the framework answers."""

from typing import Any

import pytest

from app.answers.hot import HotReads
from app.checklists.schemas import ChecklistPublic
from tests.conftest import Api, County

UNUSUAL = {"X-Padding": "x" * 3000}  # what has such headers goes the long way


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was answered past the framework."""
    calls: list[Any] = []
    answer = HotReads._answer

    def noted(*given: Any) -> Any:
        calls.append(given)
        return answer(*given)

    monkeypatch.setattr(HotReads, "_answer", noted)
    return calls


def who(county: County) -> list[Api]:
    return [county.as_role("auditor"), county.as_unit("城关镇")]


def test_the_bytes_are_the_response_model_to_the_letter(county: County, past: list[Any]) -> None:
    for api in who(county):
        api.get("/units")  # the key is known from now on
        answers = [api.request("GET", "/checklists/1"), api.request("GET", "/checklists/1", headers=UNUSUAL)]
        shown = ChecklistPublic.model_validate_json(answers[0].content)

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == shown.model_dump_json().encode() == answers[1].content
        for name in ("etag", "cache-control", "vary", "content-type"):
            assert answers[0].headers[name] == answers[1].headers[name]

    assert len(past) == len(who(county))


@pytest.mark.parametrize("address", ["/checklists/2", "/checklists/0", "/checklists/01", "/checklists/1?limit=1"])
def test_what_is_refused_is_refused_by_the_framework(county: County, past: list[Any], address: str) -> None:
    api = county.as_unit("城关镇")
    api.get("/units")
    answers = [api.request("GET", address), api.request("GET", address, headers=UNUSUAL)]

    assert not past
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].json().get("code") == answers[1].json().get("code")


def test_it_is_told_anew_when_it_has_changed(county: County, past: list[Any]) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    first = unit.request("GET", "/checklists/1")
    changed = office.patch("/checklists/1", {"revision": first.json()["revision"], "title": "改了名的清单"})
    second = unit.request("GET", "/checklists/1", headers={"If-None-Match": first.headers["etag"]})
    third = unit.request("GET", "/checklists/1", headers={"If-None-Match": second.headers["etag"]})

    assert changed.status_code == 200, changed.text
    assert (second.status_code, second.json()["title"]) == (200, "改了名的清单")
    assert third.status_code == 304
    assert past
