"""The keys of tests are what the office's keys are."""

from typing import Any

from sqlmodel import col, select

from app import clock
from app.access.actions import create_key
from app.access.actors import OPERATOR
from app.access.models import ActorRole, ApiKey, ApiKeyUnit
from app.access.schemas import KeyCreate
from app.journal.models import JournalEntry
from app.journal.recorder import opened
from app.journal.verification import verify
from tests.conftest import COUNTY, County


def test_a_key_of_tests_is_to_the_letter_what_create_key_makes(county: County) -> None:
    units = [county.units["城关镇"], county.units["司法局"]]
    wanted = KeyCreate(name="城关镇", role=ActorRole.REPORTER, jurisdiction=COUNTY, units=units)
    county.as_unit("城关镇", "司法局")
    with county.database.session(writes=True) as session:
        create_key(session, wanted, by=OPERATOR, at=clock.now())
    with county.database.session(writes=False) as session:
        keys = session.exec(select(ApiKey).order_by(col(ApiKey.id))).all()
        links = [session.exec(select(ApiKeyUnit.unit_id).where(ApiKeyUnit.key_id == key.id)).all() for key in keys]
        entries = session.exec(select(JournalEntry).where(JournalEntry.stream == "access")).all()
        faults = verify(session).faults

    own: set[str] = {"id", "prefix", "secret_hash"}
    quick, ours = (key.model_dump(exclude=own) for key in keys)
    assert quick == ours
    assert links == [units, units]
    assert [told(entry) for entry in entries] == [told(entries[1])] * 2
    assert not faults


def told(entry: JournalEntry) -> dict[str, Any]:
    """What is the same for whatever key."""
    envelope = opened(entry)
    return {name: envelope[name] for name in ("stream", "jurisdiction", "at", "who", "verb")}
