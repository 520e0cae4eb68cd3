"""The id of a request, by which the log and every answer name it."""

import secrets
from itertools import count

HEADER = b"x-request-id"
_of_this_process, _numbers = secrets.token_hex(8), count()


def request_id_of(given: bytes | None) -> str:
    """The id that came in, if it is a plain short token; else a new one."""
    text = "" if given is None else given.decode("latin-1")
    is_plain = 0 < len(text) <= 64 and text.isascii() and all(c.isalnum() or c in "-_." for c in text)
    # as unlike any other as a random one, without asking the system for chance each time
    return text if is_plain else f"{_of_this_process}{next(_numbers):016x}"
