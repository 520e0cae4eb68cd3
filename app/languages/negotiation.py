"""The language of a response: how it is chosen, and the headers that name it."""

from typing import Annotated

from fastapi import Depends, Header, Request, Response

from app.languages.catalogue import Language, preferred

LANGUAGE = "lang"  # in the address of a page: the language that its reader chose


def language_of(request: Request) -> Language:
    """The language that a request wants: by its address, else by all its Accept-Language lines together."""
    chosen = request.query_params.get(LANGUAGE)
    if chosen is not None and chosen in [*Language]:
        return Language(chosen)
    return preferred(", ".join(request.headers.getlist("accept-language")))


def language_headers(language: Language) -> dict[str, str]:
    """The headers of a response whose text depends on the language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def requested_language(
    request: Request,
    response: Response,
    accept_language: Annotated[
        str | None, Header(description="zh for Chinese; English without it", examples=["zh"])
    ] = None,
) -> Language:
    """The language of a response whose text depends on it; its headers are set."""
    del accept_language  # declared for the documentation: `request` has all its lines
    language = language_of(request)
    response.headers["Content-Language"] = language  # every route that reads says Vary already
    return language


LanguageDep = Annotated[Language, Depends(requested_language)]
