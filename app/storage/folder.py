"""The place for contents in a folder: `folder/ab/cd/abcd…`."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from app.storage.place import NAME, path_of

PIECE = 1024 * 1024


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Write a content: it is on the disk when this returns."""
        place = self.folder / path_of(name)
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

    def pieces(self, name: str) -> Iterator[bytes]:
        with (self.folder / path_of(name)).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def erase(self, name: str) -> None:
        (self.folder / path_of(name)).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            if NAME.fullmatch(path.name):
                yield path.name


def _sync(folder: Path) -> None:
    """Write a folder to the disk: only then is a new name in it safe from a power cut."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
