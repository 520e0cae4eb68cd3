"""The id of a request, by which the log and every answer name it."""

import re
import secrets
from itertools import count

HEADER = b"x-request-id"
PLAIN = re.compile(rb"[0-9A-Za-z._-]{1,64}")
_of_this_process, _numbers = secrets.token_hex(8), count()


def request_id_of(given: bytes | None) -> str:
    """The id that came in, if it is a plain short token; else a new one."""
    if given is not None and PLAIN.fullmatch(given):
        return given.decode()
    # as unlike any other as a random one, without asking the system for chance each time
    return f"{_of_this_process}{next(_numbers):016x}"
