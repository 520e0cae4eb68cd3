"""A task's page in one request: the task, and the first rows of the lists that belong to it."""

import json
from typing import Any

from app.pages.task.schemas import TaskPage
from tests.conftest import Api, County

EVERYTHING = "periods,units,updates"
LISTS = {"periods": "/tasks/1/periods", "obligations": "/obligations?task=1", "updates": "/updates?task=1"}


def page(api: Api, expand: str | None = EVERYTHING) -> dict[str, Any]:
    answer = api.request("GET", "/tasks/1" + (f"?expand={expand}" if expand else ""))
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def parts(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: shown[name] for name in LISTS}


def report(county: County, *names: str) -> None:
    for name in names:
        owed = county.obligation(1, name)["id"]
        posted = county.as_unit(name).post(
            f"/obligations/{owed}/updates", {"state": "in_progress", "narrative": f"{name}在办。"}
        )
        assert posted.status_code == 201, posted.text


def test_a_part_is_the_first_rows_of_its_list(county: County) -> None:
    report(county, "城关镇", "河口镇")
    office = county.as_role("coordinator")
    shown, listed = page(office), office.all("/tasks", checklist=1)[0]

    assert {name: shown[name] for name in listed} == listed
    for name, part in parts(shown).items():
        whole = office.request("GET", part["path"].removeprefix("/api/v1")).json()
        assert part["path"] == f"/api/v1{LISTS[name]}"
        assert part["items"] == whole["items"], name
        assert (part["count"], part["count_is_exact"]) == (len(whole["items"]), True)
        assert part["items"]


def test_the_bytes_are_the_response_model_to_the_letter(county: County) -> None:
    report(county, "城关镇")
    for api in (county.as_role("auditor"), county.as_unit("城关镇")):
        for expand in ("", "?expand=periods", f"?expand={EVERYTHING}"):
            answer = api.request("GET", f"/tasks/1{expand}")
            model = TaskPage.model_validate_json(answer.content, strict=True).model_dump(mode="json")

            assert answer.content.decode() == json.dumps(model, ensure_ascii=False, separators=(",", ":")), expand


def test_a_part_that_is_not_requested_is_null(county: County) -> None:
    unit = county.as_unit("城关镇")

    assert parts(page(unit, None)) == dict.fromkeys(LISTS)
    assert [name for name, part in parts(page(unit, "units")).items() if part is not None] == ["obligations"]
    assert parts(page(unit, "periods,updates")) == parts(page(unit, "updates&expand=periods"))


def test_a_unit_finds_only_what_is_its_own_also_in_memory(county: County) -> None:
    names = ("城关镇", "河口镇")
    report(county, *names)
    first = [page(county.as_unit(name)) for name in names]
    again = [page(county.as_unit(name)) for name in names]
    report(county, names[0])
    later = [page(county.as_unit(name))["updates"]["count"] for name in names]

    assert first == again
    assert [one["unit"]["id"] for shown in again for one in shown["obligations"]["items"]] == [
        county.units[name] for name in names
    ]
    assert [one["narrative"] for shown in again for one in shown["updates"]["items"]] == [
        f"{name}在办。" for name in names
    ]
    assert later == [2, 1]


def test_what_units_owe_is_for_those_with_a_key(county: County) -> None:
    public = county.anonymous()
    refused = [public.get("/tasks/1", expand=part) for part in ("units", "updates")]

    assert page(public, "periods")["periods"]["count"] == 1
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(401, "missing_key")] * 2


def test_an_unknown_part_is_named_with_those_there_are(county: County) -> None:
    answer = county.as_role("auditor").get("/tasks/1", expand="periods,people")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    (error,) = answer.json()["errors"]
    assert error["field"].startswith("query.expand")
    assert all(word in error["detail"] for word in EVERYTHING.split(","))
