"""Who may do what: every route for every role, and every role on its own rows and on others'."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app import clock
from app.access.deps import RequiresPermission
from app.access.models import ActorRole
from app.access.permissions import MATRIX, Permission
from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from tests.client import Client
from tests.conftest import Api, County, FakeClock, enter_county
from tests.document import described, document

BASE = "/api/v1"
MISSING = 999_999_999
REPORT = {"state": "in_progress", "narrative": "正在推进。"}
NEIGHBOUR = "341523"
OFFICERS = ["coordinator", "auditor", "admin"]
EDITORS = ["coordinator", "admin"]
QUESTIONS = {f"{BASE}/calendar/deadline": "?event_on=2023-09-28&working_days=3"}  # what is nothing without a query


class RouteNeeds(NamedTuple):
    method: str
    path: str
    permissions: frozenset[Permission]


def permissions_in(dependant: Dependant) -> Iterator[Permission]:
    if isinstance(dependant.call, RequiresPermission):
        yield dependant.call.permission
    for child in dependant.dependencies:
        yield from permissions_in(child)


def routes_of(app: FastAPI) -> list[RouteNeeds]:
    """Every route under /api/v1, however deep the routers lie in each other."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and context.path and context.path.startswith(BASE):
            needs = frozenset(permissions_in(context.dependant))
            found += [RouteNeeds(method, context.path, needs) for method in sorted(context.methods or ())]
    return found


ROUTES = routes_of(described())


def filled(path: str, obligation_id: int) -> str:
    """A path to ask for: of rows that are there, except where asking would take away one's own key."""
    names = {"key_id": MISSING, "stream": "checklist:1", "alias": "无此别名", "obligation_id": obligation_id}
    rows = ("checklist_id", "section_id", "task_id", "unit_id", "member_id", "seq", "event_id", "extension_id")
    reported = ("update_id", "evidence_id", "contact_id", "finding_id", "import_id")
    ids = dict.fromkeys(rows + reported, 1)
    return path.removeprefix(BASE).format(**ids | names) + QUESTIONS.get(path, "")


def asked(api: Api, route: RouteNeeds, obligation_id: int) -> tuple[int, str]:
    """Status and code of a request with an empty body."""
    body: object = {} if route.method in ("POST", "PUT", "PATCH") else None
    answer = api.request(route.method, filled(route.path, obligation_id), json=body)
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


def put_down_evidence(county: County, obligation_id: int) -> None:
    """A file, so that its address leads somewhere."""
    unit = county.as_unit("城关镇")
    update = unit.post(f"/obligations/{obligation_id}/updates", REPORT).json()
    unit.request("POST", f"/updates/{update['id']}/evidence", files={"file": ("图.pdf", b"%PDF-1.7")})


def actor_of(county: County, role: ActorRole) -> Api:
    if role is ActorRole.ANONYMOUS:
        return county.anonymous()
    return county.as_unit("城关镇") if role is ActorRole.REPORTER else county.as_role(role)


def as_neighbour(county: County, role: str) -> Api:
    """An officer of another county, which has units of its own."""
    with county.database.session(writes=True) as session:
        enter_county(session, NEIGHBOUR, at=clock.now())
    return county.as_role(role, NEIGHBOUR)


def test_the_walk_finds_every_route_that_the_schema_describes() -> None:
    schema = document()["paths"]
    in_schema = {(m.upper(), path) for path, methods in schema.items() if path.startswith(BASE) for m in methods}

    assert {(route.method, route.path) for route in ROUTES} == in_schema
    assert len(ROUTES) > 35


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_asks_for_a_permission(route: RouteNeeds) -> None:
    assert route.permissions


def test_every_permission_but_those_checked_by_hand_is_asked_for_by_a_route() -> None:
    asked_for = {permission for route in ROUTES for permission in route.permissions}
    by_hand = {Permission.READ_ACCESS_JOURNAL}  # the name of the stream decides

    assert asked_for | by_hand == set(Permission)


@pytest.mark.parametrize("role", ActorRole)
def test_each_role_is_refused_exactly_what_the_matrix_denies_it(county: County, role: ActorRole) -> None:
    api, owed = actor_of(county, role), county.obligation(1, "城关镇")["id"]
    put_down_evidence(county, owed)
    refusal = (401, "missing_key") if role is ActorRole.ANONYMOUS else (403, "role_not_allowed")
    denied = [route for route in ROUTES if not route.permissions <= MATRIX[role]]
    allowed = [route for route in ROUTES if route.permissions <= MATRIX[role]]
    # what is denied first, as it changes nothing
    wrongly_let_through = {route: got for route in denied if (got := asked(api, route, owed)) != refusal}
    # of what is allowed, readings first: later requests may archive and withdraw
    allowed.sort(key=lambda route: route.method != "GET")
    answers = {route: asked(api, route, owed) for route in allowed}
    wrongly_refused = {route: got for route, got in answers.items() if got[0] == 401 or got[1] == "role_not_allowed"}
    broken = {route: got for route, got in answers.items() if got[0] >= 500}
    unread = {route: got for route, got in answers.items() if route.method == "GET" and got[0] != 200}

    assert not wrongly_let_through
    assert not wrongly_refused
    assert not broken
    # a unit that is not the reporter's own, and a finding where none is
    own = (
        "/units/{unit_id}/obligations",
        "/units/{unit_id}/contacts",
        "/findings/{finding_id}",
        "/imports/{import_id}",
    )
    assert unread.keys() <= {route for route in allowed if route.path.endswith(own)}


def test_a_reporter_sees_no_obligation_of_another_unit(county: County) -> None:
    others = county.obligation(1, "河口镇")
    api = county.as_unit("城关镇")

    assert api.get(f"/obligations/{others['id']}").status_code == 404
    assert api.get(f"/obligations/{others['id']}/updates").status_code == 404
    assert api.get(f"/obligations/{others['id']}/extensions").status_code == 404
    assert {item["unit"]["id"] for item in api.all("/obligations")} == {county.units["城关镇"]}


def test_a_reporter_does_see_the_obligation_of_its_own_unit(county: County) -> None:
    own = county.obligation(1, "城关镇")
    api = county.as_unit("城关镇")

    assert api.get(f"/obligations/{own['id']}").status_code == 200
    assert api.get(f"/units/{county.units['城关镇']}/obligations").status_code == 200
    assert api.post(f"/obligations/{own['id']}/updates", REPORT).status_code == 201


def test_a_reporter_reports_nothing_for_another_unit(county: County) -> None:
    others = county.obligation(1, "河口镇")
    api = county.as_unit("城关镇")
    by_task = api.post(f"/tasks/1/units/{county.units['河口镇']}/updates", REPORT)

    assert api.post(f"/obligations/{others['id']}/updates", REPORT).status_code == 404
    assert (by_task.status_code, by_task.json()["code"]) == (403, "not_your_unit")
    assert county.as_role("coordinator").all(f"/obligations/{others['id']}/updates") == []


def test_a_reporter_is_told_that_another_units_list_is_not_its_own(county: County) -> None:
    answer = county.as_unit("城关镇").get(f"/units/{county.units['河口镇']}/obligations")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_unit")


def test_a_key_for_two_units_reads_both_and_no_third(county: County) -> None:
    api = county.as_unit("城关镇", "河口镇")

    assert {item["unit"]["id"] for item in api.all("/obligations")} == {county.units["城关镇"], county.units["河口镇"]}


@pytest.mark.parametrize("role", OFFICERS)
def test_an_officer_of_another_county_sees_no_obligation(county: County, now: FakeClock, role: str) -> None:
    owed = county.obligation(1, "城关镇")
    now.set("2024-01-05")  # when much is overdue
    api = as_neighbour(county, role)

    assert api.get(f"/obligations/{owed['id']}").status_code == 404
    assert api.get(f"/obligations/{owed['id']}/updates").status_code == 404
    assert api.put("/extensions/1/decision", {"decision": "granted"}).status_code in (403, 404)
    assert api.all("/extensions") == []
    assert api.all("/obligations") == []
    assert api.all("/updates") == []
    assert api.all("/overdue") == []
    assert county.as_role(role).all("/overdue")


@pytest.mark.parametrize("role", EDITORS)
def test_an_editor_of_another_county_changes_nothing_here(county: County, role: str) -> None:
    unit = county.units["城关镇"]
    changes = [
        ("PATCH", "/checklists/1", {"revision": 1, "title": "别人的标题"}),
        ("PUT", "/checklists/1/publication", {"audience": "units"}),
        ("DELETE", "/checklists/1/publication", None),
        ("PUT", "/checklists/1/archival", None),
        ("DELETE", "/checklists/1/archival", None),
        ("POST", "/checklists/1/sections", {"title": "别人的部分"}),
        ("PATCH", "/sections/1", {"revision": 1, "title": "别人的部分"}),
        ("PATCH", "/tasks/1", {"revision": 1, "summary": "别人的任务"}),
        ("PUT", "/tasks/1/withdrawal", {"reason": "别人的理由"}),
        ("PUT", f"/tasks/1/units/{unit}", {}),
        ("DELETE", f"/tasks/1/units/{unit}?reason=x", None),
        ("PUT", f"/tasks/1/units/{unit}/closure", {"reason": "别人的理由"}),
        ("DELETE", f"/tasks/1/units/{unit}/closure", None),
        ("PATCH", f"/units/{unit}", {"revision": 1, "name": "别人的镇"}),
        ("POST", f"/units/{unit}/aliases", {"name": "别人的名字"}),
        ("DELETE", f"/units/{unit}/aliases/城关镇", None),
        ("PUT", f"/units/1/members/{unit}", {}),
        ("DELETE", f"/units/1/members/{unit}", None),
        ("PUT", f"/units/{unit}/dissolution", {"reason": "别人的理由"}),
    ]
    auditor, api = county.as_role("auditor"), county.as_role(role, NEIGHBOUR)
    before = heads(auditor)
    answers = {change[:2]: api.request(change[0], change[1], json=change[2]) for change in changes}
    codes = {change: (answer.status_code, answer.json().get("code")) for change, answer in answers.items()}

    assert {change: code for change, code in codes.items() if code != (403, "outside_scope")} == {}
    assert heads(auditor) == before


def test_an_admin_of_one_county_does_not_change_the_calendar_of_all(county: County) -> None:
    answer = county.as_role("admin").put("/calendar/days", {"days": [{"day": "2023-10-07", "is_working": False}]})

    assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")


def heads(api: Api) -> dict[str, int]:
    """How far each stream has come; the stream of keys apart, as tests make keys."""
    return {stream["name"]: stream["head_seq"] for stream in api.all("/journal") if stream["name"] != "access"}


@pytest.mark.parametrize("role", OFFICERS)
def test_the_streams_of_another_county_are_not_there(county: County, role: str) -> None:
    streams = [stream["name"] for stream in county.as_role(role).all("/journal")]
    api = county.as_role(role, NEIGHBOUR)
    local = [name for name in streams if name != "access"]

    assert f"checklist:{county.checklist_id}" in local
    assert {api.get(f"/journal/{name}").status_code for name in local} == {404}
    assert [stream["name"] for stream in api.all("/journal") if stream["name"] != "access"] == []


@pytest.mark.parametrize(("role", "status"), [("coordinator", 403), ("auditor", 200), ("admin", 200)])
def test_the_stream_access_is_for_auditors_and_admins(county: County, role: str, status: int) -> None:
    api = county.as_role(role)

    assert api.get("/journal/access").status_code == status
    assert ("access" in [stream["name"] for stream in api.all("/journal")]) is (status == 200)


def test_a_draft_is_there_for_the_office_alone(county: County) -> None:
    office = county.as_role("coordinator")
    unpublished = office.delete("/checklists/1/publication")
    paths = ["/checklists/1", "/checklists/1/sections", "/tasks/1"]
    outsiders = [county.anonymous(), county.as_unit("城关镇"), county.as_role("admin", NEIGHBOUR)]

    assert unpublished.status_code == 200, unpublished.text
    assert {api.get(path).status_code for api in outsiders for path in paths} == {404}
    assert [api.all(path) for api in outsiders for path in ("/checklists", "/tasks")] == [[]] * 6
    assert {county.as_role(role).get(path).status_code for role in OFFICERS for path in paths} == {200}


def test_an_admin_makes_no_key_beyond_its_own_scope(county: County) -> None:
    wanted = {"name": "邻县", "role": "coordinator", "jurisdiction": NEIGHBOUR}
    answer = county.as_role("admin").post("/keys", wanted)

    assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
    assert county.as_role("admin").post("/keys", wanted | {"jurisdiction": ""}).status_code == 403


def test_an_admin_sees_and_revokes_no_key_of_another_county(county: County) -> None:
    county.as_role("auditor")
    api = county.as_role("admin", NEIGHBOUR)

    assert {key["jurisdiction"] for key in api.all("/keys")} == {NEIGHBOUR}
    assert api.delete("/keys/1").status_code == 404


def test_without_public_reading_nobody_reads_without_a_key(database: Database, settings: Settings) -> None:
    private = create_app(settings.model_copy(update={"public_reading": False}), database)
    with Client(private) as client:
        answers = {Api(client).get(filled(route.path, 1)).status_code for route in ROUTES if route.method == "GET"}

    assert answers == {401}
