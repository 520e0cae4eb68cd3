"""The log: one JSON object a line on stdout, for requests and for everything else that is logged."""

import json
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any

import structlog
from asgi_correlation_id import correlation_id
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from app.edge.observed import Observation

KEY = re.compile(r"duban_[0-9A-Za-z]{1,32}_[0-9A-Za-z_-]+")


def _request_id(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if found := correlation_id.get():
        event["request_id"] = found
    return event


def _no_keys(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A key that somebody put into an address or a text does not reach the log."""
    return {name: KEY.sub("duban_…", value) if isinstance(value, str) else value for name, value in event.items()}


def _time_first(_logger: Any, _method: str, event: EventDict) -> EventDict:
    first = ("time", "level", "event", "request_id")
    return {**{name: event[name] for name in first if name in event}, **event}


_BEFORE: list[Processor] = [
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    _request_id,
]


class JsonLines(ProcessorFormatter):
    """Formats records as JSON in ASCII: whatever stands in a path or an exception, it stays one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: str | None = getattr(record, "line", None)
        return super().format(record) if line is None else line


def json_lines() -> JsonLines:
    return JsonLines(
        foreign_pre_chain=_BEFORE,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _no_keys,
            _time_first,
            structlog.processors.JSONRenderer(),
        ],
    )


# for logging.config and for uvicorn, which hands it to its worker processes
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": f"{__name__}.json_lines"}},
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
    logging.config.dictConfig(LOGGING)


_log = logging.getLogger("duban.access")


def log_request(seen: Observation) -> None:
    """One line for a request. The key is named as the journal names it: `key:7`.

    The line is made here: the processors that every other record passes cost more than a kept answer does.
    """
    if not _log.isEnabledFor(logging.INFO):
        return
    line = {
        "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "level": "info",
        "event": "request",
        "request_id": correlation_id.get(),
        "logger": _log.name,
        "method": seen.method[:20],
        "path": KEY.sub("duban_…", seen.path[:1000]),
        "route": seen.template,
        "status": seen.status,
        "duration_ms": round(seen.seconds * 1000, 1),
        "key": None if seen.key_id is None else f"key:{seen.key_id}",
        "client": seen.client,
        "bytes": seen.bytes,
    }
    _log.info("request", extra={"line": json.dumps(line)})
