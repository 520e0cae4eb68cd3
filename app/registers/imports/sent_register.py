"""A file that somebody sent, as read."""

import hashlib
from typing import NamedTuple

from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.files.reading import RegisterReading


class SentRegister(NamedTuple):
    name: str
    sha256: str
    readings: list[RegisterReading]


def read_sent(data: bytes, name: str, soffice: str = "", given: Given = NOTHING_GIVEN) -> SentRegister:
    """Raises:
    UnreadableRegister.
    """
    from app.registers.files.reader import read_register_file

    readings = read_register_file(data, name, soffice, given)
    return SentRegister(name, hashlib.sha256(data).hexdigest(), readings)
