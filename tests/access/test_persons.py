"""The office says who signs in. The journal names nobody, and a person can be erased."""

import json
from typing import Any

from app.journal.verification import verify
from tests.conftest import County

ISSUER = "https://sso.huoqiu.gov.cn"


def wanted(county: County, **more: Any) -> dict[str, Any]:
    units = [county.units["城关镇"]]
    base = {"issuer": ISSUER, "subject": "f3a1", "name": "张三", "role": "reporter", "jurisdiction": "341522"}
    return {**base, "units": units, **more}


def test_the_office_enters_changes_and_ends_persons_of_its_units(county: County) -> None:
    office = county.as_role("coordinator")
    made = office.post("/persons", wanted(county))
    person = made.json()
    path = f"/persons/{person['id']}"
    changed = office.patch(
        path, {"revision": 1, "name": "张三丰", "units": [county.units["司法局"]], "releases": False}
    )
    stale = office.patch(path, {"revision": 1, "name": "李四"})
    ended = office.delete(path)
    again, late = office.delete(path), office.patch(path, {"revision": 3, "name": "李四"})

    assert made.status_code == 201
    assert person == {
        "id": person["id"],
        "issuer": ISSUER,
        "subject": "f3a1",
        "name": "张三",
        "role": "reporter",
        "jurisdiction": "341522",
        "units": [county.units["城关镇"]],
        "rule": None,
        "releases": True,
        "state": "active",
        "created_at": "2023-06-01T09:00:00+08:00",
        "ended_at": None,
        "revision": 1,
    }
    assert changed.json() == {
        **person,
        "name": "张三丰",
        "units": [county.units["司法局"]],
        "releases": False,
        "revision": 2,
    }
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")
    assert stale.json()["current"] == changed.json()
    assert (ended.json()["state"], ended.json()["revision"]) == ("ended", 3)
    assert again.json() == ended.json()
    assert late.json()["code"] == "person_ended"
    assert [one["id"] for one in office.all("/persons", state="ended")] == [person["id"]]
    assert office.all("/persons", state="active") == []


def test_a_key_of_a_person_is_in_no_list_of_keys_and_cannot_be_sent(county: County) -> None:
    admin = county.as_role("admin")
    keys = admin.all("/keys")
    admin.post("/persons", wanted(county))
    entry = admin.all("/journal/access:341522")[-1]
    (key,) = json.loads(entry["payload"])["rows"]["api_key"]
    for secret in ("", "x"):
        header = {"Authorization": f"Bearer duban_{key['prefix']}_{secret}"}
        assert county.anonymous().request("GET", "/me", headers=header).json()["code"] == "invalid_key"

    assert admin.all("/keys") == keys
    assert admin.delete(f"/keys/{key['id']}").status_code == 404


def test_an_account_signs_in_one_person_at_a_time(county: County) -> None:
    office = county.as_role("coordinator")
    first = office.post("/persons", wanted(county)).json()
    second = office.post("/persons", wanted(county, name="李四"))
    office.delete(f"/persons/{first['id']}")

    assert (second.status_code, second.json()["code"]) == (409, "already_exists")
    assert office.post("/persons", wanted(county, name="李四")).status_code == 201


def test_what_a_person_may_not_be_is_rejected_and_nothing_is_left(county: County) -> None:
    office, admin = county.as_role("coordinator"), county.as_role("admin")
    person = admin.post("/persons", wanted(county, subject="a1", role="auditor", units=[])).json()
    entries = len(admin.all("/journal/access:341522"))
    answers = {
        "role": office.post("/persons", wanted(county, role="coordinator", units=[])),
        "scope": office.post("/persons", wanted(county, jurisdiction="341523")),
        "no units": office.post("/persons", wanted(county, units=[])),
        "units of an office": admin.post("/persons", wanted(county, role="auditor")),
        "no issuer": office.post("/persons", wanted(county, issuer=None)),
        "unknown unit": office.post("/persons", wanted(county, units=[99_999])),
        "blank subject": office.post("/persons", wanted(county, subject="a b")),
        "hidden": office.patch(f"/persons/{person['id']}", {"revision": 1, "name": "李四"}),
        "reporter without units": admin.patch(f"/persons/{person['id']}", {"revision": 1, "role": "reporter"}),
    }

    assert {name: answer.json()["code"] for name, answer in answers.items()} == {
        "role": "role_not_allowed",
        "scope": "outside_scope",
        "no units": "invalid_request",
        "units of an office": "invalid_request",
        "no issuer": "invalid_request",
        "unknown unit": "unknown_reference",
        "blank subject": "invalid_request",
        "hidden": "not_found",
        "reporter without units": "invalid_request",
    }
    assert len(admin.all("/journal/access:341522")) == entries


def test_a_person_can_be_erased_and_the_chain_verifies(county: County) -> None:
    admin = county.as_role("admin")
    person = admin.post("/persons", wanted(county)).json()
    admin.delete(f"/persons/{person['id']}")
    entries = [one for one in admin.all("/journal/access:341522") if one["subject"] == f"person:{person['id']}"]
    for entry in entries:
        erased = admin.put(f"/journal/access:341522/{entry['seq']}/redaction", {"reason": "当事人要求删除"})
        assert erased.status_code == 200, erased.text
    (shown,) = admin.all("/persons", state="ended")
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert [one["verb"] for one in entries] == ["person.created", "person.ended"]
    assert (shown["subject"], shown["name"]) == ("", "[redacted]")
    assert "张三" not in json.dumps([shown, *admin.all("/journal/access:341522")], ensure_ascii=False)
    assert report.faults == []
