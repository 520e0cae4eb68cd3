"""The class of the API's routes: what it hands to threads, and what it cannot run."""

import asyncio
from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Annotated, Any

import pytest
from anyio.to_thread import run_sync
from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool

from app.access import one_thread
from app.access.routing import api_router
from app.database.session import get_session
from app.edge.route_table import takes_files
from tests.conftest import County
from tests.document import described


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was given to a worker thread, whoever gave it."""
    calls: list[Any] = []

    def noting(run: Any) -> Any:
        async def noted(function: Any, *given: Any, **more: Any) -> Any:
            calls.append(function)
            return await run(function, *given, **more)

        return noted

    monkeypatch.setattr("app.access.one_thread.run_sync", noting(run_sync))
    monkeypatch.setattr("anyio.to_thread.run_sync", noting(run_sync))
    monkeypatch.setattr("fastapi.routing.run_in_threadpool", noting(run_in_threadpool))
    monkeypatch.setattr("fastapi.dependencies.utils.run_in_threadpool", noting(run_in_threadpool))
    return calls


def test_a_request_is_handed_to_a_thread_once(county: County, handed_over: list[Any]) -> None:
    office = county.as_role("coordinator")
    unit = county.units["城关镇"]
    for method, path, body in (
        ("GET", f"/units/{unit}", None),
        ("GET", "/tasks/1/periods", None),
        ("POST", f"/units/{unit}/aliases", {"name": "城关"}),
    ):
        handed_over.clear()
        answer = office.request(method, path, json=body) if body else office.request(method, path)

        assert answer.is_success, answer.text
        assert len(handed_over) == 1, f"{method} {path}"


def test_only_routes_that_take_files_are_left_to_the_framework(county: County) -> None:
    app: Any = county.client.app
    api = [route for route in app.router.routes if getattr(route, "path", "").startswith("/api/v1/")]
    left = [route.path for route in api if takes_files(route)]

    assert all(isinstance(route, one_thread.OneThreadRoute) for route in api)
    assert sorted(left) == [
        "/api/v1/extensions/{extension_id}/evidence",
        "/api/v1/findings/{finding_id}/evidence",
        "/api/v1/registers/imports",
        "/api/v1/updates/{update_id}/evidence",
        "/api/v1/waiting-reports/{report_id}/evidence",
    ]


def test_a_dependency_with_an_end_fails_the_start() -> None:
    def opened() -> Any:
        yield 1

    router = api_router("/nothing", tags=["units"])
    with pytest.raises(TypeError, match="cannot have an end"):

        @router.get("")
        def read(_: Annotated[int, Depends(opened)]) -> None: ...


def test_what_waits_cannot_run_in_one_thread() -> None:
    with pytest.raises(RuntimeError, match="waits"):
        one_thread._result(asyncio.sleep(0))  # type: ignore[arg-type]


def test_no_coroutine_takes_a_session() -> None:
    """A route that takes files is run by the framework, with its coroutines on the event loop: one that waited there
    for a lock kept the whole server, and whoever held the lock, from going on."""

    def coroutines(dependant: Dependant) -> Iterator[Any]:
        for one in dependant.dependencies:
            if one.call is get_session and iscoroutinefunction(dependant.call):
                yield dependant.call
            yield from coroutines(one)

    routes = [context.original_route for context in iter_route_contexts(described().routes)]
    found = [call for route in routes if isinstance(route, APIRoute) for call in coroutines(route.dependant)]

    assert found == []
