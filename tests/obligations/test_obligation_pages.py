"""Lists of obligations are sent as bytes and have the shapes of the API."""

import json
from typing import Any

import pytest

from app.obligations.schemas import ObligationPublic
from app.oversight.schemas import OverduePublic
from app.oversight.tally_schemas import UnitTally
from app.paging import AsOfPage
from tests.client import Client
from tests.conftest import Api, County, FakeClock

MODELS = {"/obligations": ObligationPublic, "/overdue": OverduePublic, "/tallies/by-unit": UnitTally}
QUERIES = ["", "?limit=3", "?checklist=1", "?as_of=2023-12-31", "?unit=7"]


def requests() -> list[str]:
    more = ["?state=not_started", "?overdue=true", "?overdue=false", "?upcoming=true", "?acknowledged=true"]
    more += ["?due_from=2023-01-01&due_until=2023-12-31", "?stale=true", "?task=1"]
    return [f"{path}{query}" for path in MODELS for query in QUERIES] + [f"/obligations{query}" for query in more]


@pytest.fixture
def eventful(county: County, now: FakeClock) -> County:
    """A county in which much has happened: reports, a target that was missed, and what is overdue."""
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    task = county.task(1)
    target = {"metric": "重大项目", "comparison": "at_least", "number": "10.5"}
    changed = office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "targets": [target]})
    assert changed.status_code == 200, changed.text
    reached = [{"metric": "重大项目", "number": "3.25"}]
    owed = [county.obligation(number, "城关镇")["id"] for number in (1, 2, 3)]
    posted = [
        unit.post(
            f"/obligations/{owed[0]}/updates", {"state": "completed", "narrative": "已办结。", "figures": reached}
        ),
        unit.post(f"/obligations/{owed[1]}/updates", {"state": "in_progress", "percent": 40, "narrative": "推进中。"}),
        office.post(f"/obligations/{owed[2]}/waiver", {"reason": "不属于其职责。"}),
    ]
    assert [answer.status_code for answer in posted] == [201] * 3, [answer.text for answer in posted]
    now.set("2024-02-05")
    return county


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize("role", ["auditor", "unit"])
def test_the_bytes_are_the_response_model_to_the_letter(
    eventful: County, role: str, past_framework: list[Any], framework: Client
) -> None:
    api = eventful.as_unit("城关镇") if role == "unit" else eventful.as_role(role)
    api.get("/checklists")  # the key is known from now on
    for request in requests():
        answers = [api.request("GET", request), Api(framework, api.key).request("GET", request)]
        model = MODELS[request.partition("?")[0]]
        page = AsOfPage[model].model_validate_json(answers[0].content).model_dump(mode="json")  # type: ignore[valid-type]

        assert [answer.status_code for answer in answers] == [200, 200], request
        assert answers[0].content.decode() == json.dumps(page, ensure_ascii=False, separators=(",", ":")), request
        assert answers[0].content == answers[1].content, request
        assert answers[0].headers["etag"] == answers[1].headers["etag"], request

    assert len(past_framework) == len([one for one in requests() if one.partition("?")[0] == "/overdue"])


SORTS = {
    "/obligations": (None, "-days_overdue", "updated_at", "-updated_at"),
    "/tasks": ("due_on", "-due_on", "number", "-overdue", "progress", "-progress"),
}


def test_a_page_that_ends_on_what_has_no_last_day_has_a_next(county: County) -> None:
    office = county.as_role("coordinator")
    for number in (1, 2):
        task = county.task(number)
        standing = {"revision": task["revision"], "schedule": {"kind": "standing"}}
        assert office.patch(f"/tasks/{task['id']}", standing).status_code == 200
    for path, sort in [(path, sort) for path, sorts in SORTS.items() for sort in sorts]:
        filters = {"unit": county.units["城关镇"]} | ({"sort": sort} if sort else {})
        listed = office.all(path, limit=200, **filters)

        assert sum(one["due_on"] is None for one in listed) == 2, (path, sort)
        assert [one["id"] for one in office.all(path, limit=1, **filters)] == [one["id"] for one in listed], (
            path,
            sort,
        )
