"""The application: routers, middleware and lifespan."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.routing import BaseRoute

from app import models as _all_tables  # noqa: F401  the mapper knows every table before the first query
from app.access import caching, idempotency
from app.access import routes as access
from app.access.authentication import Authentication
from app.access.callers import Callers, SignedInCallers
from app.access.claim_rules import routes as claim_rules
from app.access.persons import routes as persons
from app.access.sessions import routes as sessions
from app.access.sessions.code_flow import CodeFlow
from app.access.sessions.models import SessionLimits
from app.checklists import routes as checklists
from app.config import Settings, settings_or_exit
from app.database.engine import Database
from app.edge import access_log, problems
from app.edge.browsers import PAGES, DocsPolicy
from app.edge.budgets import Budgets
from app.edge.gate import Gate
from app.edge.measures import Measures
from app.edge.methods import Methods
from app.edge.route_table import Dispatch, RouteTable
from app.fastpath.door import MEGABYTE, FastPath
from app.notices import routes as notices
from app.notices.calendars import routes as calendars
from app.notices.reminders import routes as reminders
from app.notices.subscriptions import routes as subscriptions
from app.notices.urgings import routes as urgings
from app.obligations import publication_routes as publication
from app.obligations import routes as obligations
from app.obligations import year_routes as years
from app.openapi import document, words
from app.operations import standby
from app.operations.clock_check import ClockCheck
from app.operations.health import router as health
from app.operations.memory import freeze
from app.operations.metrics import router as metrics
from app.oversight import dashboard_routes as dashboards
from app.oversight import heads_routes as heads
from app.oversight import routes as oversight
from app.oversight import tally_routes as tallies
from app.oversight import timeline_routes as timelines
from app.pages import form_errors
from app.pages.board import routes as boards
from app.pages.desk import officer_routes as officer_forms
from app.pages.desk import release_routes as release_forms
from app.pages.desk import routes as desks
from app.pages.imports import routes as import_pages
from app.pages.office import routes as offices
from app.pages.problem_page import problem_page
from app.pages.sign_in import account_routes as account_sign_in
from app.pages.sign_in import page_routes as sign_in_page
from app.pages.sign_in import routes as sign_in
from app.pages.task import routes as task_pages
from app.pages.todo import routes as todo
from app.registers.exports import routes as exports
from app.registers.imports import reading_routes as registers
from app.registers.imports import routes as imports
from app.registers.imports.reading_queue import ReadingQueue
from app.storage import storage_of
from app.tasks import archival_routes, calendar_routes, suspension_routes, unit_routes
from app.tasks import bulk_routes as bulk
from app.tasks import routes as tasks
from app.tasks.fragments import TaskFragments
from app.units import caller_routes as caller
from app.units import contact_routes as contacts
from app.units import jurisdiction_routes as jurisdictions
from app.units import routes as units
from app.updates import evidence_routes as evidence
from app.updates import extension_routes as extensions
from app.updates import finding_routes as findings
from app.updates import review_routes as reviews
from app.updates import routes as updates
from app.updates.releases import routes as releases
from app.vocabulary import problem_routes
from app.vocabulary import routes as vocabulary
from app.workdays import routes as workdays

VERSION = "0.1.0"
DESCRIPTION = """
Keeps a county government's register of key tasks alive: which unit owes what by when, what each has reported, and
what is overdue, as of any day. Send a key as `Authorization: Bearer <key>`; without one you see what is public.
Lists come in pages: ask again with `cursor=<next_cursor>`. Errors are problem documents (RFC 9457); decide by `code`.
What people read, in errors and in `/vocabulary`, is Chinese with `Accept-Language: zh`.
"""


def create_app(
    settings: Settings | None = None, shared: Database | None = None, *, checks_clock: bool = False
) -> FastAPI:
    """The whole application on the database that the settings name. It never creates or migrates tables, and starts
    whether the database can be reached or not: `/readyz` shows it.

    Without settings it is the factory of a server process, `uvicorn app.main:create_app --factory`: it reads the
    environment, ends the process with a sentence if a setting cannot be used, and logs to stdout.

    Args:
        checks_clock: whether changes are rejected while the clock cannot be believed, as by every server process.
        shared: an open database, as the settings say, which stays open when the app ends; else the app opens its own.
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
        watching = asyncio.create_task(standby.watch_lag(database, gate.add_headers)) if settings.read_only else None
        yield
        if watching is not None:
            watching.cancel()
            await asyncio.wait({watching})
        await fast_path.close()
        await budgets.windows.close()
        database.watchers.remove(measures.note_statement)
        database.before_writing = None
        if shared is None:
            database.close()

    app = FastAPIOffline(
        title="Duban 督办",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,  # a redirect would name the host that this server believes to have
        openapi_tags=words.TAGS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours are `edge`; asking each time costs
    )
    database = shared or Database(settings, seconds=settings.request_timeout)
    authentication, table = Authentication(settings), RouteTable(app)
    measures = Measures(database.engine, VERSION)
    database.watchers.append(measures.note_statement)
    app.state.settings, app.state.database, app.state.measures = settings, database, measures
    app.state.storage = storage_of(settings)
    app.state.task_fragments = TaskFragments(settings.answer_cache_mb * MEGABYTE // 4)
    app.state.reading_queue = ReadingQueue(settings.request_timeout, settings.soffice)
    app.state.problem_page, app.state.authentication = problem_page, authentication
    issuer = authentication.issuer if settings.oidc_client_id else None
    app.state.code_flow = CodeFlow(settings, issuer) if issuer is not None else None
    app.state.clock_check = ClockCheck() if is_server or checks_clock else None
    if app.state.clock_check is not None:
        database.before_writing = app.state.clock_check.require
        measures.registry.register(app.state.clock_check)
    app.add_middleware(Methods, table=table)
    app.add_middleware(DocsPolicy, pages=PAGES)
    problems.install(app)
    idempotency.install(app)
    caching.install(app)
    document.install(app)
    form_errors.install(app, table)
    app.router.routes.extend(_routes())
    app.router.middleware_stack = Dispatch(app.router.middleware_stack, table)
    framework = app.build_middleware_stack()
    fast_path = FastPath(framework, database=database, authentication=authentication, table=table, settings=settings)
    store = settings.rate_limit_store
    budgets = Budgets(
        settings.rate_limit, settings.rate_limit_anonymous, store="" if store is None else store.get_secret_value()
    )
    app.middleware_stack = gate = Gate(
        fast_path,
        settings=settings,
        budgets=budgets,
        callers=Callers(database, authentication),
        signed_in=SignedInCallers(database, authentication, SessionLimits.of(settings)),
        table=table,
        observers=(access_log.log_request, measures.note),
    )
    return app


def _routes() -> Iterator[BaseRoute]:
    """All routes, as their rooms made them. Apps of one process share them; what differs is in the apps' state."""
    rooms = (
        checklists,
        tasks,
        units,
        jurisdictions,
        caller,
        contacts,
        obligations,
        bulk,
        updates,
        evidence,
        extensions,
        reviews,
        releases,
        findings,
    )
    for room in (
        *rooms,
        publication,
        years,
        unit_routes,
        calendar_routes,
        archival_routes,
        suspension_routes,
        heads,  # before a stream that would be called so
        oversight,
        tallies,
        dashboards,
        timelines,
        urgings,
        reminders,
        subscriptions,
        calendars,
        notices,
        registers,
        imports,
        exports,
        task_pages,
        todo,
        boards,
        desks,
        officer_forms,
        release_forms,
        offices,
        import_pages,
        sign_in_page,
        workdays,
        access,
        persons,
        claim_rules,
        sessions,
        sign_in,
        account_sign_in,
        vocabulary,
    ):
        yield from room.router.routes
    yield from (
        *boards.forms.routes,
        *boards.style.routes,
        *import_pages.uploads.routes,
        *problem_routes.router.routes,
        *health.routes,
        *metrics.routes,
    )
