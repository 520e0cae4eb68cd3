"""No filter is lost: neither in a statement that is used again, nor in an answer that is."""

import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest

from app.config import Settings
from tests.conftest import Api, County, FakeClock
from tests.county import enter_subscription
from tests.document import document
from tests.edge.conftest import Serve
from tests.edge.conftest import serve as serve  # noqa: PLC0414  a fixture

DOCUMENT = document()
TOWNSHIP, BUREAU = "城关镇", "司法局"
PAGING = ("limit", "cursor")
# two values for each filter that takes a text
TEXTS = {
    "subject": ("obligation:1", "checklist:1"),
    "q": ("公开", "政府"),
    "period": ("2023", "2023-Q2"),
    "jurisdiction": ("3415", "341522"),
}
# what is given only with another one
TOGETHER = {"from": {"until": "2023-12-31"}, "until": {"from": "2023-01-01"}}
DAY_AND_MOMENT = ("2023-03-31", "2023-05-30T12:00:00+08:00")


def values(name: str, schema: dict[str, Any]) -> list[Any]:
    """Two values that a filter takes, without the one that it has if it is not given."""
    named = schema.get("$ref") or schema.get("allOf", [{}])[0].get("$ref")
    told = DOCUMENT["components"]["schemas"][named.rpartition("/")[2]] if named else schema
    match told:
        case {"enum": words}:
            found = words
        case {"type": "array"}:
            found = values(name, told["items"])
        case {"type": "boolean"}:
            found = [True, False]
        case {"type": "integer"}:
            least, step = max(told.get("minimum", 1), 1), told.get("multipleOf", 1)
            found = [least, least + step, least + 2 * step]
        case {"anyOf": [{"format": "date"}, {"format": "date-time"}]}:
            found = DAY_AND_MOMENT
        case _:
            found = TEXTS[name]
    return [one for one in found if one != schema.get("default")][:2]


def questions() -> dict[str, list[list[str]]]:
    """Every list, with each of its filters: the queries with its values."""
    found: dict[str, list[list[str]]] = {}
    for path, item in DOCUMENT["paths"].items():
        filters = {
            one["name"]: one["schema"] for one in item.get("get", {}).get("parameters", ()) if one["in"] == "query"
        }
        if "cursor" in filters:
            address = path.removeprefix("/api/v1").replace("{stream}", "checklist:1")
            for name in ("checklist_id", "task_id", "unit_id", "obligation_id", "subscription_id"):
                address = address.replace(f"{{{name}}}", "1")
            found[address] = [
                [
                    "?"
                    + urlencode(
                        {name: str(value).lower() if isinstance(value, bool) else value} | TOGETHER.get(name, {})
                    )
                    for value in values(name, schema)
                ]
                for name, schema in filters.items()
                if name not in PAGING
            ]
    return found


QUESTIONS = questions()


def test_every_list_is_among_the_questions() -> None:
    assert {"/tasks", "/overdue", "/obligations", "/units", "/journal"} <= QUESTIONS.keys()
    assert sum(len(queries) for filters in QUESTIONS.values() for queries in filters) > 120


@pytest.mark.long_on_postgresql
def test_each_filter_changes_the_statement_or_its_values(county: County, serve: Serve) -> None:
    client = serve(answer_cache_mb=0)
    app: Any = client.app
    api = Api(client, county.as_role("admin").key)
    assert enter_subscription(api) == 1
    ran: list[Any] = []
    app.state.database.watchers.append(lambda text, given, _: ran.append((text, repr(given))))

    def statements(query: str) -> list[Any]:
        ran.clear()
        answer = api.request("GET", query)
        assert answer.status_code == 200, answer.text
        return [*ran, answer.text]  # the days of a calendar are found without a statement

    for path, filters in QUESTIONS.items():
        plain = statements(path)
        for queries in filters:
            seen = [plain, *(statements(path + query) for query in queries)]

            assert all(one != other for place, one in enumerate(seen) for other in seen[:place]), (path, queries)


@pytest.mark.long_on_postgresql
def test_two_units_of_a_county_are_answered_as_by_a_process_without_cache(
    county: County, settings: Settings, now: FakeClock, pytestconfig: pytest.Config
) -> None:
    """Unless tests may take long, each filter has one value, nothing is sent twice, and one grouping stands for
    those that the same function answers."""
    is_long = pytestconfig.getoption("long")
    office = county.as_role("coordinator")
    office.put("/checklists/1/publication", {"audience": "units"})
    units = [county.as_unit(name) for name in (TOWNSHIP, BUREAU)]
    mine = [unit.get("/obligations", limit=1).json()["items"][0]["id"] for unit in units]
    lists = [path for path in QUESTIONS if is_long or "/by-" not in path or path.endswith("/by-unit")]
    most = None if is_long else 1  # of the values of a filter
    paths = [path + query for path in lists for queries in QUESTIONS[path] for query in queries[:most]]
    paths += QUESTIONS
    paths += [f"/obligations/{one}" for one in mine] + ["/tasks/1", "/checklists/1", "/vocabulary"]
    paths += ["/checklists/1/dashboard", "/checklists/1/dashboard?as_of=2023-05-30"]
    paths += [f"/obligations/{one}/timeline" for one in mine] + ["/me/feed", "/me/feed?after=1:30"]
    paths += ["/tasks/1?expand=units,updates", "/tasks/1?expand=periods"]
    report = {"state": "in_progress", "percent": 40, "narrative": "正在推进。"}
    for unit in units:
        for path in paths:  # what is cached now is old after the next line
            unit.request("GET", path)
    units[0].post(f"/obligations/{mine[0]}/updates", report)
    now.set("2023-06-01T10:00:00+08:00")
    answers: list[dict[str, str]] = [{}, {}]
    for _ in range(2 if is_long else 1):  # the second time from memory
        for path in paths:
            for place, unit in enumerate(units):
                answers[place][path] = unit.request("GET", path).text

    keys = [unit.key for unit in units]
    job = {"settings": settings.model_dump(), "now": now.moment.isoformat(), "keys": keys, "paths": paths}
    done = subprocess.run(
        [sys.executable, "-m", "tests.fastpath.fresh"],
        check=False,
        input=json.dumps(job),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for fresh, answered in zip(json.loads(done.stdout), answers, strict=True):
        differing = [path for path in paths if without_id(fresh[path]) != without_id(answered[path])]

        assert not differing
    assert answers[0]["/obligations"] != answers[1]["/obligations"]


def without_id(answer: str) -> Any:
    """An answer without what each request has of its own."""
    content = json.loads(answer)
    return {name: value for name, value in content.items() if name != "request_id"}


def test_a_parameter_that_a_route_does_not_declare_is_refused(county: County) -> None:
    admin = county.as_role("admin")
    operations = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
    for method, path in operations:
        address = path.removeprefix("/api/v1").replace("{stream}", "checklist:1").replace("{alias}", "x")
        address = "1".join(part.partition("}")[2] if "}" in part else part for part in address.split("{"))
        if path.startswith("/api/v1/"):
            answer = admin.request(method, f"{address}?never_declared=2")

            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), (method, path)
            assert "query.never_declared" in {one["field"] for one in answer.json()["errors"]}


def test_an_unknown_parameter_does_not_return_an_old_response(county: County) -> None:
    unit, owed = county.as_unit(TOWNSHIP), county.obligation(1, TOWNSHIP)
    path = f"/obligations/{owed['id']}"
    refused = unit.get(path, checklist=2)
    before = unit.get(path).json()["state"]
    unit.post(f"{path}/updates", {"state": "completed", "narrative": "已办结。"})

    assert refused.status_code == 422
    assert [before, unit.get(path).json()["state"]] == ["not_started", "completed"]
