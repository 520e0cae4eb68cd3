"""The verification of one chain: each entry's hashes and order, and the digests of its rows before it."""

from collections.abc import Mapping, Set
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from app.journal.before import salted
from app.journal.models import GENESIS
from app.journal.recorder import UNLINKED
from app.journal.rows import (
    REDACTED,
    Journaled,
    RowKey,
    canonical,
    column_names,
    digest,
    journaled_tables,
    key_of,
    own_columns,
    table_of,
)

_UNLINKED = "what it said of its rows before is gone, and no later entry says that it was redacted"
Images = dict[str, dict[Any, str]]  # table → id → digest of the last image


class Head(NamedTuple):
    """The last entry of a stream at some moment."""

    seq: int
    hash: str


class Fault(NamedTuple):
    """One fault: where, and what."""

    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


class Walk:
    """One stream, entry by entry. After the first fault in the chain it only counts entries."""

    def __init__(self, stream: str, since: Head, former: Images | None) -> None:
        """Args:
        since: the entry that is trusted with all before it, the first to be shown to `step`; entry 0 trusts none.
        former: last images in the stream from which this one was divided; those of rows that moved are taken out.
            None if a part of it was trusted.
        """
        self.stream, self.since, self._former = stream, since, former
        self._knows_all = not since.seq and former is not None
        self.seq, self.hash, self.at = 0, GENESIS, ""
        self.jurisdiction: str | None = None  # of the first entry: it never changes
        self.images: Images = {}
        # table → id → column → the moment that a column of `journal_moments` has to have; none where it has to be null
        self.moments: dict[str, dict[Any, dict[str, str]]] = {}
        self._last_values: dict[RowKey, tuple[Any, ...]] = {}  # the last values of a row's columns
        self._dated: set[tuple[str, Any, str]] = set()
        self.faults: list[Fault] = []
        self.breaks: list[Fault] = []  # changes outside the journal, which a later entry shows
        self.redacted: list[str] = []
        self._unexplained: dict[int, Fault] = {}  # payloads that are gone, until an entry says that they were redacted
        self._unlinked: dict[int, Fault] = {}  # the same for what stood beside them of the images before

    def step(self, entry: Any) -> None:
        if entry.seq == self.since.seq:
            self._begin(entry)
            return
        place = f"{self.stream} entry {entry.seq}"
        if not self.faults:
            fault = self._chain_fault(entry)
            if fault:
                self.faults.append(Fault(place, fault))
        self.seq, self.hash = entry.seq, entry.hash
        if not self.faults:
            self._explain(envelope := orjson.loads(entry.envelope))
            self._check_jurisdiction(envelope.get("jurisdiction", ""))
            if entry.images_before is None and "images_before_hash" in envelope:
                self._unlinked[entry.seq] = Fault(
                    place, "what it said of its rows before is gone, and no later entry says why"
                )
        if entry.payload is None:
            self._last_values.clear()  # whatever it changed
            self._unexplained[entry.seq] = Fault(
                place, "its payload is gone, and no later entry says that it was redacted"
            )
            return
        if self.faults:
            return  # what follows a break proves nothing
        try:
            self._read_payload(orjson.loads(entry.payload), envelope, orjson.loads(entry.images_before or "null"))
        except (ValueError, TypeError, KeyError, AttributeError):
            self.faults.append(Fault(place, "its payload does not have a payload's members"))

    def _begin(self, entry: Any) -> None:
        """Begin with an entry that is trusted."""
        envelope = orjson.loads(entry.envelope) if digest(entry.envelope) == entry.hash == self.since.hash else {}
        self.seq, self.hash, self.at = entry.seq, self.since.hash, envelope.get("at", "")
        self.jurisdiction = envelope.get("jurisdiction")
        if not envelope:
            self.faults.append(Fault(f"{self.stream} entry {entry.seq}", "it is not the entry whose hash was stored"))

    def _chain_fault(self, entry: Any) -> str | None:
        if entry.seq != self.seq + 1:
            return f"entry {self.seq + 1} is missing"
        if digest(entry.envelope) != entry.hash:
            return "its envelope is not the one that was hashed"
        try:
            envelope = orjson.loads(entry.envelope)
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
        self.at = at
        if entry.payload is not None and digest((entry.salt or "") + entry.payload) != payload_hash:
            return "its payload is not the one that was hashed"
        if entry.images_before is not None and digest(entry.images_before) != envelope.get("images_before_hash"):
            return "what it says of its rows before is not what was hashed"
        return None

    def _explain(self, envelope: dict[str, Any]) -> None:
        """Read a redaction from its envelope, which stays when its own payload is redacted too."""
        _, _, seq = str(envelope.get("subject")).partition(":")
        if envelope.get("verb") in (REDACTED, UNLINKED) and seq.isdecimal():
            self._unlinked.pop(int(seq), None)
        if envelope.get("verb") == REDACTED and seq.isdecimal() and self._unexplained.pop(int(seq), None):
            self.redacted.append(f"{self.stream} entry {seq}")

    def _check_jurisdiction(self, jurisdiction: str) -> None:
        if self.jurisdiction is None:
            self.jurisdiction = jurisdiction
        elif jurisdiction != self.jurisdiction:
            detail = (
                f"it was begun for jurisdiction {self.jurisdiction!r}, and entry {self.seq} is for {jurisdiction!r}"
            )
            self.breaks.append(Fault(self.stream, detail))

    def _read_payload(self, payload: dict[str, Any], envelope: dict[str, Any], before: dict[str, Any] | None) -> None:
        dated, at = _dated_tables(), envelope.get("clock", envelope["at"])
        for place in payload["facts"].get("disagreed", ()):
            self.breaks.append(Fault(place, self._changed()))
        for table, images in payload["rows"].items():
            for key, one in {key_of(table, one): one for one in images}.items():  # a row may stand twice in an entry
                if before is not None and (detail := self._break(key, before)):
                    self.breaks.append(Fault(str(key), detail))
                self.images.setdefault(table, {})[key.identity] = digest(canonical(one))
                self._check_columns(key, one, envelope)
                for name, dates in dated.get(table, {}).items():
                    self._date(key, name, one[dates], at)

    def _break(self, key: RowKey, before: dict[str, Any]) -> str | None:
        """The difference between a row's last image and the digest that the next entry has of it."""
        moved = (self._former or {}).get(key.table, {}).pop(key.identity, None)
        recorded = self.images.get(key.table, {}).get(key.identity, moved)
        said = before["rows"].get(key.table, {}).get(str(key.identity))
        if recorded is None and said is not None and self._knows_all:
            return f"the row was not in its journal {self.stream} before entry {self.seq}"
        if recorded is not None and said != salted(before["salt"], recorded):
            return self._changed()
        return None

    def _changed(self) -> str:
        return f"the row was changed outside its journal {self.stream} before entry {self.seq}"

    def _check_columns(self, key: RowKey, one: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Find the columns that an entry changed and its verb does not change. An older version's entry has no digests;
        there, the columns that no verb changes."""
        model, verb = _tables()[key.table], envelope["verb"]
        names = column_names(model)
        now = tuple(map(one.get, names))
        before = self._last_values.get(key, now)
        self._last_values[key] = now
        if now != before:
            changed = {name for name, old, new in zip(names, before, now, strict=True) if old != new}
            is_older = "images_before_hash" not in envelope and verb != REDACTED
            for name in sorted(changed - (_changing(model) if is_older else own_columns(model, verb))):
                self.breaks.append(Fault(str(key), f"entry {self.seq} changed its {name}, which {verb} does not"))

    def _date(self, key: RowKey, name: str, moment: str | None, at: str) -> None:
        """Store the moment at which the value that a column dates was first recorded."""
        if moment is None or (*key, name) in self._dated:
            return
        self._dated.add((*key, name))
        if moment != at:
            self.moments.setdefault(key.table, {}).setdefault(key.identity, {})[name] = at

    def finish(self, head: Any) -> None:
        """Compare the stream's own row with its last entry."""
        if self.seq < self.since.seq:
            self.faults.append(Fault(self.stream, f"entry {self.since.seq} is gone: its tail was cut"))
        self.faults.extend([*self._unexplained.values(), *self._unlinked.values()])
        if self.faults:
            return
        if (head.head_seq, head.head_hash) != (self.seq, self.hash):
            self.faults.append(Fault(self.stream, f"its head says entry {head.head_seq}, its last entry is {self.seq}"))
        elif self.at and head.head_at != datetime.fromisoformat(self.at):
            self.faults.append(Fault(self.stream, "its head has another moment than its last entry"))
        elif self.at and head.jurisdiction_code != self.jurisdiction:
            self.faults.append(Fault(self.stream, f"it was recorded for jurisdiction {self.jurisdiction!r}"))


@cache
def _tables() -> dict[str, type[Journaled]]:
    return {table_of(model).name: model for model in journaled_tables()}


@cache
def _changing(model: type[Journaled]) -> Set[str]:
    """The columns that any verb changes."""
    return frozenset(own_columns(model, REDACTED)).union(*model.journal_changes.values())


def _dated_tables() -> dict[str, Mapping[str, str]]:
    return {name: model.journal_moments for name, model in _tables().items() if model.journal_moments}
