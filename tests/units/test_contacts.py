"""Through whom a unit is reached: for the office and the unit itself, and no longer than it is of use."""

from typing import Any

import pytest
from sqlmodel import select

from app.journal.verification import verify
from app.units.models import UnitContact
from tests.conftest import Api, County

CONTACT = {"name": "张三", "position": "办公室主任", "phone": "0564-6021234"}


@pytest.fixture
def path(county: County) -> str:
    return f"/units/{county.units['城关镇']}/contacts"


@pytest.fixture
def contact(county: County, path: str) -> Any:
    return county.as_role("coordinator").post(path, CONTACT).json()


def test_a_contact_is_shown_to_officers_and_to_its_own_unit(county: County, path: str, contact: Any) -> None:
    readers = [county.as_unit("城关镇"), *(county.as_role(role) for role in ("coordinator", "auditor", "admin"))]

    marks = {"email": "", "is_told": False, "gets_digests": True}
    assert contact == CONTACT | marks | {"id": contact["id"], "unit_id": county.units["城关镇"]}
    assert [api.all(path) for api in readers] == [[contact]] * 4


def test_nobody_else_reads_a_contact(county: County, path: str, contact: Any) -> None:
    answers = [api.get(path) for api in (county.as_unit("河口镇"), county.as_role("auditor", "341523"))]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (403, "not_your_unit"),
        (403, "outside_scope"),
    ]
    assert county.anonymous().get(path).status_code == 401
    assert "张三" not in county.anonymous().get(path.removesuffix("/contacts")).text


def test_a_unit_names_its_own_contacts_and_no_others(county: County, path: str) -> None:
    assert county.as_unit("城关镇").post(path, CONTACT).status_code == 201
    assert county.as_unit("河口镇").post(path, CONTACT).json()["code"] == "not_your_unit"
    assert county.as_role("coordinator", "341523").post(path, CONTACT).json()["code"] == "outside_scope"
    assert county.as_role("auditor").post(path, CONTACT).json()["code"] == "role_not_allowed"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "三" * 101}, {"phone": "找王主任"}, {"phone": "1" * 51}, {"email": "a@b"}]
)
def test_a_contact_of_another_shape_is_refused(county: County, path: str, wrong: dict[str, str]) -> None:
    assert county.as_role("coordinator").post(path, CONTACT | wrong).json()["code"] == "invalid_request"


def test_contacts_come_in_pages(county: County, path: str) -> None:
    office = county.as_role("coordinator")
    names = [office.post(path, {"name": f"张{number}"}).json()["name"] for number in range(3)]

    assert [one["name"] for one in office.all(path, limit=1)] == names


def drop(api: Api, path: str, contact: Any) -> int:
    return api.delete(f"{path}/{contact['id']}").status_code


def test_a_dropped_contact_leaves_neither_name_nor_number(county: County, path: str, contact: Any) -> None:
    statuses = [drop(county.as_unit("城关镇"), path, contact), drop(county.as_unit("城关镇"), path, contact)]
    with county.database.session(writes=False) as session:
        row = session.exec(select(UnitContact)).one()
        faults = verify(session).faults

    assert statuses == [204, 404]
    assert county.as_role("coordinator").all(path) == []
    assert (row.name, row.position, row.phone) == ("", "", "")
    assert row.dropped_at is not None
    assert faults == []


def test_a_contact_is_dropped_only_at_its_own_unit(county: County, path: str, contact: Any) -> None:
    elsewhere = f"/units/{county.units['河口镇']}/contacts"

    assert drop(county.as_role("coordinator"), elsewhere, contact) == 404
    assert drop(county.as_unit("河口镇"), path, contact) == 403


@pytest.mark.parametrize("is_dropped", [False, True])
def test_a_redaction_erases_the_name_from_the_journal_too(
    county: County, path: str, contact: Any, is_dropped: bool
) -> None:
    admin = county.as_role("admin")
    entry = admin.all("/journal/directory:341522", limit=200)[-1]
    if is_dropped:
        drop(admin, path, contact)
    admin.put(f"/journal/directory:341522/{entry['seq']}/redaction", {"reason": "本人要求删除"})
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert '"verb":"contact.added"' in entry["envelope"]
    assert "张三" not in str(admin.all("/journal/directory:341522", limit=200))
    assert "张三" not in str(admin.all(path))
    assert faults == []
