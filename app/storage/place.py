"""The protocol of places that store contents, and the names of contents there."""

import re
from collections.abc import Iterator
from typing import Protocol

NAME = re.compile(r"[0-9a-f]{64}")


class Unreachable(OSError):
    """The place does not answer, so it is unknown whether a content is there."""


class Place(Protocol):
    """A place that stores contents by name. Every method raises OSError if it fails: Unreachable if the place
    itself does, FileNotFoundError if the content does not exist."""

    def write(self, name: str, content: bytes) -> None:
        """Write a content, whole or not at all, and for good when this returns."""
        ...

    def pieces(self, name: str) -> Iterator[bytes]: ...

    def erase(self, name: str) -> None:
        """Erasing a missing one changes nothing."""
        ...

    def names(self) -> Iterator[str]: ...


def path_of(name: str) -> str:
    """The path of a content; no folder has more than 256 others."""
    return f"{name[:2]}/{name[2:4]}/{name}"
