"""Where the streams end, as a text that is stored elsewhere: what was cut off or rewritten since then shows."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Head(NamedTuple):
    """The last entry of a stream at some moment."""

    seq: int
    hash: str


def heads_of(lines: Iterable[str]) -> dict[str, Head]:
    """The heads in a stored text: `STREAM SEQ HASH` on a line each. Other lines say other things."""
    heads = {}
    for line in lines:
        match line.split():
            case [stream, seq, hash_] if seq.isdecimal() and len(hash_) == 64:
                heads[stream] = Head(int(seq), hash_)
    return heads


def lines_of(heads: Mapping[str, Head]) -> Iterable[str]:
    return (f"{stream} {head.seq} {head.hash}" for stream, head in sorted(heads.items()))
