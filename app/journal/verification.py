"""Walking the chains: is every entry what was written, in its place, and does every row say what its journal says?"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, func, select
from sqlmodel import Session

from app.journal.models import GENESIS, JournalEntry, JournalStream
from app.journal.rows import Journaled, canonical, digest, image_of_values, journaled_tables, plain, table_of

REDACTED = "payload.redacted"


class Fault(NamedTuple):
    """One thing that does not hold: where, and what."""

    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


class Report(NamedTuple):
    """What a verification saw. `faults` is empty when everything holds; `heads` are worth keeping elsewhere."""

    entries: int
    rows: int
    redacted: list[str]
    heads: dict[str, str]
    faults: list[Fault]


def verify(session: Session, known_heads: Mapping[str, str] | None = None) -> Report:
    """Walk all streams, then hold every journaled row against its last image. At most one fault a stream is named for
    its chain (the first), and all for its rows.

    Args:
        known_heads: stream → hash of an entry that was seen earlier. If no entry has it any more, a tail was cut.
    """
    report = Report(0, 0, [], {}, [])
    wanted = dict(known_heads or {})
    for stream in session.execute(select(table_of(JournalStream)).order_by(table_of(JournalStream).c.name)).all():
        walk = _Walk(stream.name)
        for entry in _entries(session, stream.name):
            walk.step(entry)
            if wanted.get(stream.name) == entry.hash:
                del wanted[stream.name]
        walk.finish(stream)
        rows = 0
        for model in journaled_tables():
            if not walk.faults:  # after a break the last images are not known
                report.faults.extend(_compare(session, model, stream.name, walk))
            rows += len(walk.images.get(table_of(model).name, {}))
        report = report._replace(entries=report.entries + walk.seq, rows=report.rows + rows)
        report.faults.extend(walk.faults)
        report.redacted.extend(walk.redacted)
        report.heads[stream.name] = stream.head_hash
    report.faults.extend(_rows_without_stream(session, set(report.heads)))
    report.faults.extend(_entries_without_stream(session))
    for name, wanted_hash in wanted.items():
        report.faults.append(Fault(name, f"no entry has the hash {wanted_hash}: its tail was cut or rewritten"))
    return report


class _Walk:
    """One stream, entry by entry. After the first fault in the chain it only counts on."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.seq, self.hash, self.at, self.jurisdiction = 0, GENESIS, "", ""
        self.images: dict[str, dict[Any, str | None]] = {}  # table → id → digest of the last image
        # table → id → column → the moment that a column of `journal_moments` has to have; none where it has to be null
        self.moments: dict[str, dict[Any, dict[str, str]]] = {}
        self._dated: set[tuple[str, Any, str]] = set()
        self.faults: list[Fault] = []
        self.redacted: list[str] = []
        self._unexplained: dict[int, Fault] = {}  # payloads that are gone, until an entry says that they were redacted

    def step(self, entry: Any) -> None:
        place = f"{self.stream} entry {entry.seq}"
        if not self.faults:
            fault = self._chain_fault(entry)
            if fault:
                self.faults.append(Fault(place, fault))
        self.seq, self.hash = entry.seq, entry.hash
        if not self.faults:
            self._explain(envelope := json.loads(entry.envelope))
        if entry.payload is None:
            self._unexplained[entry.seq] = Fault(
                place, "its payload is gone, and no later entry says that it was redacted"
            )
            return
        if self.faults:
            return  # what follows a break proves nothing
        try:
            self._read_payload(json.loads(entry.payload), envelope["at"])
        except (ValueError, TypeError, KeyError, AttributeError):
            self.faults.append(Fault(place, "its payload does not have a payload's members"))

    def _chain_fault(self, entry: Any) -> str | None:
        if entry.seq != self.seq + 1:
            return f"entry {self.seq + 1} is missing"
        if digest(entry.envelope) != entry.hash:
            return "its envelope is not the one that was hashed"
        try:
            envelope = json.loads(entry.envelope)
            place = (envelope["stream"], envelope["seq"])
            at, prev_hash, payload_hash = (envelope[name] for name in ("at", "prev_hash", "payload_hash"))
            goes_back = bool(self.at) and datetime.fromisoformat(at) < datetime.fromisoformat(self.at)
        except (ValueError, TypeError, KeyError):
            return "its envelope does not have an envelope's members"
        if place != (self.stream, entry.seq):
            return "its envelope belongs to another place"
        if prev_hash != self.hash:
            return "it does not continue the entry before it"
        if goes_back:
            return "it is older than the entry before it"
        self.at, self.jurisdiction = at, envelope.get("jurisdiction", "")
        if entry.payload is not None and digest((entry.salt or "") + entry.payload) != payload_hash:
            return "its payload is not the one that was hashed"
        return None

    def _explain(self, envelope: dict[str, Any]) -> None:
        """Take a redaction from the envelope, which stays when the payload that gives its reason is redacted too."""
        _, _, seq = str(envelope.get("subject")).partition(":")
        if envelope.get("verb") == REDACTED and seq.isdecimal() and self._unexplained.pop(int(seq), None):
            self.redacted.append(f"{self.stream} entry {seq}")

    def _read_payload(self, payload: dict[str, Any], at: str) -> None:
        dated = _dated_tables()
        for table, images in payload["rows"].items():
            for one in images:
                self.images.setdefault(table, {})[_identity(one)] = digest(canonical(one))
                for name, dates in dated.get(table, {}).items():
                    self._date(table, _identity(one), name, one[dates], at)

    def _date(self, table: str, identity: Any, name: str, moment: str | None, at: str) -> None:
        """Take the moment at which what a column dates was recorded first."""
        if moment is None or (table, identity, name) in self._dated:
            return
        self._dated.add((table, identity, name))
        if moment != at:
            self.moments.setdefault(table, {}).setdefault(identity, {})[name] = at

    def finish(self, head: Any) -> None:
        """Hold the stream's own row against its last entry."""
        self.faults.extend(self._unexplained.values())
        if self.faults:
            return
        if (head.head_seq, head.head_hash) != (self.seq, self.hash):
            self.faults.append(Fault(self.stream, f"its head says entry {head.head_seq}, its last entry is {self.seq}"))
        elif self.at and head.head_at != datetime.fromisoformat(self.at):
            self.faults.append(Fault(self.stream, "its head has another moment than its last entry"))
        elif self.at and head.jurisdiction_code != self.jurisdiction:
            self.faults.append(Fault(self.stream, f"it was recorded for jurisdiction {self.jurisdiction!r}"))


def _dated_tables() -> dict[str, Mapping[str, str]]:
    return {table_of(model).name: model.journal_moments for model in journaled_tables() if model.journal_moments}


def _shown(moments: Mapping[str, datetime | None]) -> dict[str, str]:
    """Moments as images have them, without those that are null."""
    return {name: plain(moment) for name, moment in moments.items() if moment is not None}


def _identity(values: Mapping[str, Any]) -> Any:
    return values["id"] if "id" in values else values["code"]


def _entries(session: Session, stream: str) -> Iterator[Any]:
    entry = table_of(JournalEntry)
    query = select(entry).where(entry.c.stream == stream).order_by(entry.c.seq)
    yield from session.execute(query.execution_options(yield_per=500))


def _compare(session: Session, model: type[Journaled], stream: str, walk: _Walk) -> Iterator[Fault]:
    """Rows of one table that belong to one stream, against their last images."""
    kind, _, key = stream.partition(":")
    table = table_of(model)
    images = walk.images.get(table.name, {})
    if kind != model.journal_kind:
        return
    moments, is_whole = walk.moments.get(table.name, {}), not walk.redacted
    query = select(table)
    if model.journal_key:
        query = query.where(table.c[model.journal_key] == _typed(table.c[model.journal_key], key))
    unseen = set(images)
    for row in session.execute(query.execution_options(yield_per=500)).mappings():
        held = dict(row)
        dated = {name: held.pop(name) for name in model.journal_moments}
        now = image_of_values(model, held)
        place = f"{table.name} {_identity(now)}"
        recorded = images.get(_identity(now), "")
        unseen.discard(_identity(now))
        if recorded == "":
            yield Fault(place, f"the row is not in its journal {stream}")
        elif recorded != digest(canonical(now)):
            yield Fault(place, f"the row disagrees with its journal {stream}")
        elif is_whole and _shown(dated) != moments.get(_identity(now), {}):  # a redacted entry may have been the first
            yield Fault(place, f"the row says that it was recorded at another moment than its journal {stream}")
    for identity in sorted(unseen, key=str):
        yield Fault(f"{table.name} {identity}", f"the row that the journal {stream} holds is missing")


def _typed(column: Column[Any], key: str) -> int | str:
    return int(key) if isinstance(column.type, Integer) else key


def _rows_without_stream(session: Session, streams: set[str]) -> Iterator[Fault]:
    for model in journaled_tables():
        table = table_of(model)
        if model.journal_key is None:
            count = session.execute(select(func.count()).select_from(table)).scalar_one()
            if count and model.journal_kind not in streams:
                yield Fault(table.name, f"{count} row(s) whose journal {model.journal_kind} does not exist")
            continue
        for (key,) in session.execute(select(table.c[model.journal_key]).distinct()):
            if f"{model.journal_kind}:{key}" not in streams:
                yield Fault(table.name, f"row(s) whose journal {model.journal_kind}:{key} does not exist")


def _entries_without_stream(session: Session) -> Iterator[Fault]:
    """Only where somebody switched the foreign key off."""
    entry, stream = table_of(JournalEntry), table_of(JournalStream)
    query = select(entry.c.stream).distinct().where(entry.c.stream.not_in(select(stream.c.name)))
    for (name,) in session.execute(query):
        yield Fault(name, "entries without their stream's head")
