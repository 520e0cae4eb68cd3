from collections.abc import Sequence
from enum import Enum

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from app.access.caching import revalidate
from app.edge.parameters import one_value_each
from app.problems import ANSWERS


def api_router(prefix: str = "", *, tags: Sequence[str]) -> APIRouter:
    """A router under /api/v1. What all its routes share is given here and not where routers are put together: for that
    the framework would read every signature a second time, which is half a second of a server's start."""
    named: list[str | Enum] = [*tags]
    return APIRouter(
        prefix=f"/api/v1{prefix}",
        tags=named,
        dependencies=[Depends(one_value_each), Depends(revalidate)],
        responses={422: ANSWERS[422]},  # else the framework describes its own
        generate_unique_id_function=operation_id,
    )


def operation_id(route: APIRoute) -> str:
    return route.name
