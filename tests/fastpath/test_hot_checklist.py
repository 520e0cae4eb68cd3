"""One checklist goes out as bytes; these hold it to what the framework answers."""

from typing import Any

import pytest

from app.checklists.schemas import ChecklistPublic
from app.fastpath.hot import HotReads
from tests.conftest import UNUSUAL, Api, County


def who(county: County) -> list[Api]:
    return [county.as_role("auditor"), county.as_unit("城关镇")]


def test_the_bytes_are_the_response_model_to_the_letter(county: County, past_framework: list[Any]) -> None:
    for api in who(county):
        api.get("/units")  # the key is known from now on
        answers = [api.request("GET", "/checklists/1"), api.request("GET", "/checklists/1", headers=UNUSUAL)]
        shown = ChecklistPublic.model_validate_json(answers[0].content)

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == shown.model_dump_json().encode() == answers[1].content
        for name in ("etag", "cache-control", "vary", "content-type"):
            assert answers[0].headers[name] == answers[1].headers[name]

    assert len(past_framework) == len(who(county))


@pytest.mark.parametrize(
    ("address", "status"),
    [("/checklists/2", 404), ("/checklists/0", 422), ("/checklists/01", 200), ("/checklists/1?limit=1", 200)],
)
def test_what_is_not_plain_is_left_to_the_framework(
    county: County, past_framework: list[Any], address: str, status: int
) -> None:
    api = county.as_unit("城关镇")
    api.get("/units")

    assert api.request("GET", address).status_code == status
    assert not past_framework


def test_it_is_told_anew_when_it_has_changed(county: County, past_framework: list[Any]) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    first = unit.request("GET", "/checklists/1")
    changed = office.patch("/checklists/1", {"revision": first.json()["revision"], "title": "改了名的清单"})
    second = unit.request("GET", "/checklists/1", headers={"If-None-Match": first.headers["etag"]})
    third = unit.request("GET", "/checklists/1", headers={"If-None-Match": second.headers["etag"]})

    assert changed.status_code == 200, changed.text
    assert (second.status_code, second.json()["title"]) == (200, "改了名的清单")
    assert third.status_code == 304
    assert past_framework


def test_what_fails_unforeseen_is_left_to_the_framework(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    api = county.as_unit("城关镇")
    plain = api.request("GET", "/checklists/1", headers=UNUSUAL)

    async def defect(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(HotReads, "_read", defect)
    api.get("/units")
    answer = api.request("GET", "/checklists/1")

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (200, plain.content, plain.headers["etag"])
