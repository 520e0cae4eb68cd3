"""The id of a request, in the log and in every response."""

import re
import secrets
from itertools import count

HEADER = b"x-request-id"
SHORT = re.compile(rb"[0-9A-Za-z._-]{1,64}")
_of_this_process, _numbers = secrets.token_hex(8), count()


def request_id_of(given: bytes | None) -> str:
    """The id that came in, if it is a short token; else a new one."""
    if given is not None and SHORT.fullmatch(given):
        return given.decode()
    # as unique as a random one, without reading the system's random source each time
    return f"{_of_this_process}{next(_numbers):016x}"
