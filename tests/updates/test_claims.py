"""What an update claims is a word of its own, and not a state of an obligation."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.conftest import County

CLAIMS = {"in_progress": "推进中", "completed": "已完成"}


def test_an_update_claims_that_it_is_under_way_or_done_and_nothing_else(county: County) -> None:
    office = county.as_role("coordinator")
    shapes = office.client.get("/openapi.json").json()["components"]["schemas"]
    said = office.request("GET", "/vocabulary", headers={"Accept-Language": "zh"}).json()["claim"]

    for shape in ("StatusUpdateCreate", "StatusUpdatePublic"):
        assert shapes[shape]["properties"]["state"]["$ref"] == "#/components/schemas/Claim"
    assert shapes["Claim"]["enum"] == [*CLAIMS]
    assert {one["value"]: one["label"] for one in said} == CLAIMS


@pytest.mark.parametrize("state", ["not_started", "submitted", "returned", "waived", "suspended"])
def test_the_database_allows_no_other_claim(county: County, state: str) -> None:
    owed = county.obligation(1, "城关镇")
    posted = county.as_unit("城关镇").post(
        f"/obligations/{owed['id']}/updates", {"state": "in_progress", "narrative": "正在办理。"}
    )

    assert posted.status_code == 201
    with pytest.raises(IntegrityError), county.database.engine.begin() as connection:
        connection.execute(text("UPDATE status_update SET state = :state"), {"state": state})
