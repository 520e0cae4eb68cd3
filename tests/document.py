"""The app's routes and its OpenAPI document, for tests that ask nothing of a database."""

import re
from functools import cache
from typing import Any

from fastapi import FastAPI

from app.config import Settings
from app.main import create_app


@cache
def described(*, public_reading: bool = True) -> FastAPI:
    return create_app(Settings(database_url="sqlite:///never-opened.db", public_reading=public_reading))


def document(*, public_reading: bool = True) -> dict[str, Any]:
    """Made once in a process. Only to be read."""
    return described(public_reading=public_reading).openapi()


def readings() -> list[str]:
    """An address for each path that can be read, of the first row of everything."""
    paths = [path for path, item in document()["paths"].items() if path.startswith("/api/v1/") and "get" in item]
    return [re.sub(r"{.*?}", "1", path.removeprefix("/api/v1").replace("{stream}", "checklist:1")) for path in paths]
