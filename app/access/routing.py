from collections.abc import Sequence
from enum import Enum

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from app.access.caching import keep_none, revalidate
from app.edge.late_route import LateRoute
from app.edge.parameters import one_value_each
from app.edge.problems import ANSWERS


def api_router(prefix: str = "", *, tags: Sequence[str], journaled: bool = True) -> APIRouter:
    """A router under /api/v1. What all its routes share is given here and not where routers are put together: for that
    the framework would read every signature a second time, and at the start.

    Args:
        journaled: whether the journal tells of every change in what it answers, so that its answers may be kept.
    """
    named: list[str | Enum] = [*tags]
    return APIRouter(
        prefix=f"/api/v1{prefix}",
        tags=named,
        dependencies=[Depends(one_value_each), Depends(revalidate if journaled else keep_none)],
        responses={422: ANSWERS[422]},  # else the framework describes its own
        generate_unique_id_function=operation_id,
        route_class=LateRoute,
    )


def operation_id(route: APIRoute) -> str:
    return route.name
