"""From the bytes of a file, or of a request, to a reading of the register in it."""

import re
from dataclasses import replace
from typing import Literal

from app.errors import UnreadableRegister
from app.languages.messages import alternatives, say
from app.registers.html_encoding import decode_page, is_another_encoding
from app.registers.html_reader import read_html
from app.registers.page_reader import read_page
from app.registers.register_reading import RegisterReading, UnreadablePage

Form = Literal["html", "text"]

_ENCODINGS = alternatives(("UTF-8", "GB18030"))
_HTML = re.compile(r"<(?:!doctype\s+html|html|table)\b", re.IGNORECASE)


def read_register(page: bytes | str, form: Form | None = None, *, charset: str | None = None) -> RegisterReading:
    """Read a register's page: its HTML, or its text; which of the two it is shows itself where nobody says.

    `charset`: in which encoding the bytes are said to be; without it that shows itself too.

    Raises:
        UnreadableRegister: saying where, what was expected and what was found.
    """
    text, notes = (page, ()) if isinstance(page, str) else decode_page(page, charset)
    form = form or ("html" if _HTML.search(text) else "text")
    if "\ufffd" in text and is_another_encoding(text) and (charset or form == "text"):
        raise UnreadableRegister(
            say("the page is no text in {charset}; save it in UTF-8 and try again", charset=charset or _ENCODINGS)
        )
    if "\x00" in text and form == "text":
        raise UnreadableRegister(say("the page holds NUL characters, so it is no text; save it as text and try again"))
    try:
        reading = read_html(text) if form == "html" else read_page(text)
    except UnreadablePage as broken:
        raise UnreadableRegister(broken.message) from broken
    return replace(reading, notes=(*notes, *reading.notes))
