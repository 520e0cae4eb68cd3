"""A browser on pages that tell who is signed in."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from httpx import Response

from app.access.actors import Actor
from app.access.one_thread import OneThreadRoute
from app.access.permissions import Permission
from app.access.sessions.own_forms import OwnForm, csrf_token
from app.access.sessions.page_deps import OnPage, PageActor
from tests.client import Client

ReporterOnPage = Annotated[Actor, Depends(OnPage(Permission.POST_UPDATE))]
router = APIRouter(route_class=OneThreadRoute)


@router.get("/who")
def read_who(request: Request, actor: PageActor) -> dict[str, str | None]:
    return {"who": actor.who if actor else None, "form_token": csrf_token(request)}


@router.post("/who", dependencies=[OwnForm])
async def post_who(
    request: Request, actor: Annotated[Actor, Depends(OnPage(Permission.POST_UPDATE))]
) -> dict[str, Any]:
    return {"who": actor.who, "length": len(str((await request.form()).get("text")))}


class Browser:
    """Keeps its cookie, as browsers do."""

    def __init__(self, client: Client) -> None:
        self.client = client
        client.cookies.clear()

    def sign_in(self, key: str | None, next_: str = "", **headers: str) -> Response:
        return self.client.post("/sign-in", data={"key": key or "", "next": next_}, headers=headers)

    @property
    def cookie(self) -> str | None:
        return self.client.cookies.get("duban_session")

    def who(self, cookie: str | None = None) -> Any:
        headers = {} if cookie is None else {"Cookie": f"duban_session={cookie}"}
        return self.client.get("/who", headers=headers).json()["who"]

    def form_token(self) -> str:
        return str(self.client.get("/who").json()["form_token"])

    def post(self, path: str, form: dict[str, str], **headers: str) -> Response:
        return self.client.post(path, data=form, headers=headers)


Browse = Callable[..., Browser]
