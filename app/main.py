from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from app import models as _all_tables  # noqa: F401  the mapper knows every table before the first query
from app import problems
from app.access import caching, idempotency
from app.access import routes as access
from app.body_limit import BodyLimit
from app.checklists import routes as checklists
from app.config import Settings, get_settings
from app.database import Database
from app.health import router as health
from app.obligations import routes as obligations
from app.obligations import task_routes as tasks
from app.oversight import routes as oversight
from app.registers import routes as registers
from app.units import routes as units
from app.updates import routes as updates
from app.vocabulary import routes as vocabulary

DESCRIPTION = """
Keeps a county government's register of key tasks alive: which unit owes what by when, what each has reported, and
what is overdue, as of any day. Send a key as `Authorization: Bearer <key>`; without one you see what is public.
Lists come in pages: ask again with `cursor=<next_cursor>`. Errors are problem documents (RFC 9457); decide by `code`.
What people read, in errors and in `/vocabulary`, is Chinese with `Accept-Language: zh`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole application on the database that the settings name. It never creates or migrates tables."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # on SQLite, threads beyond a few only fight over the interpreter lock
        current_default_thread_limiter().total_tokens = settings.threads
        yield
        app.state.database.close()

    app = FastAPI(
        title="Duban 督办",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        responses=problems.ANSWERS,
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(CorrelationIdMiddleware, validator=_is_request_id)
    problems.install(app)
    idempotency.install(app)
    caching.install(app)
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(caching.revalidate)])
    for room in (checklists, tasks, units, obligations, updates, oversight, registers, access, vocabulary):
        api.include_router(room.router)
    app.include_router(api)
    app.include_router(health)
    problems.describe(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _is_request_id(text: str) -> bool:
    """Any plain short token may come in as a request id; it is shown in answers and logs."""
    return 0 < len(text) <= 64 and text.isascii() and all(c.isalnum() or c in "-_." for c in text)
