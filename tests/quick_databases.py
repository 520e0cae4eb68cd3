"""What lets thousands of tests share the work of one server's start. No test sees any of it."""

import json
import sqlite3
from functools import cache
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import Pool

from app import main
from app.database import engine as database
from app.openapi import document as openapi
from tests import kept_connections

_first: dict[str, Engine] = {}
_documents: dict[bool, str] = {}  # by whether the public may read


def _create(url: Any, **options: Any) -> Engine:
    """An engine that takes over what the first of its kind has compiled: each test has engines of its own, and
    SQLAlchemy keeps the text of statements for each dialect, not for each kind of database."""
    first = _first.get(make_url(url).get_backend_name())
    if first is None:
        return create_engine(url, **options)
    if first.dialect.name == "postgresql":
        words, more = first.dialect.create_connect_args(make_url(url))
        options["creator"] = kept_connections.connecting(
            first.dialect.connect, words, more | options.pop("connect_args", {})
        )
        options["_initialize"] = False  # what it would ask of the server is known
    engine = create_engine(url, **options)
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def share_statements(first: Engine) -> None:
    """From now on engines share the statements of this one, which has been connected, and its connections."""
    if _first.setdefault(first.dialect.name, first) is first and first.dialect.name == "postgresql":
        first.dialect.do_close = kept_connections.rest  # type: ignore[assignment,method-assign]


def _need_not_wait_for_the_disk(connection: Any, *_: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def _describe(app: FastAPI) -> None:
    """All apps of one kind have one document, which takes the framework a second to make."""
    openapi.install(app)
    make, kind = app.openapi, app.state.settings.public_reading

    def kept() -> dict[str, Any]:
        if kind not in _documents:
            _documents[kind] = json.dumps(make())
        document: dict[str, Any] = json.loads(_documents[kind])
        return document

    app.openapi = cache(kept)  # type: ignore[method-assign]


def install() -> None:
    """In this process only: what is killed and started again in tests runs in processes of its own, and durably."""
    database.create_engine = _create  # type: ignore[attr-defined]
    main.document = SimpleNamespace(install=_describe)  # type: ignore[assignment,attr-defined]
    event.listen(Pool, "checkout", _need_not_wait_for_the_disk)
