import secrets
from itertools import count

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

from app.config import Settings
from app.edge.addresses import Addresses
from app.edge.bodies import Bodies
from app.edge.browsers import Cors, SecurityHeaders
from app.edge.budgets import Budgets
from app.edge.defects import Defects
from app.edge.methods import Methods
from app.edge.observed import Observed, Tell
from app.edge.rate_limit import RateLimit
from app.edge.route_table import RouteTable

PAGES = frozenset({"/docs", "/docs/oauth2-redirect", "/redoc"})
_of_this_process, _numbers = secrets.token_hex(8), count()


def install(app: FastAPI, settings: Settings, budgets: Budgets, tell: Tell) -> None:
    """Put the layers around the app, from the innermost to the outermost."""
    table = app.state.table = RouteTable(app)
    app.add_middleware(Methods, table=table)
    app.add_middleware(
        Bodies, limit=settings.body_limit, upload_limit=settings.upload_limit, seconds=settings.request_timeout
    )
    app.add_middleware(RateLimit, budgets=budgets)
    app.add_middleware(Addresses, uri_limit=settings.uri_limit, header_limit=settings.header_limit)
    app.add_middleware(Defects)
    if settings.cors_origins:
        app.add_middleware(Cors, origins=settings.cors_origins)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds, pages=PAGES)
    app.add_middleware(Observed, table=table, tell=tell)
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id, generator=new_request_id)


def is_request_id(text: str) -> bool:
    """Any plain short token may come in as a request id; it is shown in answers and logs."""
    return 0 < len(text) <= 64 and text.isascii() and all(c.isalnum() or c in "-_." for c in text)


def new_request_id() -> str:
    """As unlike any other as a random one, without asking the system for chance each time."""
    return f"{_of_this_process}{next(_numbers):016x}"
