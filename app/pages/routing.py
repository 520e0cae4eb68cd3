"""The router of pages, which are not in the OpenAPI document."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.access.actors import NOBODY
from app.access.caching import revalidate_for, store_nowhere
from app.access.one_thread import OneThreadRoute
from app.access.parameters import declared_parameters
from app.access.sessions.own_forms import require_own_form
from app.access.sessions.page_deps import PageFound
from app.database.session import SAFE_METHODS
from app.languages.catalogue import Language


def _common_parameters(lang: Annotated[Language | None, Query()] = None, done: str = "") -> None:
    """Declared for `declared_parameters`: `rendered` reads them."""
    del lang, done


async def _own_forms_only(request: Request, found: PageFound) -> None:
    """Raises:
    FormNotOurs: a form was sent by another site's page.
    """
    if request.method not in SAFE_METHODS:
        await require_own_form(request, found)


def _revalidate_public(request: Request, response: Response, found: PageFound) -> None:
    """What everybody sees is cached as lists are; what is shown to somebody, with their forms, nowhere."""
    if found.caller is NOBODY:
        revalidate_for(request, response, found)
    else:
        store_nowhere(response)


def page_router(*, personal: bool = True, checks_forms: bool = True, checks_parameters: bool = True) -> APIRouter:
    """Args:
    personal: whether its pages belong to one session, so that caches do not store them.
    checks_forms: whether a form is checked here; a route that works before its session begins does so itself.
    checks_parameters: whether parameters that a route does not declare are rejected.
    """
    caching = store_nowhere if personal else _revalidate_public
    common: dict[Callable[..., Any], bool] = {
        declared_parameters: checks_parameters,
        _common_parameters: True,
        _own_forms_only: checks_forms,
        caching: True,
    }
    return APIRouter(
        default_response_class=HTMLResponse,
        route_class=OneThreadRoute,
        dependencies=[Depends(one) for one, is_wanted in common.items() if is_wanted],
        include_in_schema=False,
    )
