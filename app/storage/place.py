"""What any place where contents lie can do, and how they are called there."""

import re
from collections.abc import Iterator
from typing import Protocol

NAME = re.compile(r"[0-9a-f]{64}")


class Unreachable(OSError):
    """The place does not answer. Whether a content is there, nobody can tell."""


class Place(Protocol):
    """Where contents lie, each under its name. Every method raises OSError where it fails: Unreachable if the place
    itself does, FileNotFoundError if there is no such content."""

    def write(self, name: str, content: bytes) -> None:
        """Write a content, whole or not at all, and for good when this returns."""
        ...

    def pieces(self, name: str) -> Iterator[bytes]: ...

    def erase(self, name: str) -> None:
        """Erasing what is not there changes nothing."""
        ...

    def names(self) -> Iterator[str]: ...


def path_of(name: str) -> str:
    """Where a content lies: no folder has more than 256 others."""
    return f"{name[:2]}/{name[2:4]}/{name}"
