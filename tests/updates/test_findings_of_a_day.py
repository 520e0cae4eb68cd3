"""Findings as of a day, and as they were known on it."""

from typing import Any

from tests.conftest import County, FakeClock

DONE = {"state": "completed", "narrative": "已公开。"}


def test_findings_are_listed_as_they_were_and_as_they_were_recorded(county: County, now: FakeClock) -> None:
    auditor, unit, office = county.as_role("auditor"), county.as_unit("司法局"), county.as_role("coordinator")
    owed = unit.all("/obligations")
    moved, other = (one["id"] for one in owed[:2])
    task, unit_id = owed[1]["task"]["id"], county.units["司法局"]

    def found(obligation: int, due_on: str) -> int:
        body = {"kind": "look_back", "narrative": "未公开。", "due_on": due_on}
        made: int = auditor.post(f"/obligations/{obligation}/findings", body).json()["id"]
        return made

    first, second = found(moved, "2023-06-10"), found(other, "2023-06-20")
    now.set("2023-06-15")
    assert auditor.post(f"/findings/{first}/extension", {"due_on": "2023-06-25", "reason": "未改全"}).is_success
    now.set("2023-06-28")
    assert unit.post(f"/findings/{first}/answers", {"narrative": "已改。"}).is_success
    now.set("2023-06-30")
    assert auditor.post(f"/findings/{first}/closure", {"conclusion": "合格。"}).is_success
    mistake: dict[str, Any] = {"reason": "误派", "as_if_never": True}
    assert office.delete(f"/tasks/{task}/units/{unit_id}", **mistake).is_success
    now.set("2023-07-31")

    def late(day: str, **query: Any) -> list[int]:
        return [one["id"] for one in auditor.all("/findings", as_of=day, overdue=True, **query)]

    days = ("2023-06-10", "2023-06-11", "2023-06-14", "2023-06-15", "2023-06-21", "2023-06-26", "2023-06-29")
    then = [late(day, known_on=day) for day in days]
    assert then == [[], [first], [first], [], [second], [second, first], [second, first]]
    assert late("2023-06-29") == [first]  # the other was a mistake, as is known today
    assert late("2023-06-30") == late("2023-07-31") == []
    assert [late("2023-06-29", known_on="2023-06-29", unit=one) for one in (unit_id, unit_id + 1)] == [then[-1], []]

    def shown(day: str) -> list[Any]:
        names = ("state", "due_on", "answered_on", "conclusion")
        items = auditor.all("/findings", as_of=day, checklist=1)
        return [[*(one[name] for name in names), len(one["answers"])] for one in items if one["id"] == first]

    assert shown("2023-05-31") == []
    assert shown("2023-06-14") == [["open", "2023-06-10", None, None, 0]]
    assert shown("2023-06-15") == [["open", "2023-06-25", None, None, 0]]
    assert shown("2023-06-28") == [["answered", "2023-06-25", "2023-06-28", None, 1]]
    assert shown("2023-06-30") == shown("2023-07-31") == [["closed", "2023-06-25", "2023-06-28", "合格。", 1]]
    of_state = {state: [one["id"] for one in auditor.all("/findings", as_of="2023-06-28", state=state)]
                for state in ("open", "answered", "closed")}  # fmt: skip
    assert of_state == {"open": [], "answered": [first], "closed": []}
    assert [one["id"] for one in auditor.all("/findings", as_of="2023-06-28")] == [first]
    assert [one["id"] for one in auditor.all("/findings", known_on="2023-06-28")] == [second, first]


def test_pages_of_findings_keep_their_day_and_name_both(county: County, now: FakeClock) -> None:
    auditor = county.as_role("auditor")
    body = {"kind": "look_back", "narrative": "未公开。", "due_on": "2023-06-02"}
    for one in county.as_unit("司法局").all("/obligations")[:3]:
        assert auditor.post(f"/obligations/{one['id']}/findings", body).is_success
    now.set("2023-06-03")
    page = auditor.get("/findings", overdue=True, limit=2, count=True).json()
    now.set("2023-06-04")
    rest = auditor.get("/findings", overdue=True, limit=2, cursor=page["next_cursor"]).json()
    ahead = auditor.get("/findings", known_on="2023-06-05")

    assert (page["as_of"], page["known_on"], page["count"]) == ("2023-06-03", "2023-06-03", 3)
    assert (rest["as_of"], rest["known_on"], len(rest["items"])) == ("2023-06-03", "2023-06-03", 1)
    assert (ahead.status_code, ahead.json()["code"]) == (422, "known_on_in_future")
