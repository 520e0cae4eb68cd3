"""A condition that nobody would look at is refused: a change is never made as if it had not been sent."""

from tests.client import Client
from tests.conftest import County
from tests.edge.test_every_route import OPERATIONS, right

UPDATE = {"state": "in_progress", "narrative": "正在推进。"}


def test_if_match_is_refused_on_every_route(client: Client) -> None:
    for method, path in OPERATIONS:
        for tags in ('"1"', 'W/"1"', "*"):
            answer = client.request(method, right(path), headers={"If-Match": tags})

            assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed"), (method, path)


def test_if_none_match_is_refused_on_every_change_and_heard_on_every_read(client: Client) -> None:
    for method, path in OPERATIONS:
        answer = client.request(method, right(path), headers={"If-None-Match": "*"})

        assert (answer.status_code == 412) == (method != "GET"), (method, path)


def test_what_was_sent_with_a_condition_changes_nothing(county: County) -> None:
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    owed, task = county.obligation(1, "城关镇")["id"], county.task(1)
    etag = office.get(f"/tasks/{task['id']}").headers["etag"]
    change = {"revision": task["revision"], "summary": "改"}
    answers = [
        office.request("PATCH", f"/tasks/{task['id']}", json=change, headers={"If-Match": etag}),
        unit.post(f"/obligations/{owed}/updates", UPDATE, headers={"If-Match": '"1"'}),
        unit.post(f"/obligations/{owed}/updates", UPDATE, headers={"If-None-Match": '"1"'}),
    ]

    assert [one.json()["code"] for one in answers] == ["precondition_failed"] * 3
    assert "revision" in answers[0].json()["title"]
    assert (county.task(1), unit.all("/updates")) == (task, [])
