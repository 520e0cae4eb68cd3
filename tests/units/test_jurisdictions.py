"""Provinces, prefectures and counties: entered by whoever's scope they lie in."""

from app.journal.verification import verify
from tests.conftest import COUNTY, County


def test_a_province_is_entered_and_its_unit_too(county: County) -> None:
    admin = county.as_role("admin", "")

    entered = admin.request("PUT", "/jurisdictions/34", json={"name": "安徽省"})
    unit = admin.post("/units", {"jurisdiction": "34", "kind": "department", "name": "省司法厅"})

    assert entered.json() == {"code": "34", "name": "安徽省"}
    assert unit.status_code == 201


def test_a_jurisdiction_is_renamed_once_and_the_journal_says_so(county: County) -> None:
    office = county.as_role("coordinator")

    for _ in range(2):
        assert office.request("PUT", f"/jurisdictions/{COUNTY}", json={"name": "霍邱新县"}).status_code == 200

    entries = office.all(f"/journal/directory:{COUNTY}")
    assert [one["verb"] for one in entries].count("jurisdiction.named") == 1
    assert {"code": COUNTY, "name": "霍邱新县"} in office.all("/jurisdictions")
    with county.database.session(writes=False) as session:
        assert not verify(session).faults


def test_jurisdictions_are_listed_by_code_and_found_by_prefix(county: County) -> None:
    admin = county.as_role("admin", "")
    for code, name in (("34", "安徽省"), ("3415", "六安市"), ("33", "浙江省")):
        admin.request("PUT", f"/jurisdictions/{code}", json={"name": name})

    listed = [one["code"] for one in admin.all("/jurisdictions", limit=1)]
    found = [one["code"] for one in admin.all("/jurisdictions", jurisdiction="3415")]

    assert listed == ["33", "34", "3415", COUNTY]
    assert found == ["3415", COUNTY]


def test_another_countys_name_is_not_ours_to_change(county: County) -> None:
    answer = county.as_role("coordinator").request("PUT", "/jurisdictions/341523", json={"name": "寿县"})

    assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")


def test_what_is_not_a_code_is_refused_with_its_name(county: County) -> None:
    answer = county.as_role("admin", "").request("PUT", "/jurisdictions/霍邱", json={"name": "霍邱县"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "path.code"
