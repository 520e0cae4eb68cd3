"""Whose a key or an account is, by statements made anew. A process makes them once, for its first request."""

from datetime import UTC, datetime

import pytest

from app.access.actors import Account
from app.access.keys import Keys
from app.access.models import ActorRole
from app.errors import PersonUnknown
from tests.conftest import County

AT = datetime(2023, 6, 1, 4, tzinfo=UTC)
ISSUER = "https://sso.huoqiu.gov.cn"


def test_an_account_is_that_of_the_person_who_has_not_ended(county: County) -> None:
    office, units = county.as_role("coordinator"), county.units
    wanted = {"issuer": ISSUER, "subject": "f3a1", "name": "张三", "role": "reporter", "jurisdiction": "341522"}
    former = office.post("/persons", {**wanted, "units": [units["司法局"]]}).json()
    office.delete(f"/persons/{former['id']}")
    current = office.post("/persons", {**wanted, "units": [units["城关镇"], units["河口镇"]]}).json()
    office.post("/persons", {**wanted, "subject": "f3a2", "units": [units["司法局"]], "releases": False})

    with county.database.session(writes=False) as session:
        connection = session.connection()
        keys = Keys(connection.dialect)
        actor = keys.of_account(connection, Account(ISSUER, "f3a1"), AT).caller.actor
        other = keys.of_account(connection, Account(ISSUER, "f3a2"), AT).caller.actor
        for stranger in (Account(ISSUER, "f3a3"), Account("https://sso.example.cn", "f3a1")):
            with pytest.raises(PersonUnknown, match=f"{stranger.subject} of {stranger.issuer}"):
                keys.of_account(connection, stranger, AT)

    assert (actor.person_id, actor.unit_ids, actor.releases) == (
        current["id"],
        frozenset({units["城关镇"], units["河口镇"]}),
        True,
    )
    assert (other.unit_ids, other.releases) == (frozenset({units["司法局"]}), False)


def test_a_key_is_found_with_its_units_and_the_stamp_that_is_asked_for(county: County) -> None:
    county.as_unit("司法局")
    token = county.as_unit("城关镇").key
    assert token is not None

    with county.database.session(writes=False) as session:
        connection = session.connection()
        keys = Keys(connection.dialect)
        alone, ignored, everything, own, elsewhere = [
            keys.find(connection, token, AT, stamped=stamped, within=within)
            for stamped, within in [
                (False, None),
                (False, "checklist:1"),
                (True, None),
                (True, "checklist:1"),
                (True, "checklist:99"),
            ]
        ]
        of_session = keys.of_session(connection, token.split("_")[1], AT, stamped=True, within="checklist:1")
        head = keys.head(connection, alone.caller)

    assert (alone.stamp, ignored.stamp) == ("", "")
    assert everything.stamp == own.stamp != elsewhere.stamp  # there is one checklist
    assert of_session == own
    assert {one.caller for one in (alone, ignored, everything, own, elsewhere)} == {own.caller}
    assert own.caller.access == head is not None
    actor = own.caller.actor
    assert (actor.role, actor.unit_ids, actor.person_id) == (
        ActorRole.REPORTER,
        frozenset({county.units["城关镇"]}),
        None,
    )
