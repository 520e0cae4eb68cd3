"""The routes of tallies, rates, rankings and contradictions."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.params import Depends as DependsOn

from app import clock
from app.access.deps import ObligationReader
from app.access.routing import api_router
from app.database.session import SessionDep
from app.edge.moved import moved
from app.edge.problems import ANSWERS
from app.oversight import contradiction_queries
from app.oversight.contradiction_schemas import ContradictionPublic, ContradictionQuery
from app.oversight.grouping_queries import GROUPINGS, Grouping
from app.paging import AsOfPage, LinkedDep

router = api_router(tags=["oversight"])


def _add_route(grouping: Grouping[Any], path: str, name: str, moved: Sequence[DependsOn] = ()) -> None:
    @router.get(
        path,
        name=name,
        description=grouping.sentence,
        response_model=grouping.page,
        responses={403: ANSWERS[403]},
        dependencies=moved,
        deprecated=bool(moved),
    )
    def list_groups(
        query: Annotated[grouping.query, Query()],  # type: ignore[name-defined]
        actor: ObligationReader,
        session: SessionDep,
        linked: LinkedDep,
    ) -> AsOfPage[Any]:
        return linked(grouping(session.connection(), actor, query, today=clock.today()))


for grouping in GROUPINGS:
    _add_route(grouping, grouping.path, grouping.name)
    if grouping.path.startswith("/tallies/"):
        former = grouping.path.replace("/tallies/", "/overdue/")
        _add_route(grouping, former, grouping.name.replace("tallies", "overdue"), [moved(former, grouping.path)])


@router.get("/oversight/contradictions", responses={403: ANSWERS[403]})
def list_contradictions(
    query: Annotated[ContradictionQuery, Query()],
    actor: ObligationReader,
    session: SessionDep,
    linked: LinkedDep,
) -> AsOfPage[ContradictionPublic]:
    """List contradictions between reports and facts, as of a day."""
    return linked(contradiction_queries.list_contradictions(session, actor, query, today=clock.today()))
