"""The verification of one chain: each entry's hashes and order, and the digests of its rows before it."""

from collections.abc import Mapping, Set
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from app.journal.before import salted
from app.journal.last_images import LastImage, LastImages
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

    def __init__(self, stream: str, since: Head, undivided: "Walk | None") -> None:
        """Args:
        since: the entry that is trusted with all before it, the first to be shown to `step`; entry 0 trusts none.
        undivided: of the stream from which this one was divided: images of rows that moved are taken out of it.
        """
        self.stream, self.since = stream, since
        is_whole = undivided is None or not undivided.since.seq
        self._former: LastImages | None = undivided.images if undivided is not None and is_whole else None
        self._knows_all = not since.seq and is_whole
        self.seq, self.hash, self.at = 0, GENESIS, ""
        self.jurisdiction: str | None = None  # of the first entry: it never changes
        self.images: LastImages = LastImages()
        self.rows = 0
        self._gone = 0  # the last entry whose payload is gone, whatever it changed
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
            self._gone = entry.seq
            self._unexplained[entry.seq] = Fault(
                place, "its payload is gone, and no later entry says that it was redacted"
            )
            return
        if self.faults:
            return  # what follows a break proves nothing
        try:
            self._read_payload(orjson.loads(entry.payload), envelope, orjson.loads(entry.images_before or "null"))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
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
                last = self.images.get(key)
                if before is not None and (detail := self._break(key, before, last)):
                    self.breaks.append(Fault(str(key), detail))
                text, moments = canonical(one), dict(last.moments) if last else {}
                for name, dates in dated.get(table, {}).items():
                    if one[dates] is not None:  # its first value is dated
                        moments.setdefault(name, at if one[dates] != at else None)
                self.images.put(key, LastImage(self.seq, text, moments))
                self.rows += last is None
                if last and last.text != text and last.seq > self._gone:
                    self._check_columns(key, orjson.loads(last.text), one, envelope)

    def _break(self, key: RowKey, before: dict[str, Any], last: LastImage | None) -> str | None:
        """The difference between a row's last image and the digest that the next entry has of it."""
        moved = self._former.pop(key) if self._former else None
        recorded = last or moved
        said = before["rows"].get(key.table, {}).get(str(key.identity))
        if recorded is None and said is not None and self._knows_all:
            return f"the row was not in its journal {self.stream} before entry {self.seq}"
        if recorded is not None and said != salted(before["salt"], digest(recorded.text)):
            return self._changed()
        return None

    def _changed(self) -> str:
        return f"the row was changed outside its journal {self.stream} before entry {self.seq}"

    def _check_columns(self, key: RowKey, last: dict[str, Any], one: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Find the columns that an entry changed and its verb does not change. An older version's entry has no digests;
        there, the columns that no verb changes."""
        model, verb = _tables()[key.table], envelope["verb"]
        changed = {name for name in column_names(model) if last.get(name) != one.get(name)}
        is_older = "images_before_hash" not in envelope and verb != REDACTED
        for name in sorted(changed - (_changing(model) if is_older else own_columns(model, verb))):
            self.breaks.append(Fault(str(key), f"entry {self.seq} changed its {name}, which {verb} does not"))

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
