"""Each member of each change is made: none is taken and dropped."""

from typing import Any

from tests.conftest import COUNTY, County
from tests.document import document

DOCUMENT = document()
BODIES = {
    path: item["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for path, item in DOCUMENT["paths"].items()
    if "patch" in item
}
# a new value for each member of each body
CHANGES: dict[str, dict[str, Any]] = {
    "/api/v1/checklists/{checklist_id}": {
        "title": "另一个清单",
        "year": 2024,
        "asks_for_review": True,
        "asks_for_release": True,
        "yellow_days": 9,
        "red_days": 2,
        "completion_template": "{completed}/{owed}",
    },
    "/api/v1/sections/{section_id}": {"title": "另一部分", "position": 3},
    "/api/v1/tasks/{task_id}": {
        "section_id": 2,
        "number": 77,
        "requirement": "另一件事。",
        "units_text": "教育局",
        "due_text": "十一月底前",
        "summary": "办了一半。",
        "schedule": {"kind": "on", "due_on": "2023-11-30"},
        "starts_on": "2023-03-01",
        "targets": [{"metric": "个", "comparison": "at_most", "number": 3, "scope": "each"}],
    },
    "/api/v1/units/{unit_id}": {"name": "另一个局", "code": "341522100000", "is_confirmed": False},
    "/api/v1/units/{unit_id}/contacts/{contact_id}": {
        "email": "li@example.com",
        "is_told": False,
        "gets_digests": True,
    },
    "/api/v1/persons/{person_id}": {"name": "李四", "units": [2], "releases": False, "role": "auditor"},
}
WITH: dict[str, Any] = {"role": {"units": []}}  # who speaks for units is a reporter


def test_every_member_of_a_change_has_its_row() -> None:
    members = {path: set(DOCUMENT["components"]["schemas"][body]["properties"]) for path, body in BODIES.items()}

    assert {path: set(row) for path, row in CHANGES.items()} == {
        path: names - {"revision"} for path, names in members.items()
    }


def test_every_member_of_a_change_is_made(county: County) -> None:
    admin = county.as_role("admin")

    def made(path: str, body: dict[str, Any]) -> int:
        answer = admin.post(path, body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    unit = made("/units", {"jurisdiction": COUNTY, "kind": "department", "name": "新局"})
    draft = made("/checklists", {"jurisdiction": COUNTY, "title": "清单", "year": 2023})
    contact = {"name": "张三", "email": "zhang@example.com", "is_told": True, "gets_digests": False}
    person = {"issuer": "https://sso.example.com", "subject": "a", "name": "张三", "role": "reporter", "units": [1]}
    ids = {
        "unit_id": unit,
        "checklist_id": draft,
        "section_id": made(f"/checklists/{draft}/sections", {"title": "部分"}),
        "task_id": 1,
        "contact_id": made(f"/units/{unit}/contacts", contact),
        "person_id": made("/persons", {**person, "jurisdiction": COUNTY}),
    }
    made(f"/checklists/{draft}/sections", {"title": "又一部分"})

    wrong = []
    for template, changes in CHANGES.items():
        path, revision = template.removeprefix("/api/v1").format(**ids), {"revision": 1}
        revision = {} if "contact_id" in template else revision
        for member, value in changes.items():
            answer = admin.patch(path, {member: value} | revision | WITH.get(member, {}))
            shown = answer.json()
            revision = {name: shown.get(name, revision[name]) for name in revision}
            if not answer.is_success or value != (shown["section"]["id"] if member == "section_id" else shown[member]):
                wrong.append((template, member, answer.text))
    assert not wrong
