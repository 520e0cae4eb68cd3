"""The heads of the streams as a text to store elsewhere: it shows what was cut off or rewritten later."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session

from app.journal.models import JournalEntry
from app.journal.rows import table_of
from app.journal.walking import Fault, Head

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SIGNED = "signed ed25519"
UNSIGNED = "unsigned: DUBAN_SIGNING_KEY is not set"


def heads_of(lines: Iterable[str]) -> dict[str, Head]:
    """The heads in a stored text: `STREAM SEQ HASH` on a line each. Other lines are ignored."""
    heads = {}
    for line in lines:
        match line.split():
            case [stream, seq, hash_] if seq.isdecimal() and len(hash_) == 64:
                heads[stream] = Head(int(seq), hash_)
    return heads


def text_of(heads: Mapping[str, Head], at: datetime, signing_key: str | None) -> str:
    """The heads at a moment, signed where there is a key (RFC 8032).

    Args:
        signing_key: 32 bytes as 64 hexadecimal digits.
    """
    lines = [f"{stream} {head.seq} {head.hash}" for stream, head in sorted(heads.items())]
    said = "\n".join(["heads of the journal", f"at {at.astimezone(UTC).isoformat()}", *lines, ""])
    if signing_key is None:
        return f"{said}{UNSIGNED}\n"
    key = _private(signing_key)
    return f"{said}{_SIGNED} {key.public_key().public_bytes_raw().hex()} {key.sign(said.encode()).hex()}\n"


def signature_fault(text: str, signing_key: str | None) -> str | None:
    """What is wrong with a text's signature; None if it is good.

    Args:
        signing_key: that of this installation. Without it the key is the one that the text names.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said, _, last = text.rstrip("\n").rpartition("\n")
    if not last.startswith(f"{_SIGNED} "):
        return "it is not signed"
    try:
        public, signature = (bytes.fromhex(word) for word in last.removeprefix(_SIGNED).split())
        if signing_key is not None and public != _private(signing_key).public_key().public_bytes_raw():
            return "it is signed with another key than DUBAN_SIGNING_KEY"
        Ed25519PublicKey.from_public_bytes(public).verify(signature, f"{said}\n".encode())
    except (ValueError, InvalidSignature):
        return "its signature does not fit what it says"
    return None


def differences(session: Session, stored: Mapping[str, Head]) -> Iterator[Fault]:
    """The streams that are shorter than their stored heads, or different."""
    entry = table_of(JournalEntry)
    for stream, head in stored.items():
        query = select(entry.c.hash).where(entry.c.stream == stream, entry.c.seq == head.seq)
        found = session.execute(query).scalar_one_or_none()
        if found is None:
            yield Fault(stream, f"it is shorter than it was: entry {head.seq} is gone")
        elif found != head.hash:
            yield Fault(stream, f"it is not the one that it was: entry {head.seq} has the hash {found}")


def _private(signing_key: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # with 4 MB; few processes sign

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing_key))
