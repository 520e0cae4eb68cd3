"""The HTTP caching of responses (RFC 9110 §13, RFC 9111): caches store them and revalidate them at each use.

A response is valid while nothing that it was made from has changed, on the same day, for callers who see the same. A
week-old page in the browser of a township is then as right as a new one, and costs a few bytes.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI, Request, Response

from app import clock
from app.access.declared import SeenBy, declared
from app.access.deps import FoundKeyDep
from app.access.keys import FoundKey
from app.access.models import ActorRole
from app.config import Settings
from app.database.session import SAFE_METHODS
from app.edge.request_headers import names_etag
from app.languages.catalogue import Language
from app.languages.negotiation import language_of

UNCACHED = {"Cache-Control": "no-store"}
APP = Path(__file__).resolve().parent.parent


class Basis(NamedTuple):
    """The basis of a response: callers with the same `seen_by` get the same one until the stamp changes."""

    seen_by: SeenBy
    within: str | None  # the stream of the one checklist that it is about, if it is about one
    stamp: str


class NotModified(Exception):
    """Raised for a request whose sender has the current response."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def revalidate(request: Request, response: Response, found: FoundKeyDep) -> None:
    """Set the caching headers of a response, and skip the work if the sender has the current one.

    Raises:
        NotModified: the sender's If-None-Match names the current response.
    """
    revalidate_for(request, response, found)


def revalidate_for(request: Request, response: Response, found: FoundKey) -> None:
    """`revalidate`, for a caller who was found otherwise.

    The stamp is read in the transaction of the response: both are of one moment. `request.state.basis` gives it
    to the response cache.

    Raises:
        NotModified: the sender's If-None-Match names the current response.
    """
    if request.method not in SAFE_METHODS:
        response.headers.update(UNCACHED)
        return
    route = declared(request.scope["route"])
    within = route.stream_within(request.path_params, request.query_params)
    basis = request.state.basis = Basis(route.seen_by(found.caller.actor), within, found.stamp)
    headers = headers_of(basis, language_of(request), request.app.state.settings)
    sent = request.headers.get("if-none-match")
    if sent is not None and names_etag(sent, headers["ETag"]):
        raise NotModified(headers)
    response.headers.update(headers)


def store_nowhere(response: Response) -> None:
    """Prevent caching of responses from rows that are not journaled."""
    response.headers.update(UNCACHED)


def headers_of(basis: Basis, language: Language, settings: Settings) -> dict[str, str]:
    """The caching headers of a response."""
    made_from = (
        _build(),
        basis.stamp,
        clock.today().isoformat(),
        basis.seen_by,
        language,
        settings.roll_days_off,
    )
    etag = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]
    is_public = basis.seen_by[0] == ActorRole.ANONYMOUS
    return {
        "ETag": f'W/"{etag}"',
        "Cache-Control": f"{'public' if is_public else 'private'}, no-cache",
        "Vary": "Authorization, Accept-Language, Accept-Encoding",
    }


@lru_cache
def _build() -> str:
    """A tag of the program's version, which may change responses from the same data."""
    sources = hashlib.sha256()
    for path in sorted(path for kind in ("*.py", "*.po", "*.html", "*.css") for path in APP.rglob(kind)):
        sources.update(path.read_bytes())
    return sources.hexdigest()


def install(app: FastAPI) -> None:
    """Respond with 304 if the sender has the current response."""

    @app.exception_handler(NotModified)
    def not_modified(_: Request, same: NotModified) -> Response:
        return Response(status_code=304, headers=same.headers)
