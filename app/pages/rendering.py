"""The rendering of pages as HTML: a template in the reader's language, with this server's addresses."""

import hashlib
from collections.abc import Mapping
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from app.access.caching import UNCACHED
from app.access.idempotency import SEE_OTHER
from app.access.models import ActorRole
from app.addresses import address
from app.clock import local_day
from app.languages.catalogue import Language, translated
from app.languages.messages import label, say
from app.languages.negotiation import language_of
from app.pages.choices import CHOICES
from app.pages.forms import DONE, ShownForm, chosen_language
from app.pages.reasons import own_words

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_bytes()
VERSION = hashlib.sha256(STYLE).hexdigest()[:12]
# Nothing from outside, no scripts, no frames, and forms lead nowhere else.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OFFICE_TITLES: Mapping[ActorRole | None, str] = {
    None: say("How it stands"),  # nobody, or an error came before it was looked who
    ActorRole.AUDITOR: say("The auditors' desk"),
    ActorRole.REPORTER: say("How my units stand"),
}
LANG = {Language.ENGLISH: "en", Language.CHINESE: "zh-CN"}


def page_headers(request: Request) -> Mapping[str, str]:
    """What every page says beside what caches may do with it."""
    language = language_of(request)
    return {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY", "Content-Language": language}


def rendered(request: Request, template: str, **context: Any) -> str:
    """A template in the language of a request."""
    language = language_of(request)
    given = chosen_language(request)

    def url(path: str, **query: Any) -> str:
        """An address of this server, in the language that its reader chose."""
        pairs = {name: value for name, value in (query | given).items() if value is not None}
        return address(path) + (f"?{urlencode(pairs, doseq=True)}" if pairs else "")

    def here(**query: Any) -> str:
        """The address of this page, with some of its parameters changed."""
        pairs = others(*query) + [(name, value) for name, value in query.items() if value is not None]
        return f"{address(request.scope['path'])}?{urlencode(pairs)}"

    def others(*names: str) -> list[tuple[str, Any]]:
        """The parameters of this page but some. One may stand there several times."""
        return [pair for pair in request.query_params.multi_items() if pair[0] not in ("done", *names)]

    def rest(path: str) -> str:
        """The page of a list of the API."""
        path, _, filters = path.removeprefix(address("/api/v1")).partition("?")
        return url(path, **parse_qs(filters))

    common = {"url": url, "rest": rest, "here": here, "others": others, "form": partial(ShownForm, request)}
    common["upload_limit"] = request.app.state.settings.upload_limit
    return _environment(language).get_template(template).render(**common, **_of_session(request), **context)


def _of_session(request: Request) -> dict[str, Any]:
    """Who is signed in, which desks they have, and what they have just done."""
    caller = getattr(request.state, "signed_in", None)
    role = caller and caller.actor.role
    return {
        "signed_in": role,
        "has_own_desk": role in (None, ActorRole.REPORTER),
        "office_title": OFFICE_TITLES.get(role, say("The office's desk")),
        "done": DONE.get(request.query_params.get("done", "")),
    }


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=partial(_shown, language),
    )
    environment.globals |= {"say": say, "language": LANG[language], "languages": LANG, "version": VERSION}
    environment.filters["local_day"] = local_day
    environment.globals |= {"words_of": CHOICES, "own_words": own_words}
    return environment


def _shown(language: Language, value: Any) -> Any:
    """A value as it stands on a page: members of vocabularies by their labels, sentences in the reader's language."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        value = label(value)
    return translated(value, language) if isinstance(value, str) and not hasattr(value, "__html__") else value


class Page:
    """Renders the page of a request: `page("board.html", board)` gives the template all fields of a model."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request, self.language = request, language_of(request)
        response.headers.update(page_headers(request))
        response.headers.append("Vary", "Cookie")

    def __call__(self, template: str, shown: BaseModel | None = None, **context: Any) -> str:
        fields = {name: getattr(shown, name) for name in type(shown).model_fields} if shown is not None else {}
        return rendered(self._request, template, **fields, **context)

    def leads_to(self, path: str) -> RedirectResponse:
        """Another page instead, in the language that the reader chose."""
        query = urlencode(chosen_language(self._request))
        return RedirectResponse(address(path) + (f"?{query}" if query else ""), SEE_OTHER, UNCACHED)


PageDep = Annotated[Page, Depends(Page)]
