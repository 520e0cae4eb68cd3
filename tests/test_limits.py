"""What is too large, or cannot be stored, is refused in the one shape."""

from collections.abc import Iterator

import pytest

from tests.conftest import County


def test_a_large_body_is_refused_by_its_announced_length(county: County) -> None:
    answer = county.as_role("coordinator").post("/checklists", {"title": "长" * 1_000_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_large_body_of_unknown_length_is_refused_while_it_arrives(county: County) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(200):
            yield b"a" * 10_000

    headers = {"Content-Type": "application/json"}
    answer = county.as_role("coordinator").request("POST", "/checklists", content=chunks(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/tasks?q=%00", "/units?q=%00", "/tasks?limit=201", "/overdue?as_of=2023-13-01"])
def test_a_filter_that_cannot_be_used_is_refused(county: County, path: str) -> None:
    answer = county.as_role("auditor").request("GET", path)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_name_with_a_reversed_direction_is_refused(county: County) -> None:
    answer = county.as_role("coordinator").post("/units/1/aliases", {"name": "司法\u202e局"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
