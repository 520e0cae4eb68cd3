"""What HTTP caches may do with an answer (RFC 9110 §13, RFC 9111): store it, and ask each time whether it still holds.

An answer holds while nothing it was made from has changed, on the same day, for who sees the same. A week-old page in
the browser of a township is then as right as a new one, and costs a few bytes.
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
from app.access.models import ActorRole
from app.config import Settings
from app.database.session import SAFE_METHODS
from app.edge.request_headers import names_etag
from app.languages.catalogue import Language
from app.languages.negotiation import language_of

UNCACHED = {"Cache-Control": "no-store"}
APP = Path(__file__).resolve().parent.parent


class Basis(NamedTuple):
    """What an answer was made from: whoever has the same `seen_by` is answered the same while the stamp stands."""

    seen_by: SeenBy
    within: str | None  # the stream of the one checklist that it is about, if it is about one
    stamp: str


class NotModified(Exception):
    """Ends a request whose sender has the answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def revalidate(request: Request, response: Response, found: FoundKeyDep) -> None:
    """Say what caches may do with the answer, and skip the work where the sender has the answer already.

    The stamp is read in the transaction that reads the answer: both are of one moment. `request.state.basis` tells it
    to the cache of answers.

    Raises:
        NotModified: the sender's If-None-Match names the answer as it is now.
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
    """For answers from rows that no journal tells of."""
    response.headers.update(UNCACHED)


def headers_of(basis: Basis, language: Language, settings: Settings) -> dict[str, str]:
    """What caches may do with an answer."""
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
    """Another version of the program may answer otherwise from the same data."""
    sources = hashlib.sha256()
    for path in sorted(path for kind in ("*.py", "*.po", "*.html", "*.css") for path in APP.rglob(kind)):
        sources.update(path.read_bytes())
    return sources.hexdigest()


def install(app: FastAPI) -> None:
    """Answer 304 where the sender has the answer already."""

    @app.exception_handler(NotModified)
    def not_modified(_: Request, same: NotModified) -> Response:
        return Response(status_code=304, headers=same.headers)
