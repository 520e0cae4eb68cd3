"""The last images of rows that a walk of a stream has."""

import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from app.journal.models import GENESIS, JournalStream
from app.journal.recorder import Change, chain
from app.journal.walking import Head, Walk
from app.units.models import Unit, UnitKind

AT = datetime(2026, 11, 29, tzinfo=UTC)
ROWS, IN_ENTRY, IMAGE = 1200, 100, 300  # IMAGE: bytes of a row


def head_of() -> JournalStream:
    return JournalStream(name="directory:341522", jurisdiction_code="341522", head_seq=0, head_hash=GENESIS)


def entry(head: JournalStream, ids: Iterable[Any]) -> SimpleNamespace:
    named: dict[str, Any] = {
        "jurisdiction_code": "341522",
        "name": "镇" * 60,
        "kind": UnitKind.TOWNSHIP,
        "created_at": AT,
    }
    units = [Unit(id=identity, **named) for identity in ids]
    return SimpleNamespace(**chain(head, Change("unit.imported", "units", units), by="cli", at=AT))


def test_a_walk_has_little_of_a_long_stream_in_memory() -> None:
    head = head_of()
    walk = Walk(head.name, Head(0, ""), None)
    tracemalloc.start()
    for start in range(0, ROWS, IN_ENTRY):
        walk.step(entry(head, range(start, start + IN_ENTRY)))
        if not start:
            first, _ = tracemalloc.get_traced_memory()
    last, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    walk.images.close()

    assert (walk.faults, walk.breaks, walk.rows) == ([], [], ROWS)
    assert last - first < ROWS * IMAGE / 5


def test_a_row_without_a_number_or_a_code_is_a_fault_of_its_entry() -> None:
    for identity in (None, 1.5, 2**63, [1]):
        head = head_of()
        walk = Walk(head.name, Head(0, ""), None)
        walk.step(entry(head, [identity]))
        walk.images.close()

        assert [fault.place for fault in walk.faults] == [f"{head.name} entry 1"]
