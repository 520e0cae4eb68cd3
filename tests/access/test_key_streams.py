"""Keys of another county are in nobody's sight, and no business of what is answered here."""

from typing import Any

import pytest
from sqlalchemy import column, literal, select, text
from sqlmodel import Session
from sqlmodel import select as of

from app import clock
from app.access.models import ApiKey, ApiKeyUnit, access_name, access_of
from app.database.bulk import NEW_ROWS
from app.database.engine import Database
from app.journal.recorder import StreamRef, lock, record
from app.operations.upgrading import follow_upgrade
from tests.access.test_permissions import NEIGHBOUR
from tests.conftest import COUNTY, County
from tests.journal.test_verification import faults, tamper

OLD = StreamRef("access", "")


@pytest.mark.parametrize("code", ["", "34", "341522"])
def test_the_name_of_a_stream_is_the_same_in_sql(database: Database, code: str) -> None:
    name = select(access_name(column("code"))).select_from(select(literal(code).label("code")).subquery())
    with database.engine.connect() as connection:
        assert connection.execute(name).scalar_one() == access_of(code).name


def test_an_auditor_reads_of_the_keys_in_scope_and_of_no_others(county: County) -> None:
    county.as_role("coordinator", NEIGHBOUR)
    own, whole = county.as_role("auditor"), county.as_role("auditor", "")
    streams = {one["name"] for one in own.all("/journal")}
    others = {path: own.get(path).status_code for path in ("/journal/access", f"/journal/access:{NEIGHBOUR}")}

    assert {name for name in streams if name.startswith("access")} == {f"access:{COUNTY}"}
    assert own.get(f"/journal/access:{COUNTY}").status_code == 200
    assert set(others.values()) == {404}
    assert {whole.get(path).status_code for path in others} == {200}
    assert faults(county) == []


def test_a_key_of_another_county_leaves_cached_answers_as_they_are(county: County) -> None:
    unit = county.as_unit("城关镇")
    first = unit.get("/tasks").headers["etag"]
    county.as_role("coordinator", NEIGHBOUR)
    after_another = unit.get("/tasks").headers["etag"]
    county.another(unit)
    after_own = unit.get("/tasks").headers["etag"]

    assert after_another == first
    assert after_own != first


def test_a_revoked_key_is_refused_at_once_in_its_own_county(county: County) -> None:
    office = county.another(county.as_role("coordinator"))
    found = office.get("/tasks").status_code
    county.as_role("admin").delete(f"/keys/{county.key_id(office)}")

    assert (found, office.get("/tasks").status_code) == (200, 401)


def as_an_older_version_left_it(session: Session) -> None:
    """With the keys of all jurisdictions in one stream."""
    session.execute(text("DELETE FROM journal_entry WHERE stream LIKE 'access%'"))
    session.execute(text("DELETE FROM journal_stream WHERE name LIKE 'access%'"))
    for key in session.exec(of(ApiKey)).all():
        moment = lock(session, clock.now(), OLD)
        units = session.exec(of(ApiKeyUnit).where(ApiKeyUnit.key_id == key.id)).all()
        made: list[Any] = [key, *units]
        new = {(row.__tablename__, row.id) for row in made}
        session.info[NEW_ROWS] = new
        subject = f"key:{key.id}"
        record(session, OLD, by="cli", verb="key.created", subject=subject, at=moment, rows=[key, *units])


def test_keys_move_into_the_streams_of_their_counties_once(county: County) -> None:
    county.as_role("auditor", "")
    with county.database.session(writes=True) as session:
        as_an_older_version_left_it(session)
    for _ in range(2):
        with county.database.session(writes=True) as session:
            follow_upgrade(session, soon=7, at=clock.now())
    entries = county.as_role("auditor", "").all(f"/journal/access:{COUNTY}", limit=200)

    assert {one["verb"] for one in entries} == {"key.moved"}
    assert len(entries) == len({one["subject"] for one in entries}) == len(county.keys) - 1
    assert faults(county) == []


def test_a_key_that_was_raised_before_it_moved_still_shows(county: County) -> None:
    with county.database.session(writes=True) as session:
        as_an_older_version_left_it(session)
    tamper(county, "UPDATE api_key SET role = 'admin' WHERE id = 1")
    with county.database.session(writes=True) as session:
        follow_upgrade(session, soon=7, at=clock.now())

    assert faults(county) == ["api_key 1: the row was changed outside its journal access:341522 before entry 1"]


def test_a_key_that_was_taken_away_before_the_others_moved_is_missed(county: County) -> None:
    key = county.key_id(county.another(county.as_role("coordinator")))
    with county.database.session(writes=True) as session:
        as_an_older_version_left_it(session)
        session.execute(text("DELETE FROM api_key WHERE id = :key"), {"key": key})
        session.expire_all()
        follow_upgrade(session, soon=7, at=clock.now())

    assert faults(county) == [f"api_key {key}: the row that the journal access has is missing"]
