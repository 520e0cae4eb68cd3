"""The log: one JSON object a line on stdout, for requests and all other records."""

import asyncio
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any

import orjson
from asgi_correlation_id import correlation_id
from pythonjsonlogger.core import RESERVED_ATTRS, LogData
from pythonjsonlogger.json import JsonFormatter

from app.edge.observation import Observation

KEY = re.compile(r"duban_[0-9A-Za-z]{1,32}_[0-9A-Za-z_-]+")


class JsonLines(JsonFormatter):
    """Formats records as JSON: always on one line, whatever a path or an exception contains."""

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
        # a key in an address or a text does not reach the log
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
    # no line names threads, processes or the source, so that they need not be found out
    # (https://docs.python.org/3/howto/logging.html#optimization)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.config.dictConfig(LOGGING)


_log = logging.getLogger("duban.access")
_seen: list[Observation] = []  # in this iteration of the event loop


def log_request(seen: Observation) -> None:
    """One line for a request. The key is named as the journal names it: `key:7`.

    Those of one iteration of the event loop are written together: a system call for each line costs more than a
    cached response does.
    """
    if not _seen:
        asyncio.get_running_loop().call_soon(_write)
    _seen.append(seen)


def _write() -> None:
    if _log.isEnabledFor(logging.INFO):
        now = datetime.now(UTC)
        _log.info("request", extra={"line": b"\n".join([_line(seen, now) for seen in _seen]).decode()})
    _seen.clear()


def _line(seen: Observation, now: datetime) -> bytes:
    line = {
        "time": now,
        "level": "info",
        "event": "request",
        "logger": _log.name,
        "request_id": seen.request_id,
        "duration_ms": round(seen.seconds * 1000, 1),
        "bytes": seen.bytes,
        "key": None if seen.key_id is None else f"key:{seen.key_id}",
        "method": seen.method[:20],
        "path": KEY.sub("duban_…", seen.path[:1000]) if "duban_" in seen.path else seen.path[:1000],
        "route": seen.template,
        "status": seen.status,
        "client": seen.client,
    }
    return orjson.dumps(line, option=orjson.OPT_UTC_Z)


def _instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
