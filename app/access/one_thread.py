"""The class of the API's routes: dependencies and endpoint run in one worker thread, in one session."""

from collections.abc import Callable, Coroutine
from copy import copy
from dataclasses import replace
from functools import cache
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.database.engine import Database
from app.database.session import get_session, is_reading
from app.edge.route_table import waits


class OneThreadRoute(APIRoute):
    """By default the framework runs each dependency, the endpoint, the response model and both ends of the session in a
    thread: nine of them for one row, which took most of the request's time.

    Here the framework's own handler runs in one thread. It awaits functions that never wait, since the gate has read
    the body already. A route that takes files waits for them, or for a slot to read one: it is not changed.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        if waits(self):
            return super().get_route_handler()
        twin = copy(self)
        twin.dependant = _without_threads(self.dependant)
        handle = APIRoute.get_route_handler(twin)

        def answer_here(request: Request) -> Response:
            database: Database = request.app.state.database
            with database.session(writes=not is_reading(request)) as request.state.session:
                return _result(handle(request))

        async def answer(request: Request) -> Response:
            database: Database = request.app.state.database
            async with database.slot():
                return await run_sync(answer_here, request)

        return answer


def _without_threads(dependant: Dependant) -> Dependant:
    """The same dependencies, none of which the framework runs in a thread."""
    call = _open_session if dependant.call is get_session else _as_coroutine(dependant.call)
    return replace(dependant, call=call, dependencies=[_without_threads(one) for one in dependant.dependencies])


async def _open_session(request: Request) -> Any:
    return request.state.session


@cache  # one for each function: the framework calls it once in a request
def _as_coroutine(call: Any) -> Any:
    if isgeneratorfunction(call) or isasyncgenfunction(call):
        raise TypeError(f"{call}: a dependency of this class of routes cannot have an end")
    if iscoroutinefunction(call):
        return call

    async def run(**values: Any) -> Any:
        return call(**values)

    return run


def _result(coroutine: Coroutine[Any, Any, Response]) -> Response:
    """The result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("a dependency or an endpoint waits; it cannot run in a thread of its own")
