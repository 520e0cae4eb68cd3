"""Our own export, sent as an edition of its checklist, changes nothing."""

from typing import Any

import pytest

from tests.conftest import COUNTY, Api, County, FakeClock
from tests.registers.imports.editions import commit

pytestmark = pytest.mark.long_on_postgresql

FORMS = ["xlsx", "docx", "html", "csv"]
NO_CHANGES: dict[str, Any] = {"changes": [], "section_changes": [], "former_title": None, "is_ready": True}
DONE = {"state": "completed", "narrative": "已完成,信息已公开。"}


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def sent_back(office: Api, form: str, kind: str = "register", *, by: Api | None = None, **query: Any) -> Any:
    """The preview of a checklist's export, sent as it came."""
    file = (by or office).get(f"/checklists/1/{kind}", format=form, **query).content
    data = {"jurisdiction": COUNTY}
    answer = office.request("POST", "/registers/imports", files={"file": (f"下载.{form}", file)}, data=data)
    assert answer.status_code == 201, answer.text
    return answer.json()


def shown_of(preview: Any, *names: str) -> dict[str, Any]:
    return {name: preview[name] for name in (names or NO_CHANGES)}


def written(county: County, office: Api, number: int, **change: Any) -> None:
    task = county.task(number)
    assert office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], **change}).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_an_export_changes_nothing(county: County, office: Api, now: FakeClock, form: str) -> None:
    awkward = ["=1+1", "-10%,持平。", "@各单位:\n已通报。", "+3家", "合计", "备注:无", "同上"]
    for number, text in enumerate(awkward, start=1):
        written(county, office, number, summary=text)
    written(county, office, 8, summary="")  # composed of reports
    now.set("2023-07-01")
    county.as_unit("城关镇").post(f"/obligations/{county.obligation(8, '城关镇')['id']}/updates", DONE)
    shown = sent_back(office, form)

    assert shown_of(shown) == NO_CHANGES
    assert shown["unchanged"] == 23


def test_an_export_of_before_and_the_public_one_change_nothing(county: County, office: Api, now: FakeClock) -> None:
    written(county, office, 1, summary="")
    now.set("2023-07-01")
    county.as_unit("城关镇").post(f"/obligations/{county.obligation(1, '城关镇')['id']}/updates", DONE)
    now.set("2023-08-01")
    old = sent_back(office, "csv", as_of="2023-06-30")
    public = sent_back(office, "csv", by=county.anonymous())

    assert (shown_of(old), shown_of(public)) == (NO_CHANGES, NO_CHANGES)


def test_an_export_of_what_has_gaps_changes_nothing(county: County, office: Api) -> None:
    assert office.put(f"/tasks/{county.task(3)['id']}/withdrawal", {"reason": "不再要求"}).status_code == 200
    written(county, office, 9, section_id=county.task(4)["section"]["id"])
    shown = sent_back(office, "docx")

    assert shown_of(shown) == NO_CHANGES
    assert shown["unchanged"] == 22


def test_rows_that_stand_as_they_are_are_not_asked_about_again(county: County, office: Api) -> None:
    written(county, office, 2, units_text="司法居", due_text="汛期前")
    shown = sent_back(office, "csv")
    changed = office.get("/checklists/1/register", format="csv").content.replace("司法居".encode(), "财政居".encode())
    data = {"jurisdiction": COUNTY}
    other = office.request("POST", "/registers/imports", files={"file": ("改.csv", changed)}, data=data).json()

    assert (shown["questions"], shown_of(shown)) == ([], NO_CHANGES)
    assert [(one["kind"], one["text"]) for one in other["questions"] if one["blocks"]] == [
        ("unread_units", "财政居"),
        ("unread_day", "汛期前"),
    ]


def test_what_somebody_wrote_into_an_export_is_the_only_change(county: County, office: Api) -> None:
    written(county, office, 1, summary="")
    file = office.get("/checklists/1/register", format="csv").content.decode("utf-8-sig")
    before = county.task(2)["requirement"]
    changed = file.replace(before[:10], "另行" + before[:10], 1)
    data = {"jurisdiction": COUNTY}
    shown = office.request("POST", "/registers/imports", files={"file": ("改.csv", changed.encode())}, data=data).json()

    assert [(one["kind"], one["number"]) for one in shown["changes"]] == [("changed", None)]
    assert shown["changes"][0]["requirement"] == {"old": before, "new": "另行" + before}


@pytest.mark.parametrize("form", FORMS)
def test_a_working_register_changes_nothing(county: County, office: Api, form: str) -> None:
    shown = sent_back(office, form, "working-register")

    assert shown_of(shown) == NO_CHANGES
    assert shown["edition_of"] == 1
    assert any("working register" in note for note in shown["notes"])


def test_an_export_that_is_committed_leaves_the_register_as_it_was(county: County, office: Api) -> None:
    before = office.get("/checklists/1/register", format="json").content
    commit(office, sent_back(office, "xlsx"))
    commit(office, sent_back(office, "csv", "working-register"))

    assert office.get("/checklists/1/register", format="json").content == before
