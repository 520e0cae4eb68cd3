from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy import Connection
from starlette.routing import BaseRoute

from app import clock
from app import models as _all_tables  # noqa: F401  the mapper knows every table before the first query
from app.access import caching, idempotency
from app.access import routes as access
from app.access.actors import Actor
from app.access.permissions import Permission
from app.checklists import routes as checklists
from app.checklists.queries import read_checklist
from app.checklists.schemas import OneChecklist
from app.config import Settings, settings_or_exit
from app.database.engine import Database
from app.edge import access_log, layers, problems
from app.edge.budgets import Budgets
from app.edge.measures import Measures
from app.fastpath.askers import Askers
from app.fastpath.checks import checks_of
from app.fastpath.hot import HotRead, HotReads, QuickReads
from app.fastpath.hot_posts import HotPosts
from app.fastpath.layer import MEGABYTE, Answers
from app.fastpath.posted import HotPost
from app.fastpath.shortcut import Shortcut
from app.fastpath.writers import writer_of
from app.obligations import routes as obligations
from app.obligations.queries import list_obligations
from app.obligations.schemas import ObligationQuery
from app.openapi import document as openapi
from app.openapi import words as openapi_words
from app.operations.health import router as health
from app.operations.memory import freeze
from app.operations.metrics import router as metrics
from app.oversight import routes as oversight
from app.oversight import standing_routes as standings
from app.oversight.queries import list_overdue
from app.oversight.schemas import OverdueQuery
from app.oversight.standing_queries import list_by_unit
from app.oversight.standing_schemas import ByUnitQuery
from app.paging import JsonObject, JsonPage, dumped_page
from app.registers import import_routes as imports
from app.registers import out_routes as exports
from app.registers import routes as registers
from app.tasks import bulk_routes as bulk
from app.tasks import calendar_routes, unit_routes
from app.tasks import routes as tasks
from app.tasks.fragments import TaskFragments
from app.tasks.queries import list_tasks
from app.tasks.schemas import TaskQuery
from app.units import contact_routes as contacts
from app.units import routes as units
from app.updates import evidence_routes as evidence
from app.updates import extension_routes as extensions
from app.updates import finding_routes as findings
from app.updates import review_routes as reviews
from app.updates import routes as updates
from app.updates.posting import Posting
from app.updates.schemas import StatusUpdateCreate
from app.vocabulary import routes as vocabulary
from app.workdays import routes as workdays

VERSION = "0.1.0"
DESCRIPTION = """
Keeps a county government's register of key tasks alive: which unit owes what by when, what each has reported, and
what is overdue, as of any day. Send a key as `Authorization: Bearer <key>`; without one you see what is public.
Lists come in pages: ask again with `cursor=<next_cursor>`. Errors are problem documents (RFC 9457); decide by `code`.
What people read, in errors and in `/vocabulary`, is Chinese with `Accept-Language: zh`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole application on the database that the settings name. It never creates or migrates tables, and starts
    whether the database can be reached or not: `/readyz` tells.

    Without settings it is the factory of a server process, `uvicorn app.main:create_app --factory`: it reads the
    environment, ends the process with a sentence if a setting cannot be used, and logs to stdout.
    """
    is_server = settings is None
    if settings is None:
        settings = settings_or_exit()
        access_log.configure()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = settings.worker_threads
        if is_server:
            freeze()
        yield
        writer.close()
        await checks.close()
        if quick is not None:
            quick.close()
        app.state.database.close()

    app = FastAPIOffline(
        title="Duban 督办",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,  # a redirect would name the host that this server believes to have
        servers=openapi_words.SERVERS,
        openapi_tags=openapi_words.TAGS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours are `edge`; asking each time costs
    )
    app.state.settings = settings
    app.state.database = Database(settings, seconds=settings.request_timeout)
    app.state.task_fragments = TaskFragments(settings.answer_cache_mb * MEGABYTE // 4)
    app.state.measures = Measures(app.state.database.engine, VERSION)
    app.state.database.watchers.append(app.state.measures.note_statement)
    budgets = Budgets(settings.rate_limit, settings.rate_limit_anonymous)
    tell = (access_log.log_request, app.state.measures.note)
    writer = writer_of(app.state.database)
    quick = QuickReads(settings) if app.state.database.is_sqlite else None
    layers.install(app, settings, budgets, tell)
    problems.install(app)
    idempotency.install(app)
    caching.install(app)
    app.router.routes.extend(_routes())
    openapi.describe(app)
    checks, askers, shortcut = checks_of(app.state.database.engine), Askers(), Shortcut(budgets, tell, settings)
    # in front of the framework's own layers too, which are most of what these requests would cost
    behind = HotPosts(app.build_middleware_stack(), writer, _hot_posts(app.state.database), askers, shortcut, settings)
    reads = HotReads(app.state.database, quick, settings, _hot_reads(app, settings))
    app.middleware_stack = Answers(behind, checks, reads, askers, shortcut, app.state.table, settings)
    return app


def _hot_reads(app: FastAPI, settings: Settings) -> dict[str, HotRead]:
    fragments, soon = app.state.task_fragments, settings.due_soon_days

    def tasks(connection: Connection, actor: Actor, query: TaskQuery, is_quick: bool) -> JsonPage:
        return list_tasks(connection, actor, query, fragments, today=clock.today(), soon=soon, only_kept=is_quick)

    def owed(connection: Connection, actor: Actor, query: ObligationQuery, _: bool) -> JsonPage:
        return list_obligations(connection, actor, query, today=clock.today(), soon=soon)

    def overdue(connection: Connection, actor: Actor, query: OverdueQuery, _: bool) -> JsonPage:
        return list_overdue(connection, actor, query, today=clock.today())

    def by_unit(connection: Connection, actor: Actor, query: ByUnitQuery, _: bool) -> JsonPage:
        return dumped_page(list_by_unit(connection, actor, query, today=clock.today(), soon=soon))

    def checklist(connection: Connection, actor: Actor, asked: OneChecklist, _: bool) -> JsonObject:
        return read_checklist(connection, actor, asked)

    return {
        "/api/v1/checklists/{checklist}": HotRead(
            OneChecklist, Permission.READ_PUBLISHED, checklist, may_be_quick=True
        ),
        "/api/v1/tasks": HotRead(TaskQuery, Permission.READ_PUBLISHED, tasks, may_be_quick=True),
        "/api/v1/obligations": HotRead(ObligationQuery, Permission.READ_OBLIGATIONS, owed),
        "/api/v1/overdue": HotRead(OverdueQuery, Permission.READ_OBLIGATIONS, overdue),
        "/api/v1/overdue/by-unit": HotRead(ByUnitQuery, Permission.READ_OBLIGATIONS, by_unit),
    }


def _hot_posts(database: Database) -> list[HotPost]:
    posting = Posting(database.engine.dialect)
    return [
        HotPost(route, StatusUpdateCreate, Permission.POST_UPDATE, write)
        for route, write in (
            ("/api/v1/obligations/{obligation_id}/updates", posting.post),
            ("/api/v1/tasks/{task_id}/units/{unit_id}/updates", posting.post_for_task),
        )
    ]


def _routes() -> Iterator[BaseRoute]:
    """All routes, as their rooms made them: what the framework reads of a signature stays with its route, and is read
    once in a process, however many apps there are. What differs between apps is in their state."""
    rooms = (checklists, tasks, units, contacts, obligations, bulk, updates, evidence, extensions, reviews, findings)
    for room in (
        *rooms,
        unit_routes,
        calendar_routes,
        oversight,
        standings,
        registers,
        imports,
        exports,
        workdays,
        access,
        vocabulary,
    ):
        yield from room.router.routes
    yield from (*health.routes, *metrics.routes)
