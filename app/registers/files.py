"""From the bytes of a file to a reading of the register in it."""

import re

from app.errors import UnreadableRegister
from app.languages.messages import say
from app.registers.html_reader import read_html
from app.registers.page_reader import read_page
from app.registers.register_reading import RegisterReading, UnreadablePage

_HTML = re.compile(rb"<(?:!doctype\s+html|html|table)\b", re.IGNORECASE)


def read_register(data: bytes) -> RegisterReading:
    """Read a register's page: its HTML, or its text in UTF-8 (with or without BOM) or GB18030.

    Raises:
        UnreadableRegister: saying where, what was expected and what was found.
    """
    try:
        return read_html(data) if _HTML.search(data) else read_page(decode(data))
    except UnreadablePage as broken:
        raise UnreadableRegister(broken.message) from broken


def decode(data: bytes) -> str:
    """Raises:
    UnreadableRegister: neither UTF-8 nor GB18030, or not text at all.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise UnreadableRegister(
                say("the file holds NUL characters, so it is no text; save the page as text and try again")
            )
        return text
    raise UnreadableRegister(say("the file is neither UTF-8 nor GB18030 text; save the page as text and try again"))
