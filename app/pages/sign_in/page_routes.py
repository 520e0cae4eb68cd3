"""The page by which somebody signs in."""

from fastapi import Request

from app.access.sessions.own_forms import safe_next
from app.access.sessions.page_deps import PageActor
from app.pages.rendering import PageDep
from app.pages.routing import page_router

router = page_router()


@router.get("/sign-in")
def show_sign_in(request: Request, actor: PageActor, page: PageDep, next: str = "") -> str:  # noqa: A002  as forms call it
    """Sign in with an account, or with a key that is typed once."""
    return page("sign_in.html", next=safe_next(next), has_accounts=request.app.state.code_flow is not None)
