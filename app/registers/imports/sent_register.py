"""The uploaded file of an import, as read."""

import hashlib
from typing import NamedTuple

from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.files.reading import RegisterReading
from app.registers.imports.reading_schemas import SentPage


class SentRegister(NamedTuple):
    name: str
    sha256: str
    readings: list[RegisterReading]


class PageAsRead(NamedTuple):
    jurisdiction: str | None
    register: RegisterReading


def read_sent_page(sent: SentPage) -> PageAsRead:
    """Raises:
    UnreadableRegister.
    """
    from app.registers.files.reader import read_register

    register = read_register(sent.page, sent.form, charset=sent.charset, given=sent.given)
    return PageAsRead(sent.jurisdiction, register)


def read_sent(data: bytes, name: str, soffice: str = "", given: Given = NOTHING_GIVEN) -> SentRegister:
    """Raises:
    UnreadableRegister.
    """
    from app.registers.files.reader import read_register_file

    readings = read_register_file(data, name, soffice, given)
    return SentRegister(name, hashlib.sha256(data).hexdigest(), readings)
