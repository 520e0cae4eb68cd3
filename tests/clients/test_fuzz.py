"""Every role, on both databases, answers whatever it is sent as the OpenAPI document says.

`make test` sends the same requests each time, and shares the operations out between the roles, each on one database.
In `make test-long` every role tries every operation, and chains of requests and each operation's boundaries are tried
too. `make fuzz` sends 100,000 requests that nobody has tried yet.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.access.declared import declared
from app.access.models import ActorRole
from app.access.permissions import MATRIX, Permission
from app.journal.verification import verify
from tests.clients.fuzzer import Fuzzer
from tests.conftest import COUNTY, Api, County

log = logging.getLogger(__name__)

REPORTING = ["城关镇", "河口镇", "司法局", "税务局", "经信局", "住建局", "人社局", "卫健委", "白莲乡人民政府"]
FUZZ = int(os.environ.get("FUZZ_REQUESTS", "0"))


class Share(NamedTuple):
    """One run's part of the work."""

    role: ActorRole
    on_sqlite: bool


SHARES = [Share(role, on_sqlite) for role in ActorRole for on_sqlite in (True, False)]


def operations(app: FastAPI) -> dict[str, set[Permission]]:
    """By their names, what each asks for."""
    routes = [one.original_route for one in iter_route_contexts(app.routes)]
    return {route.name: {*declared(route).permissions} for route in routes if isinstance(route, APIRoute)}


def is_short(share: Share) -> bool:
    """Whether `make test` has it: each role on one database, the next role on the other."""
    return list(ActorRole).index(share.role) % 2 == share.on_sqlite


def half(names: Sequence[str], share: Share) -> Sequence[str]:
    """Every role tries each operation on one of the databases, and each is tried on both: the next role's is the other.
    To make requests from a schema takes longer than to answer them."""
    return names[(list(ActorRole).index(share.role) + share.on_sqlite) % 2 :: 2]


def shared_out(app: FastAPI, shares: Sequence[Share]) -> dict[Share, set[str]]:
    """Every operation once, for a role that may use it; the work is shared out evenly."""
    who_may = {
        name: [share for share in shares if permissions <= MATRIX[share.role]]
        for name, permissions in operations(app).items()
    }
    shared: dict[Share, set[str]] = {share: set() for share in shares}
    for name in sorted(who_may, key=lambda name: (len(who_may[name]), name)):  # what few may do first
        min((shared[share] for share in who_may[name]), key=len).add(name)
    return shared


def api_of(county: County, role: ActorRole) -> Api:
    if role is ActorRole.ANONYMOUS:
        return county.anonymous()
    return county.as_unit(*REPORTING) if role is ActorRole.REPORTER else county.as_role(role)


def real_names(county: County, caller: Api) -> dict[str, Sequence[Any]]:
    """What is there to ask for, as the office knows it."""
    office = county.as_role("admin")

    def ids(path: str, **filters: Any) -> list[int]:
        return [item["id"] for item in office.all(path, **filters)]

    tasks, units, sections = ids("/tasks"), ids("/units"), ids("/checklists/1/sections")
    evidence = put_down_evidence(county)
    # a reporter finds its own obligations, everyone else all of them
    owed = [item["id"] for item in (caller if caller.key else office).all("/obligations", limit=200)]
    return {
        "path.checklist_id": [1],
        "path.section_id": sections,
        "path.task_id": tasks,
        "path.unit_id": [*units, *ids("/units", kind="collective") * 5],
        "path.member_id": units,
        "path.obligation_id": owed,
        "path.update_id": [evidence["update"]],
        "path.evidence_id": [evidence["file"]],
        "path.key_id": ids("/keys"),
        "path.stream": [stream["name"] for stream in office.all("/journal")],
        "path.seq": range(1, 60),
        "query.checklist": [1],
        "query.section": sections,
        "query.task": tasks,
        "query.unit": units,
        "query.jurisdiction": [COUNTY, "34"],
        "query.as_of": ["2023-05-31", "2023-01-01"],
        "body.checklist_id": [1],
        "body.section_id": sections,
        "body.jurisdiction": [COUNTY],
        "body.revision": [1, 2, 3],
    }


def put_down_evidence(county: County) -> dict[str, int]:
    """A file, as a form at random hardly makes one that is taken."""
    unit = county.as_unit("城关镇")
    report = {"state": "in_progress", "narrative": "正在推进。"}
    update = unit.post(f"/obligations/{county.obligation(1, '城关镇')['id']}/updates", report).json()["id"]
    sent = unit.request("POST", f"/updates/{update}/evidence", files={"file": ("图.pdf", b"%PDF-1.7")})
    return {"update": update, "file": sent.json()["id"]}


@pytest.mark.parametrize("role", ActorRole)
def test_whatever_a_role_sends_is_answered_as_the_document_says(
    county: County, role: ActorRole, pytestconfig: pytest.Config
) -> None:
    share, is_long = Share(role, county.database.is_sqlite), FUZZ or pytestconfig.getoption("long")
    if not (is_long or is_short(share)):
        pytest.skip("the role is tried on the other database; on both by make test-long")
    app: Any = county.client.app
    shared = shared_out(app, SHARES if is_long else [one for one in SHARES if is_short(one)])
    api = api_of(county, role)
    fuzzer = Fuzzer(app, api.key, real_names(county, api), spared_key=county.key_id(api) if api.key else 0)
    wire, wanted = fuzzer.wire, (FUZZ or 5000 if is_long else 1000) / len(SHARES)
    seed = pytestconfig.getoption("seed") if FUZZ else 2026
    every = sorted(operations(app))
    tried = every if FUZZ else half(every, share) if is_long else sorted(shared[share])
    found = fuzzer.try_examples(1, tried, seed=seed, is_repeatable=not FUZZ)
    successes = wire.share_of_successes("GET")
    if is_long:  # some hundred for each operation
        found += fuzzer.try_boundaries(every if FUZZ else shared[share], seed=seed)
    if (is_long and role is ActorRole.ADMIN) or FUZZ:  # chains cost the most, and get furthest where most is allowed
        found += fuzzer.try_chains(100 if FUZZ else 10, seed=seed, is_repeatable=not FUZZ)
    while not found and wire.answers.total() < wanted:
        seed += 1
        found = fuzzer.try_examples(40 if FUZZ else 1, tried, seed=seed, is_repeatable=not FUZZ)
    log.info("%s: %s", role, wire)
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert not found, f"seed {seed}\n" + "\n\n".join(found)
    assert not faults
    assert wire.answers.total() >= wanted
    assert role is not ActorRole.COORDINATOR or successes >= 0.2
