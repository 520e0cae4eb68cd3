"""The zip of an Office file, checked for zip bombs before a reader opens it."""

import zlib
from collections.abc import Iterator
from copy import copy
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.languages.messages import say
from app.registers.files.limits import MOST_ENTRIES, MOST_UNPACKED
from app.registers.files.reading import UnreadablePage, beyond

_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_SIZE = say("a file that unpacks to at most {most} MiB", most=MOST_UNPACKED // 1024**2)


class PackedFile:
    """A zip whose entries all unpack, to no more than `MOST_UNPACKED` bytes together.

    Raises `UnreadablePage` where it is cut off, locked by a password, or unpacks to more than it declares.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
            # some programs of Windows write folders with backslashes
            self._entries = {info.filename.replace("\\", "/"): info for info in self._zip.infolist()}
        except (BadZipFile, ValueError, NotImplementedError, UnicodeError) as broken:
            raise damaged() from broken
        self._check()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def with_plain_names(self, data: bytes) -> bytes:
        """The bytes of the zip, packed anew where its names have backslashes: libraries look for the others."""
        if all(name == info.filename for name, info in self._entries.items()):
            return data
        packed = BytesIO()
        with ZipFile(packed, "w") as plain:
            for name in self._entries:
                plain.writestr(name, self.read(name))
        return packed.getvalue()

    def read(self, name: str) -> bytes:
        """An entry's bytes. Raises KeyError."""
        return b"".join(self._chunks(self._entries[name]))

    def _check(self) -> None:
        entries = self._zip.infolist()
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise locked()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise beyond(_SIZE)
        left = MOST_UNPACKED
        for entry in entries:
            size = sum(map(len, self._chunks(entry, left)))
            if size != entry.file_size:
                raise damaged()
            left -= size

    def _chunks(self, entry: ZipInfo, most: int = MOST_UNPACKED) -> Iterator[bytes]:
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        unbelieving = copy(entry)  # zipfile reads no more than is declared, others read on
        if entry.compress_type == ZIP_DEFLATED:
            unbelieving.file_size = most + 1
        try:
            with self._zip.open(unbelieving) as file:
                while chunk := file.read(_CHUNK):
                    most -= len(chunk)
                    if most < 0:
                        raise beyond(_SIZE)
                    yield chunk
        except (BadZipFile, EOFError, ValueError, NotImplementedError, zlib.error, RuntimeError) as broken:
            raise damaged() from broken


def damaged() -> UnreadablePage:
    return UnreadablePage(
        expected=say("a whole file"), found=say("one that is cut off or damaged; save it anew and try again")
    )


def locked() -> UnreadablePage:
    return UnreadablePage(
        expected=say("a file that opens without a password"),
        found=say("one that needs it; save it without a password and try again"),
    )
