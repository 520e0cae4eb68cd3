from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Query
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

from app.edge.late_route import OF_THE_SIGNATURE, LateRoute


class Answer(BaseModel):
    number: int


def double(number: Annotated[int, Query(ge=1)]) -> Answer:
    """Twice as much."""
    return Answer(number=2 * number)


def route_of(kind: type[APIRoute]) -> APIRoute:
    router = APIRouter(prefix="/numbers", tags=["numbers"], route_class=kind)
    router.get("/double")(double)
    route = router.routes[0]
    assert isinstance(route, APIRoute)
    return route


def test_the_signature_is_read_when_the_first_request_comes() -> None:
    route = route_of(LateRoute)
    app = FastAPI(routes=[route])
    client = TestClient(app)

    assert client.post("/numbers/double").status_code == 405
    assert "dependant" not in vars(route)
    assert client.get("/numbers/double", params={"number": 2}).json() == {"number": 4}
    assert "dependant" in vars(route)
    assert client.get("/numbers/double", params={"number": 0}).status_code == 422


def test_a_late_route_says_of_itself_what_the_frameworks_own_says() -> None:
    late, own = route_of(LateRoute), route_of(APIRoute)
    told = {"tags", "name", "unique_id", "description", "methods", "path", "path_format", "response_model"}

    assert {name: getattr(late, name) for name in told} == {name: getattr(own, name) for name in told}
    assert FastAPI(routes=[late]).openapi() == FastAPI(routes=[own]).openapi()


def test_nothing_of_the_frameworks_routes_is_missing_from_what_is_read_late() -> None:
    route = route_of(APIRoute)

    early = {"path", "endpoint", "methods", "path_regex", "path_format", "param_convertors"}
    assert vars(route).keys() - early == OF_THE_SIGNATURE


def test_a_name_that_no_route_has_is_an_error() -> None:
    route = route_of(LateRoute)

    with pytest.raises(AttributeError, match="colour"):
        _ = route.colour  # type: ignore[attr-defined]
    assert "dependant" not in vars(route)
