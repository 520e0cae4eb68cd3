"""Forms on pages: that each is done once, what it says in the shapes of the API, and how it is shown again."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from app import clock
from app.access.idempotency import SEE_OTHER, Once, Wanted, hash_of_form, is_token, reserve
from app.access.sessions.own_forms import FIELD, csrf_token
from app.access.sessions.page_deps import PageFound
from app.addresses import address
from app.database.session import SessionDep
from app.edge.problems import from_validation
from app.errors import FormSentBefore, IdempotencyKeyReused
from app.languages.messages import Message, say
from app.languages.negotiation import LANGUAGE

ONCE = "once"  # the field by which a form that is sent twice is done once
DONE: Mapping[str, Message] = {  # what a page says after a form
    "reported": say("Your report was received."),
    "waits": say("Your report waits inside your unit for its release."),
    "released": say("The report was released; it counts from today."),
    "withdrawn": say("The report was taken back."),
    "acknowledged": say("It is noted that your unit has read this."),
    "asked": say("Your request was received; the office decides on it."),
    "answered": say("Your answer was received."),
    "reviewed": say("Your judgement was entered."),
    "decided": say("Your decision was entered."),
    "urged": say("The unit was urged; its answer will show here."),
    "urged_all": say("The units were urged; their answers will show with each obligation."),
    "found": say("The finding is open; the unit sees it."),
    "extended": say("The finding has a later last day."),
    "closed": say("The finding is closed."),
    "read": say("The file was read. Nothing of it is a register yet."),
    "noted": say("Your answers were entered."),
    "signed_out": say(
        "You are signed out here. Your account may still be signed in at the identity provider: on a computer that "
        "others use, sign out there too."
    ),
    "committed": say("This register is a draft now; nobody sees it before it is published."),
    "published": say("This register is published."),
    "published_late": say("This register is published. Some of it is overdue from now on; the lights say what."),
}
NAMES_ITS_FIELD = re.compile(r"(?P<field>[a-z_]+)(?:: |：)(?P<detail>.+)", re.DOTALL)
Shape = TypeVar("Shape", bound=BaseModel)


class Followed(BaseModel):
    """Where a form leads, as it is stored for the same form sent again."""

    location: str


class Posted:
    """A form that was sent, once or again."""

    def __init__(self, request: Request, once: Once) -> None:
        self._request, self._once = request, once

    def leads_to(self, path: str, done: str) -> RedirectResponse:
        """To the page on which what was done shows.

        Args:
            done: what was done, one of DONE.
        """
        query = urlencode([*_page_parameters(self._request), ("done", done)])
        followed = self._once.store(Followed(location=f"{address(path)}?{query}#done"))
        return RedirectResponse(followed.location, SEE_OTHER)


async def _sent(request: Request) -> tuple[str, str]:
    """The token by which a form is done once, empty if it has none, and a hash of its fields."""
    token = (await request.form()).get(ONCE)
    return (token if isinstance(token, str) else ""), await hash_of_form(request, {FIELD, ONCE})


# No coroutine: it waits for another transaction, and where a route takes files the framework would run it on the event
# loop, so that the other one could not end.
def _posted(
    request: Request, session: SessionDep, found: PageFound, sent: Annotated[tuple[str, str], Depends(_sent)]
) -> Posted:
    (token, content), key_id = sent, found.caller.actor.key_id
    if key_id is None or not token or not is_token(token):
        return Posted(request, Once())
    wanted = Wanted(key_id, request.method, request.url.path, token, content, clock.now(), SEE_OTHER)
    try:
        return Posted(request, reserve(session.connection(), wanted))
    except IdempotencyKeyReused as reused:  # somebody went back to the form, and wrote something else into it
        raise FormSentBefore() from reused


# Named first in a route: its row is the first that a transaction locks, and a form sent again stops here.
PostedDep = Annotated[Posted, Depends(_posted)]


def chosen_language(request: Request) -> dict[str, str]:
    """The language that the reader chose, as it stands in addresses."""
    chosen = request.query_params.get(LANGUAGE)
    return {} if chosen is None else {LANGUAGE: chosen}


def _page_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of a page, which stay in its address after a form on it."""
    return [(name, value) for name, value in request.query_params.multi_items() if name != "done"]


def shaped(shape: type[Shape], **given: Any) -> Shape:
    """What a form says, in a shape of the API. A field that is left empty is absent.

    Raises:
        InvalidRequest.
    """
    try:
        return shape.model_validate({name: value for name, value in given.items() if value not in ("", None)})
    except ValidationError as broken:
        raise from_validation(broken.errors()) from broken


def half_width(text: str) -> str:
    """A number as it is meant where Chinese is typed: １２．５％ is 12.5%."""
    return unicodedata.normalize("NFKC", text).strip()


def whole_number(typed: str) -> int | str:
    """A whole number that was typed; any other text is for the shape to reject."""
    text = half_width(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


@dataclass
class Refused:
    """A form that was not accepted: where it was sent, why, and what had been typed."""

    path: str
    problem: Mapping[str, Any]
    typed: FormData
    is_shown: bool = False  # on its page, where the form may no longer be


class ShownForm:
    """A form as a template shows it.

    Args:
        keeps: whether it is sent with the parameters of its page, which its route declares, too.
    """

    def __init__(self, request: Request, path: str, *, keeps: bool = False) -> None:
        refused: Refused | None = getattr(request.state, "refused", None)
        self._refused = refused if refused is not None and refused.path == path else None
        if self._refused is not None:
            self._refused.is_shown = True
        self._beside: list[Mapping[str, str]] = []
        self.id = path.strip("/").replace("/", "-")
        query = urlencode(_page_parameters(request) if keeps else chosen_language(request))
        self.action = address(path) + (f"?{query}" if query else "")
        self.hidden = {FIELD: csrf_token(request), ONCE: secrets.token_urlsafe(16)}

    @property
    def problem(self) -> Mapping[str, Any] | None:
        return None if self._refused is None else self._refused.problem

    def all_of(self, name: str) -> list[Any]:
        """What had been typed in all fields of this name."""
        return [] if self._refused is None else self._refused.typed.getlist(name)

    def value(self, name: str, default: Any = "", at: int = 0) -> Any:
        """What had been typed.

        Args:
            at: in which of several fields of this name.
        """
        typed = self.all_of(name)
        return typed[at] if at < len(typed) else default

    def typed(self, name: str, value: str) -> bool:
        """Whether this value of several was chosen."""
        return value in self.all_of(name)

    @property
    def had_files(self) -> bool:
        """Whether files had been chosen, which a page cannot choose again."""
        values = [] if self._refused is None else self._refused.typed.values()
        return any(isinstance(one, UploadFile) and one.filename for one in values)

    def wrong(self, name: str) -> str | None:
        """What is wrong with a field, or with a part of it."""
        found = [one for one in self._errors if f"{one['field'].removeprefix('body.')}.".startswith(f"{name}.")]
        self._beside += found[:1]
        return found[0]["detail"] if found else None

    @property
    def others(self) -> list[str]:
        """What is wrong, and was not said beside a field."""
        return [one["detail"] for one in self._errors if one not in self._beside]

    @property
    def _errors(self) -> list[Mapping[str, str]]:
        return [] if self._refused is None else [*map(_beside_its_field, self._refused.problem["errors"])]


def _beside_its_field(error: Mapping[str, str]) -> Mapping[str, str]:
    """What a shape says about several fields names one of them first: "reason: write why"."""
    found = None if error["field"] else NAMES_ITS_FIELD.fullmatch(error["detail"])
    return error if found is None else found.groupdict()
