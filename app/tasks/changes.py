"""Which tasks were changed since a checklist's stream stood at an earlier head, as the journal tells it."""

import re
from functools import lru_cache

import orjson
from sqlalchemy import Connection, Dialect, Integer, String, select
from sqlmodel import col

from app.database.columns import BigId
from app.database.prepared import Prepared, value
from app.journal.models import JournalEntry
from app.obligations.models import Obligation
from app.tasks.shapes import among, ids_for

MOST_ENTRIES = 50  # more are not looked through: to make all tasks anew is then no dearer
OBLIGATION = re.compile(r"obligation:(\d+)")


def changed_tasks(connection: Connection, head: str) -> frozenset[int] | None:
    """The tasks that were changed since, or None if that may be all of the checklist's. What is recorded of one
    obligation changes one task; anything else may change any.

    Args:
        head: where the stream stood, as `checklist_head_column` reads it.
    """
    stream, seq, digest = head.split(" ")
    since, in_tasks = _statements(connection.dialect)
    rows = since.run(connection, stream=stream, seq=int(seq), most=MOST_ENTRIES + 2)
    first, entries = rows[:1], rows[1:]
    if len(entries) > MOST_ENTRIES or [row[:2] for row in first] != [(int(seq), digest)]:
        return None  # or the stream went another way since: the database was taken back to a backup
    subjects = [OBLIGATION.fullmatch(orjson.loads(envelope)["subject"]) for _, _, envelope in entries]
    ids = [int(found[1]) for found in subjects if found]
    if len(ids) < len(subjects):
        return None
    return frozenset(task_id for (task_id,) in in_tasks.run(connection, ids=ids_for(connection.dialect, ids)))


@lru_cache(8)
def _statements(dialect: Dialect) -> tuple[Prepared, Prepared]:
    since = (
        select(col(JournalEntry.seq), col(JournalEntry.hash), col(JournalEntry.envelope))
        .where(col(JournalEntry.stream) == value("stream", String()), col(JournalEntry.seq) >= value("seq", BigId))
        .order_by(col(JournalEntry.seq))
        .limit(value("most", Integer()))
    )
    in_tasks = select(col(Obligation.task_id)).where(among(col(Obligation.id), dialect))
    return Prepared(since, dialect), Prepared(in_tasks, dialect)
