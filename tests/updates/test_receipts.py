"""签收: when a unit first said that it knows of its obligation."""

from tests.conftest import County, FakeClock

REPORT = {"state": "in_progress", "narrative": "正在推进。"}
FIRST = "2023-06-01T09:00:00+08:00"


def test_a_receipt_keeps_its_moment_through_another_receipt_and_a_report(county: County, now: FakeClock) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    first = unit.put(f"/obligations/{owed}/receipt").json()["acknowledged_at"]
    before = county.as_role("auditor").get("/journal").json()
    now.set("2023-06-02")
    second = unit.put(f"/obligations/{owed}/receipt").json()["acknowledged_at"]
    no_news = county.as_role("auditor").get("/journal").json() == before
    now.set("2023-06-03")
    unit.post(f"/obligations/{owed}/updates", REPORT)

    assert [first, second, unit.get(f"/obligations/{owed}").json()["acknowledged_at"]] == [FIRST] * 3
    assert no_news


def test_a_report_without_a_receipt_is_one(county: County) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    unit.post(f"/obligations/{owed}/updates", REPORT)

    assert unit.get(f"/obligations/{owed}").json()["acknowledged_at"] == FIRST
