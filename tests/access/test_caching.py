"""What caches may do with an answer, and when they must ask again."""

import pytest

from app.config import Settings
from app.main import create_app
from tests.access.test_permissions import OFFICERS
from tests.client import Client
from tests.conftest import Api, County, FakeClock
from tests.document import readings

REPORT = {"state": "completed", "narrative": "已办结。"}
NOTICES = {
    "/units/1/calendar-tokens",
    "/units/1/deliveries",
    "/me/notices",
    "/notices/events",
    "/notices/health",
    "/notices/preview",
    "/subscriptions",
}
LISTS = ["/tasks", "/checklists", "/units"]


def etag(api: Api, path: str) -> str:
    answer = api.request("GET", path)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


def status_again(api: Api, path: str, old_etag: str) -> int:
    return api.request("GET", path, headers={"If-None-Match": old_etag}).status_code


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize("role", OFFICERS)
def test_every_reading_route_can_be_revalidated(county: County, role: str) -> None:
    api = county.as_role(role)
    answers = {path: api.get(path) for path in readings()}
    readable = [path for path, answer in answers.items() if answer.status_code == 200]
    unkept = [path for path in readable if answers[path].headers["cache-control"] == "no-store"]
    readable = [path for path in readable if path not in unkept]

    assert set(unkept) <= {
        "/registers/imports",
        "/me",
        "/me/sessions",
        "/journal/heads",
        *NOTICES,
    }  # what the journal does not tell of
    assert len(readable) >= 15
    for path in readable:
        assert status_again(api, path, etag(api, path)) == 304, path


def test_304_has_no_body_and_the_headers_of_the_whole_answer(county: County) -> None:
    whole = county.anonymous().get("/tasks")

    answer = county.anonymous().request("GET", "/tasks", headers={"If-None-Match": whole.headers["etag"]})

    assert answer.content == b""
    assert {name: answer.headers[name] for name in ("etag", "cache-control", "vary")} == {
        name: whole.headers[name] for name in ("etag", "cache-control", "vary")
    }


def test_304_is_answered_before_the_list_is_read(county: County, query_count: pytest.FixtureRequest) -> None:
    api = county.as_role("auditor")
    old_etag = etag(api, "/tasks")

    with query_count(at_most=1):  # type: ignore[operator]
        assert status_again(api, "/tasks", old_etag) == 304


@pytest.mark.parametrize("old_etag", ['"other"', "*", 'W/"x", {}', "{}", "nonsense", ""])
def test_if_none_match_is_read_as_rfc_9110_says(county: County, old_etag: str) -> None:
    current = etag(county.anonymous(), "/tasks")

    answer = status_again(county.anonymous(), "/tasks", old_etag.format(current))

    assert answer == (304 if "{}" in old_etag or old_etag == "*" else 200)


def test_an_update_changes_the_answer_of_its_checklist_only(county: County) -> None:
    office, unit, owed = county.as_role("coordinator"), county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    other = office.post("/checklists", {"jurisdiction": "341522", "title": "另一清单", "year": 2023}).json()["id"]
    paths = ["/tasks", "/tasks?checklist=1", f"/tasks?checklist={other}", f"/checklists/{other}"]
    before = [etag(office, path) for path in paths]

    unit.post(f"/obligations/{owed}/updates", REPORT)

    changed = [status_again(office, path, old_etag) == 200 for path, old_etag in zip(paths, before, strict=True)]
    assert changed == [True, True, False, False]


def test_the_directory_belongs_to_every_answer(county: County) -> None:
    before = etag(county.anonymous(), "/tasks?checklist=1")

    county.as_role("coordinator").patch("/units/1", {"name": "县人民政府办", "revision": 1})

    assert status_again(county.anonymous(), "/tasks?checklist=1", before) == 200


def test_another_day_is_another_answer(county: County, now: FakeClock) -> None:
    before = etag(county.anonymous(), "/tasks")
    now.set("2023-06-02")

    assert status_again(county.anonymous(), "/tasks", before) == 200


def test_who_sees_otherwise_has_another_etag_and_who_sees_the_same_has_the_same(county: County) -> None:
    apis = [county.anonymous(), county.as_role("coordinator"), county.as_role("auditor")]
    apis += [county.as_unit("城关镇"), county.as_unit("司法局")]
    same = county.another(county.as_unit("城关镇"))

    public, coordinator, auditor, unit, other = apis
    seen = [etag(api, "/units") for api in (public, coordinator, auditor, unit)]
    owed = [etag(api, "/obligations") for api in (coordinator, auditor, unit, other)]

    assert len({*seen}) == len(seen)
    assert len({*owed}) == len(owed)
    assert (etag(same, "/units"), etag(same, "/obligations")) == (seen[3], owed[2])


@pytest.mark.parametrize("path", ["/tasks", "/tasks?checklist=1&limit=200", "/checklists"])
def test_units_of_a_jurisdiction_share_what_they_see_alike(county: County, path: str) -> None:
    county.as_role("coordinator").put("/checklists/1/publication", {"audience": "units"})
    apis = [county.as_unit(name) for name in ("城关镇", "司法局")]
    answers = [api.request("GET", path) for api in apis]

    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert answers[0].content != county.anonymous().request("GET", path).content


def test_another_language_is_another_answer(county: County) -> None:
    answers = [
        county.anonymous().request("GET", "/vocabulary", headers={"Accept-Language": language})
        for language in ("zh", "en")
    ]

    assert answers[0].headers["etag"] != answers[1].headers["etag"]
    assert "accept-language" in answers[0].headers["vary"].lower()


def test_another_setting_that_the_answers_show_is_another_etag(county: County, settings: Settings) -> None:
    key = county.as_role("auditor").key
    with Client(
        create_app(settings.model_copy(update={"roll_days_off": not settings.roll_days_off}), county.database)
    ) as client:
        assert etag(Api(client, key), "/obligations") != etag(Api(county.client, key), "/obligations")


def test_public_responses_may_be_cached_by_anyone_and_keyed_ones_by_their_caller(county: County) -> None:
    public, keyed = county.anonymous().get("/tasks"), county.as_role("auditor").get("/tasks")

    assert (public.headers["cache-control"], keyed.headers["cache-control"]) == (
        "public, no-cache",
        "private, no-cache",
    )
    assert "authorization" in public.headers["vary"].lower()


def test_errors_and_changes_are_cached_by_nobody(county: County) -> None:
    office = county.as_role("coordinator")
    answers = [
        county.anonymous().get("/tasks/999"),
        county.anonymous().get("/keys"),
        office.post("/units/1/aliases", {"name": "又一名"}),
        office.put("/checklists/1/publication", {"audience": "units"}),
    ]

    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert not any("etag" in answer.headers for answer in answers)


def test_a_revoked_key_is_rejected_as_revoked_whatever_its_scope(county: County) -> None:
    api = county.as_role("auditor")
    old_etag = etag(api, "/tasks")
    county.as_role("admin").delete(f"/keys/{county.key_id(api)}")

    assert status_again(api, "/tasks", old_etag) == 401


def test_a_checklist_withdrawn_from_the_public_is_gone_at_once(county: County) -> None:
    old_etag = etag(county.anonymous(), "/checklists/1")
    county.as_role("coordinator").put("/checklists/1/publication", {"audience": "units"})

    assert status_again(county.anonymous(), "/checklists/1", old_etag) == 404


@pytest.mark.parametrize("path", LISTS)
def test_the_etag_of_a_list_stands_while_nothing_changes(county: County, path: str) -> None:
    assert etag(county.anonymous(), path) == etag(county.anonymous(), path)
