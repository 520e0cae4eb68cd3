"""What a row held before a change is that which the database had, whether or not it was read before."""

from app import clock
from app.checklists.models import Checklist
from app.journal.recorder import lock, record
from tests.conftest import County
from tests.journal.test_verification import faults, tamper


def test_a_column_that_is_set_before_it_was_read_is_compared_with_what_was_stored(county: County) -> None:
    tamper(county, "UPDATE checklist SET title = '另一清单' WHERE id = 1")
    for title in ("清单", "重点清单"):
        with county.database.session(writes=True) as session:
            checklist = session.get_one(Checklist, 1)
            stream = checklist.catalogue
            moment = lock(session, clock.now(), stream)
            session.expire(checklist)
            checklist.title = title
            record(session, stream, by="key:1", verb="checklist.changed", subject="1", at=moment, rows=[checklist])

    (fault,) = faults(county)  # the tampering, and neither of the changes
    assert "the row was changed outside its journal catalogue:341522 before entry" in fault
