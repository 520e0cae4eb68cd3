"""Every route for every caller, compared with a table written by hand and never with the code's own matrix."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response

from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.main import create_app
from tests.access.permission_table import TABLE
from tests.access.rows import Call, Rows, done, enter_rows, requests, send
from tests.client import Client
from tests.conftest import COUNTY, Api, County
from tests.document import document, readings
from tests.shared import Shared

BASE = "/api/v1"
NEIGHBOUR = "341523"
OFFICERS = ["coordinator", "auditor", "admin"]
CALLERS = ["nobody", "own", "others'", *OFFICERS, *(f"{role} elsewhere" for role in OFFICERS)]
ALLOWS = {"no": {"role", "404"}}


def lines() -> Iterator[tuple[str, str, list[str]]]:
    """Method, path and cells of each line of the table."""
    for line in TABLE.splitlines():
        method, _, rest = line.partition(" ")
        if method.isupper():
            path, *cells = rest.split()
            yield method, path, cells


@pytest.fixture
def rows(shared: Shared, county: County) -> dict[str, Rows]:
    """What 城关镇 and 河口镇 each have: of everything that a route may be asked for one."""
    done(county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    made = {unit: enter_rows(county, unit) for unit in ("城关镇", "河口镇")}
    for role in OFFICERS:
        county.as_role(role, NEIGHBOUR)
    shared.templates.save("permissions")
    return made


def callers(county: County, rows: dict[str, Rows]) -> list[tuple[Api, Rows]]:
    """In the order of the table's columns: who asks, and for whose rows."""
    own, others, unit = rows["城关镇"], rows["河口镇"], county.as_unit("城关镇")
    here = [(county.as_role(role), own) for role in OFFICERS]
    elsewhere = [(county.as_role(role, NEIGHBOUR), own) for role in OFFICERS]
    return [(county.anonymous(), own), (unit, own), (unit, others), *here, *elsewhere]


def in_short(answer: Response) -> str:
    """An answer as the table writes it."""
    if not answer.is_success:
        if answer.status_code not in (401, 403, 404):
            return answer.text
        return "role" if answer.json()["code"] == "role_not_allowed" else str(answer.status_code)
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    body: Any = answer.json() if is_json and answer.content else {}
    listed: list[Any] | None = next((body[name] for name in ("items", "rows") if name in body), None)
    if listed is None:
        return "ok"
    of_here = [one for one in listed if not isinstance(one, dict) or one.get("jurisdiction", COUNTY) == COUNTY]
    return "ok" if of_here else "none"


def test_every_route_has_its_line_in_the_table() -> None:
    described = {
        f"{method.upper()} {path.removeprefix(BASE)}"
        for path, item in document()["paths"].items()
        if path.startswith(BASE)
        for method in item
    }
    written = [f"{method} {path}" for method, path, _ in lines()]

    assert sorted(written) == sorted(described)
    assert {len(cells) for _, _, cells in lines()} == {len(CALLERS)}


def test_every_caller_is_answered_as_the_table_says(
    shared: Shared, county: County, rows: dict[str, Rows], pytestconfig: pytest.Config
) -> None:
    compare_with_table(shared, county, rows, is_long=pytestconfig.getoption("long"))


@pytest.mark.long
def test_every_caller_is_answered_so_without_fast_path_and_cache(
    shared: Shared, county: County, rows: dict[str, Rows], framework: Client
) -> None:
    compare_with_table(shared, replace(county, client=framework), rows, is_long=True)


def compare_with_table(shared: Shared, county: County, rows: dict[str, Rows], *, is_long: bool) -> None:
    everyone = [(name, api, of, requests(of)) for name, (api, of) in zip(CALLERS, callers(county, rows), strict=True)]
    cases = [(method, path, *who) for method, path, cells in lines() for who in zip(everyone, cells, strict=True)]
    if not county.database.is_sqlite:
        cases = [case for case in cases if case[-1] not in ("401", "role")]  # no row decides these
        if not is_long:  # random years and random requests change rows there
            cases = [case for case in cases if case[0] == "GET" or case[-1] != "ok"]
    auditor = county.as_role("auditor")
    before, differences = auditor.get("/journal").json(), {}
    with county.database.session(writes=False) as session:
        heads = verify(session).heads

    def check(method: str, path: str, who: tuple[str, Api, Rows, dict[str, Call]], cell: str) -> None:
        name, api, of, known = who
        answer = send(api, method, path, of, known.get(f"{method} {path}", Call()))
        if (got := in_short(answer)) not in ALLOWS.get(cell, {cell}):
            differences[f"{method} {path} for {name}"] = f"{got}, not {cell}"
        if method != "GET" and answer.is_success:
            with county.database.session(writes=False) as session:
                if faults := verify(session, since=None if is_long else heads).faults:
                    differences[f"{method} {path} in the journal"] = "; ".join(map(str, faults))
            shared.templates.restore("permissions")

    for case in cases:
        if case[-1] != "ok":
            check(*case)
    changed_nothing = auditor.get("/journal").json() == before
    for case in cases:
        if case[-1] == "ok":
            check(*case)

    assert differences == {}
    assert changed_nothing


def test_without_public_reading_nobody_reads_without_a_key(database: Database, settings: Settings) -> None:
    private = create_app(settings.model_copy(update={"public_reading": False}), database)
    with Client(private) as client:
        answers = {Api(client).get(address).status_code for address in readings()}

    assert answers == {401}
