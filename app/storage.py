"""Files beside the database, each named by the SHA-256 of its content."""

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

from fastapi import Depends

from app.config import SettingsDep
from app.errors import FileDamaged, StorageUnavailable
from app.languages.messages import say

log = logging.getLogger(__name__)
PIECE = 1024 * 1024


class Storage:
    """Keeps contents by their SHA-256: `folder/ab/cd/abcd…`. The same content lies there once, whoever sends it.

    Nothing is known here of names, types or owners, so that a library for S3 can take this place.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def keep(self, content: bytes) -> str:
        """Keep a content for good, and answer its SHA-256 in hexadecimal: on the disk when this returns, and whole.

        Raises:
            StorageUnavailable: the folder cannot be written, or the disk is full.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if self.holds(sha256):
            return sha256
        place = self._place(sha256)
        try:
            for folder in (self.folder, place.parent.parent, place.parent):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    _sync(folder.parent)
            with NamedTemporaryFile(dir=self.folder, prefix="arriving-", delete=False) as arriving:
                try:
                    arriving.write(content)
                    arriving.flush()
                    os.fsync(arriving.fileno())
                    os.replace(arriving.name, place)
                except OSError:
                    with suppress(OSError):
                        os.unlink(arriving.name)
                    raise
            _sync(place.parent)
        except OSError as broken:
            log.error("storage: %s", broken)
            raise StorageUnavailable() from broken
        return sha256

    def read(self, sha256: str) -> bytes:
        """The content that has this hash, and no other.

        Raises:
            FileDamaged: it is missing, cannot be read, or is not what was kept.
        """
        try:
            content = self._place(sha256).read_bytes()
        except OSError as broken:
            log.error("storage: %s", broken)
            raise FileDamaged(
                say("the stored file is missing; the office has to restore it from its backup")
            ) from broken
        if hashlib.sha256(content).hexdigest() != sha256:
            log.error("storage: %s was altered", sha256)
            raise FileDamaged(
                say("the stored file is not the one that was sent; the office has to restore it from its backup")
            )
        return content

    def holds(self, sha256: str) -> bool:
        """Whether the content lies there, whole and unaltered."""
        seen = hashlib.sha256()
        try:
            with self._place(sha256).open("rb") as file:
                while piece := file.read(PIECE):
                    seen.update(piece)
        except OSError:
            return False
        return seen.hexdigest() == sha256

    def forget(self, sha256: str) -> None:
        """Erase a content. Erasing what is not there changes nothing.

        Raises:
            StorageUnavailable: the folder cannot be written.
        """
        try:
            self._place(sha256).unlink(missing_ok=True)
        except OSError as broken:
            log.error("storage: %s", broken)
            raise StorageUnavailable() from broken

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256


def _sync(folder: Path) -> None:
    """A new name is safe from a power cut only when its folder was written too."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _storage(settings: SettingsDep) -> Storage:
    return Storage(settings.storage)


StorageDep = Annotated[Storage, Depends(_storage)]
