"""What caches may do with an answer (RFC 9110 §13, RFC 9111): keep it, and ask each time whether it still holds.

An answer holds while nothing it was made from has changed, on the same day, for who sees the same. A week-old page in
the browser of a township is then as right as a new one, and costs a few bytes.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import Depends, FastAPI, Request, Response

from app import clock
from app.access.actors import Actor, Asking
from app.access.deps import get_asking
from app.access.models import ActorRole
from app.config import Settings
from app.database.session import SAFE_METHODS
from app.languages.catalogue import Language
from app.languages.negotiation import language_of

UNKEPT = {"Cache-Control": "no-store"}
APP = Path(__file__).resolve().parent.parent


SeenBy = tuple[str, str, tuple[int, ...]]


# Where every unit of a jurisdiction is answered alike, so that all of them share one answer: see `may_see`.
OF_A_JURISDICTION = frozenset({"/api/v1/tasks", "/api/v1/checklists"})


def seen_by(actor: Actor, path: str) -> SeenBy:
    """What decides which rows an actor sees at an address, and how much of them."""
    units = () if path in OF_A_JURISDICTION else tuple(sorted(actor.unit_ids))
    return (actor.role, actor.jurisdiction_code, units)


class Basis(NamedTuple):
    """What an answer was made from: whoever has the same `seen_by` is answered the same while the stamp stands."""

    asking: Asking
    seen_by: SeenBy


class NotModified(Exception):
    """Ends a request whose sender holds the answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def revalidate(request: Request, response: Response, asking: Annotated[Asking, Depends(get_asking)]) -> None:
    """Say what caches may do with the answer, and leave the work where the sender holds it already.

    The stamp is read in the transaction that reads the answer: both are of one moment. `request.state.basis` tells it
    to the layer that keeps answers.

    Raises:
        NotModified: the sender's If-None-Match names the answer as it is now.
    """
    if request.method not in SAFE_METHODS:
        response.headers.update(UNKEPT)
        return
    basis = request.state.basis = Basis(asking, seen_by(asking.actor, request.url.path))
    headers = headers_of(basis, language_of(request), request.app.state.settings)
    if (known := request.headers.get("if-none-match")) is not None:
        from werkzeug.http import parse_etags

        if parse_etags(known).contains_weak(headers["ETag"].removeprefix("W/").strip('"')):
            raise NotModified(headers)
    for name, value in headers.items():
        response.headers[name] = value


def keep_none(response: Response) -> None:
    """For answers from rows that no journal tells of."""
    response.headers.update(UNKEPT)


def headers_of(basis: Basis, language: Language, settings: Settings) -> dict[str, str]:
    """What caches may do with an answer to who asks."""
    made_from = (
        _build(),
        basis.asking.stamp,
        clock.today().isoformat(),
        basis.seen_by,
        language,
        settings.due_soon_days,
        settings.roll_days_off,
    )
    etag = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]
    is_public = basis.asking.actor.role is ActorRole.ANONYMOUS
    return {
        "ETag": f'W/"{etag}"',
        "Cache-Control": f"{'public' if is_public else 'private'}, no-cache",
        "Vary": "Authorization, Accept-Language, Accept-Encoding",
    }


@lru_cache
def _build() -> str:
    """Another version of the program may answer otherwise from the same data."""
    sources = hashlib.sha256()
    for path in sorted(path for kind in ("*.py", "*.po") for path in APP.rglob(kind)):
        sources.update(path.read_bytes())
    return sources.hexdigest()


def install(app: FastAPI) -> None:
    """Answer 304 where the sender holds the answer already."""

    @app.exception_handler(NotModified)
    def not_modified(_: Request, same: NotModified) -> Response:
        return Response(status_code=304, headers=same.headers)
