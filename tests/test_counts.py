"""`count=true` on every list: how many rows there are in all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app import paging
from tests.conftest import COUNTY, County, FakeClock
from tests.county import enter_subscription
from tests.document import document

# of the first row of everything; the rest of the names are of the county
PLACES = {"stream": "checklist:1"}


def lists() -> Iterator[str]:
    for path, item in document()["paths"].items():
        taken = {one["name"] for one in item.get("get", {}).get("parameters", [])}
        if "cursor" in taken:
            yield path.removeprefix("/api/v1")


def address(county: County, path: str) -> str:
    collective = county.units["各乡镇人民政府"]
    places = PLACES | ({"unit_id": str(collective)} if path.endswith("/members") else {})
    return re.sub(r"{(.*?)}", lambda found: places.get(found[1], "1"), path)


def test_every_list_counts_the_rows_of_all_its_pages(county: County, now: FakeClock) -> None:
    now.set("2024-02-01")
    admin, auditor = county.as_role("admin", ""), county.as_role("auditor")
    assert enter_subscription(admin) == 1
    counted = {}
    for path in lists():
        api: Any = auditor if path.startswith(("/overdue", "/oversight", "/findings")) else admin
        path_of = address(county, path)
        first = api.get(path_of, limit=1, count=True).json()
        rows = api.all(path_of, limit=200)
        counted[path] = first["count"]
        assert (first["count"], first["count_is_exact"]) == (len(rows), True), path

    assert len([path for path, number in counted.items() if number > 1]) > 12, counted


def test_nothing_is_counted_unasked(county: County) -> None:
    shown = county.anonymous().get("/tasks").json()

    assert (shown["count"], shown["count_is_exact"]) == (None, None)


@pytest.mark.parametrize("path", ["/tasks", "/obligations", "/overdue", "/tallies/by-unit", "/units"])
def test_a_long_list_is_counted_so_far(
    county: County, now: FakeClock, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    now.set("2024-02-01")
    monkeypatch.setattr(paging, "MAX_COUNT", 3)

    shown = county.as_role("auditor").get(path, limit=1, count=True).json()

    assert (shown["count"], shown["count_is_exact"]) == (3, False)


def test_a_cursor_goes_on_whether_rows_are_counted_or_not(county: County) -> None:
    api = county.anonymous()
    cursor = api.get("/units", limit=1, count=True).json()["next_cursor"]

    shown = api.get("/units", limit=1, cursor=cursor).json()

    assert shown["items"]
    assert COUNTY in str(shown["items"])
