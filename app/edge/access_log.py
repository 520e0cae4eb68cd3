"""The log: one JSON object a line on stdout, for requests and for everything else that is logged."""

import asyncio
import logging
import logging.config
import re
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from time import time
from typing import Any

from asgi_correlation_id import correlation_id
from pythonjsonlogger.core import RESERVED_ATTRS, LogData
from pythonjsonlogger.json import JsonFormatter

from app.edge.observed import Observation

KEY = re.compile(r"duban_[0-9A-Za-z]{1,32}_[0-9A-Za-z_-]+")


class JsonLines(JsonFormatter):
    """Formats records as JSON in ASCII: whatever stands in a path or an exception, it stays one line."""

    def __init__(self) -> None:
        super().__init__(
            ["created", "levelname", "message", "request_id", "name"],
            rename_fields={"created": "time", "levelname": "level", "message": "event", "name": "logger"}
            | {"exc_info": "exception"},
            reserved_attrs=[*RESERVED_ATTRS, "color_message"],  # uvicorn's, the message again
        )

    def format(self, record: logging.LogRecord) -> str:
        line: str | None = getattr(record, "line", None)
        return super().format(record) if line is None else line

    def process_log_record(self, log_data: LogData) -> LogData:
        log_data["time"] = _instant(log_data["time"])
        log_data["level"] = log_data["level"].lower()
        log_data["request_id"] = correlation_id.get()
        shown = {name: value for name, value in log_data.items() if value is not None}
        # a key that somebody put into an address or a text does not reach the log
        return {name: KEY.sub("duban_…", value) if isinstance(value, str) else value for name, value in shown.items()}


# for logging.config and for uvicorn, which hands it to its worker processes
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": f"{__name__}.JsonLines"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "uvicorn": {"level": "INFO", "handlers": [], "propagate": True},
        "alembic": {"level": "WARNING"},  # it greets at every probe of /readyz
        "uvicorn.access": {"handlers": [], "propagate": False},  # it prints query strings
    },
}


def configure() -> None:
    """Make every logger of this process write JSON lines to stdout."""
    # no line tells of threads, processes or the place in the source, so that they need not be found out
    # (https://docs.python.org/3/howto/logging.html#optimization)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.config.dictConfig(LOGGING)


_log = logging.getLogger("duban.access")
_seen: list[tuple[float, Observation]] = []  # in this turn of the event loop, each with the time of its end


def log_request(seen: Observation) -> None:
    """One line for a request. The key is named as the journal names it: `key:7`.

    Those of one turn of the event loop are written together: the formatter that every other record passes, and a call
    of the system for each line, cost more than a kept answer does.
    """
    if not _seen:
        asyncio.get_running_loop().call_soon(_write)
    _seen.append((time(), seen))


def _write() -> None:
    if _log.isEnabledFor(logging.INFO):
        _log.info("request", extra={"line": "\n".join([_line(at, seen) for at, seen in _seen])})
    _seen.clear()


def _line(at: float, seen: Observation) -> str:
    key = "null" if seen.key_id is None else f'"key:{seen.key_id}"'
    return (
        f'{{"time": "{_instant(at)}", "level": "info", "event": "request", '
        f'"request_id": {_text(seen.request_id)}, "duration_ms": {seen.seconds * 1000:.1f}, "bytes": {seen.bytes}, '
        f'"key": {key}, {_what(seen.method, seen.path[:1000], seen.template, seen.status, seen.client)}'
    )


def _instant(at: float) -> str:
    second = int(at)
    return f"{_second(second)}.{int((at - second) * 1e6):06d}Z"


@lru_cache(4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[:-6]


@lru_cache(512)
def _what(method: str, path: str, template: str, status: int, client: str | None) -> str:
    """The end of a line, which the same client is given for the same question again and again."""
    return (
        f'"logger": "{_log.name}", "method": {_text(method[:20])}, "path": {_text(KEY.sub("duban_…", path))}, '
        f'"route": {_text(template)}, "status": {status}, "client": {_text(client)}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)
