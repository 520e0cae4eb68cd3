"""What a key's scope and a register's publication leave of what its role may see."""

from dataclasses import replace

import pytest

from tests.access.test_permissions import NEIGHBOUR, OFFICERS
from tests.conftest import COUNTY, County


def test_a_key_for_two_units_reads_both_and_no_third(county: County) -> None:
    api = county.as_unit("城关镇", "河口镇")

    assert {item["unit"]["id"] for item in api.all("/obligations")} == {county.units["城关镇"], county.units["河口镇"]}


@pytest.mark.parametrize(("role", "status"), [("coordinator", 403), ("auditor", 200), ("admin", 200)])
def test_the_stream_access_is_for_auditors_and_admins(county: County, role: str, status: int) -> None:
    api = county.as_role(role)

    assert api.get("/journal/access:341522").status_code == status
    assert ("access:341522" in [stream["name"] for stream in api.all("/journal")]) is (status == 200)


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


def test_the_office_makes_lists_and_revokes_keys_of_its_units(county: County) -> None:
    office, unit_id = county.as_role("coordinator"), county.units["司法局"]
    wanted = {"name": "司法局 填报", "role": "reporter", "jurisdiction": COUNTY, "units": [unit_id]}
    made = office.post("/keys", wanted).json()
    unit = replace(office, key=made["key"])
    mine = {one["unit"]["id"] for one in unit.all("/obligations")}
    listed = office.all("/keys", limit=200)
    revoked = office.delete(f"/keys/{made['id']}")

    assert mine == {unit_id}
    assert {one["role"] for one in listed} == {"reporter"}
    assert made["id"] in [one["id"] for one in listed]
    assert (revoked.status_code, unit.get("/obligations").status_code) == (200, 401)


@pytest.mark.parametrize("role", ["coordinator", "auditor", "admin"])
def test_the_office_has_nothing_to_do_with_keys_of_other_roles(county: County, role: str) -> None:
    office = county.as_role("coordinator")
    made = office.post("/keys", {"name": "新的钥匙", "role": role, "jurisdiction": COUNTY})
    revoked = office.delete(f"/keys/{county.key_id(county.as_role(role))}")

    assert (made.status_code, made.json()["code"]) == (403, "role_not_allowed")
    assert (revoked.status_code, revoked.json()["code"]) == (404, "not_found")
    assert county.as_role(role).get("/me").status_code == 200


def test_the_office_makes_no_key_for_units_of_another_county(county: County) -> None:
    wanted = {"name": "邻县", "role": "reporter", "units": [county.units["司法局"]]}
    codes = {
        jurisdiction: county.as_role("coordinator")
        .post("/keys", wanted | {"jurisdiction": jurisdiction})
        .json()["code"]
        for jurisdiction in (NEIGHBOUR, "3415", "")
    }

    assert set(codes.values()) == {"outside_scope"}
