"""The router of pages: what `api_router` is to the API. Pages stand in no document of the API."""

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
    personal: whether its pages hold what is one session's alone, so that nothing stores them.
    """
    caching = store_nowhere if personal else revalidate
    return APIRouter(
        prefix=prefix,
        default_response_class=HTMLResponse,
        route_class=OneThreadRoute,
        dependencies=[Depends(declared_parameters), Depends(_chosen_language), Depends(caching)],
        include_in_schema=False,
    )
