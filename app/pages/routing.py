"""The router of pages, which are not in the OpenAPI document."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from app.access.caching import revalidate, store_nowhere
from app.access.one_thread import OneThreadRoute
from app.access.parameters import declared_parameters
from app.languages.catalogue import Language


def _chosen_language(lang: Annotated[Language | None, Query()] = None) -> Language | None:
    """Declared for `declared_parameters`: `language_of` reads it."""
    return lang


def page_router(prefix: str = "", *, personal: bool = True) -> APIRouter:
    """Args:
    personal: whether its pages belong to one session, so that caches do not store them.
    """
    caching = store_nowhere if personal else revalidate
    return APIRouter(
        prefix=prefix,
        default_response_class=HTMLResponse,
        route_class=OneThreadRoute,
        dependencies=[Depends(declared_parameters), Depends(_chosen_language), Depends(caching)],
        include_in_schema=False,
    )
