"""The router that all routes under /api/v1 are made with."""

from collections.abc import Sequence
from enum import Enum
from operator import attrgetter

from fastapi import APIRouter, Depends

from app.access.caching import revalidate, store_nowhere
from app.access.one_thread import OneThreadRoute
from app.access.parameters import declared_parameters
from app.edge.problems import ANSWERS


def api_router(prefix: str = "", *, tags: Sequence[str], journaled: bool = True) -> APIRouter:
    """A router under /api/v1, with the dependencies that all routes share.

    Args:
        journaled: whether all rows of its responses are journaled, so that these may be cached.
    """
    named: list[str | Enum] = [*tags]
    return APIRouter(
        prefix=f"/api/v1{prefix}",
        tags=named,
        route_class=OneThreadRoute,
        dependencies=[Depends(declared_parameters), Depends(revalidate if journaled else store_nowhere)],
        responses={422: ANSWERS[422]},  # otherwise the framework describes its own
        generate_unique_id_function=attrgetter("name"),
    )
