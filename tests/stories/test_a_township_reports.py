"""It must show, 3: a township reports for itself, and only for itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import County

pytestmark = pytest.mark.long_on_postgresql

DONE = {"state": "completed", "narrative": "已完成,信息已公开。"}


def test_a_completed_report_counts_one_of_thirty(county: County) -> None:
    owed = county.obligation(1, "城关镇")
    posted = county.as_unit("城关镇").post(f"/obligations/{owed['id']}/updates", DONE)

    assert posted.status_code == 201
    task = county.task(1)
    townships = next(unit for unit in task["units"] if unit["name"] == "各乡镇人民政府")
    assert townships["counts"] == {"owed": 30, "completed": 1, "waived": 0}
    assert task["counts"]["completed"] == 1
    assert task["state"] == "in_progress"


def test_another_townships_obligation_is_not_there_for_it(county: County) -> None:
    owed = county.obligation(1, "河口镇")

    assert county.as_unit("城关镇").post(f"/obligations/{owed['id']}/updates", DONE).status_code == 404


def test_two_reports_at_once_complete_it_once(county: County) -> None:
    owed = county.obligation(1, "城关镇")
    api = county.as_unit("城关镇")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: api.post(f"/obligations/{owed['id']}/updates", DONE), range(2)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(api.all(f"/obligations/{owed['id']}/updates")) == 1


def test_a_completed_obligation_takes_no_more_reports(county: County) -> None:
    owed = county.obligation(1, "城关镇")
    api = county.as_unit("城关镇")
    api.post(f"/obligations/{owed['id']}/updates", DONE)
    again = api.post(f"/obligations/{owed['id']}/updates", DONE)

    assert (again.status_code, again.json()["code"]) == (409, "obligation_closed")
