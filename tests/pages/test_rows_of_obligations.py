"""The rows that the address of a form names beside an obligation."""

from tests.access.rows import enter_waiting_report
from tests.access.test_page_permissions import lines
from tests.conftest import County
from tests.pages.browser import Browser

FINDING = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-06-30"}
CLAIM = {"state": "completed", "narrative": "做完了。"}


def test_a_row_of_another_obligation_is_not_found(county: County) -> None:
    """Every form whose address names a row beside an obligation, at another obligation of the same unit."""
    office, auditor, unit = county.as_role("coordinator"), county.as_role("auditor"), county.as_unit("城关镇")
    office.patch("/checklists/1", {"revision": 2, "asks_for_review": True})
    owed, other = (county.obligation(number, "城关镇")["id"] for number in (10, 11))
    extension = unit.post(f"/obligations/{owed}/extensions", {"due_on": "2024-01-31", "reason": "人手不足"}).json()[
        "id"
    ]
    urging = {"items": [{"obligation_id": owed}], "words": "请报送。", "answer_by": "2023-06-09"}
    urged = office.post("/urgings", urging).json()["items"][0]["id"]
    update = unit.post(f"/obligations/{owed}/updates", CLAIM).json()["id"]
    found = auditor.post(f"/obligations/{owed}/findings", FINDING).json()["id"]
    report = enter_waiting_report(county, owed, county.units["城关镇"])
    ids = {
        "report_id": report,
        "obligation_id": other,
        "extension_id": extension,
        "finding_id": found,
        "update_id": update,
        "urging_id": urged,
    }
    forms = [path for _, path, _ in lines() if path.startswith("/obligations/{") and path.count("{") == 2]
    browsers = [Browser(county.client, api.key) for api in (office, auditor, unit)]
    answers: dict[str, set[tuple[int, str]]] = {}
    for form in forms:
        for browser in browsers:
            browser.get(f"/obligations/{other}")
            token = browser.hidden("/sign-out")["form_token"]
            answer = browser.post(form.format(**ids), {"form_token": token}, Accept="*/*")
            answers.setdefault(form, set()).add((answer.status_code, answer.json()["code"]))

    assert len(forms) >= 6
    wrong = {form: {(403, "role_not_allowed"), (404, "not_found")} for form in forms}
    by_persons = {form: {(403, "role_not_allowed")} for form in forms if form.endswith("/release")}
    assert answers == wrong | by_persons
