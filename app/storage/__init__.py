"""The storage of files beside the database, each named by the SHA-256 of its content."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from app.config import Settings
from app.errors import FileDamaged, StorageUnavailable
from app.languages.messages import say
from app.storage.folder import Folder
from app.storage.place import Place, Unreachable

log = logging.getLogger(__name__)


class Storage:
    """Stores contents by their SHA-256. The same content is stored once.

    It has no names, types or owners.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, content: bytes) -> str:
        """Store a content and return its SHA-256 in hexadecimal. It is stored when this returns.

        Raises:
            StorageUnavailable: the place cannot be reached or written, or is full.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.has(sha256):
            try:
                self._place.write(sha256, content)
            except OSError as broken:
                raise _unavailable(broken) from broken
        return sha256

    def read(self, sha256: str) -> bytes:
        """The content with this hash.

        Raises:
            FileDamaged: it is missing, cannot be read, or is not what was stored. StorageUnavailable.
        """
        try:
            content = b"".join(self._place.pieces(sha256))
        except Unreachable as broken:
            raise _unavailable(broken) from broken
        except OSError as broken:
            _log(broken)
            raise FileDamaged(
                say("the stored file is missing; the office has to restore it from its backup")
            ) from broken
        if hashlib.sha256(content).hexdigest() != sha256:
            log.error("storage: %s was altered", sha256)
            raise FileDamaged(
                say("the stored file is not the one that was sent; the office has to restore it from its backup")
            )
        return content

    def has(self, sha256: str) -> bool:
        """Whether the content is stored, whole and unaltered.

        Raises:
            StorageUnavailable: it is unknown.
        """
        seen = hashlib.sha256()
        try:
            for piece in self._place.pieces(sha256):
                seen.update(piece)
        except Unreachable as broken:
            raise _unavailable(broken) from broken
        except OSError:
            return False
        return seen.hexdigest() == sha256

    def forget(self, sha256: str) -> None:
        """Erase a content. Erasing a missing one changes nothing.

        Raises:
            StorageUnavailable: the place cannot be reached or written.
        """
        try:
            self._place.erase(sha256)
        except OSError as broken:
            raise _unavailable(broken) from broken

    def names(self) -> Iterator[str]:
        """The SHA-256 of every stored content.

        Raises:
            StorageUnavailable.
        """
        try:
            yield from self._place.names()
        except OSError as broken:
            raise _unavailable(broken) from broken


def _unavailable(broken: OSError) -> StorageUnavailable:
    _log(broken)
    return StorageUnavailable()


def _log(broken: OSError) -> None:
    log.error("storage: %s", str(broken).partition("\n")[0])  # libraries add pages of what they did


def storage_at(name: str | Path, seconds: float) -> Storage:
    """The storage in a folder, or in a bucket, `s3://bucket/prefix`.

    Args:
        seconds: how long one request to a bucket's store may take, all its tries together.
    """
    if not str(name).startswith("s3://"):
        return Storage(Folder(Path(name)))
    from app.storage.bucket import Bucket  # obstore: a server whose files lie in a folder does without its 30 MB

    return Storage(Bucket(str(name), seconds))


def storage_of(settings: Settings) -> Storage:
    """A request that sends a file calls its store four times at most: whether it is there and to write it, before the
    rows are locked and with them."""
    return storage_at(settings.storage, settings.request_timeout / 4)


def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


StorageDep = Annotated[Storage, Depends(_storage)]
