"""The app's routes and its OpenAPI document, for tests that ask nothing of a database."""

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
