from typing import Annotated

from fastapi import Query, Request, Response

from app import clock
from app.access.deps import ObligationReader
from app.access.routing import api_router
from app.config import SettingsDep
from app.database.session import SessionDep
from app.oversight import contradiction_queries, standing_queries
from app.oversight.contradiction_schemas import ContradictionPublic, ContradictionQuery
from app.oversight.standing_schemas import (
    ByJurisdictionQuery,
    BySectionQuery,
    ByTaskQuery,
    ByUnitQuery,
    JurisdictionStanding,
    MonthStanding,
    RankedUnit,
    RankingQuery,
    SectionStanding,
    TaskStanding,
    TrendQuery,
    UnitStanding,
)
from app.paging import Page, link_next

router = api_router(tags=["oversight"])


@router.get("/overdue/by-unit")
def list_overdue_by_unit(
    query: Annotated[ByUnitQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[UnitStanding]:
    """How each unit stands as of a day, the one with the most overdue first."""
    page = standing_queries.list_by_unit(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/overdue/by-task")
def list_overdue_by_task(
    query: Annotated[ByTaskQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[TaskStanding]:
    """How each task stands as of a day, the one with the most overdue first."""
    page = standing_queries.list_by_task(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/overdue/by-section")
def list_overdue_by_section(
    query: Annotated[BySectionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[SectionStanding]:
    """How each section stands as of a day, the one with the most overdue first."""
    page = standing_queries.list_by_section(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/overdue/by-jurisdiction")
def list_overdue_by_jurisdiction(
    query: Annotated[ByJurisdictionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[JurisdictionStanding]:
    """How the units of each province, city or county stand as of a day, the one with the most overdue first."""
    page = standing_queries.list_by_jurisdiction(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/oversight/ranking")
def list_ranking(
    query: Annotated[RankingQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[RankedUnit]:
    """Units by their on-time rate as of a day, the best first. A unit finds only itself."""
    page = standing_queries.list_ranking(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/oversight/trend")
def list_trend(
    query: Annotated[TrendQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[MonthStanding]:
    """What fell due in each month, and how it stands as of a day."""
    page = standing_queries.list_trend(
        session.connection(), actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/oversight/contradictions")
def list_contradictions(
    query: Annotated[ContradictionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> Page[ContradictionPublic]:
    """Where what was said and what stands do not agree, as of a day."""
    page = contradiction_queries.list_contradictions(
        session, actor, query, today=clock.today(), soon=settings.due_soon_days
    )
    link_next(request, response, page.next_cursor)
    return page
