"""Where the language of an answer comes from, and how the answer says which it is."""

from typing import Annotated

from fastapi import Depends, Header, Request, Response

from app.languages.catalogue import Language, preferred

LANGUAGE = "lang"  # in the address of a page: the language that its reader chose


def language_of(request: Request) -> Language:
    """The language that a request asks for: by its address, else by all its lines of Accept-Language together."""
    chosen = request.query_params.get(LANGUAGE)
    if chosen is not None and chosen in [*Language]:
        return Language(chosen)
    return preferred(", ".join(request.headers.getlist("accept-language")))


def language_headers(language: Language) -> dict[str, str]:
    """For an answer that would read otherwise in another language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def asked_language(
    request: Request,
    response: Response,
    accept_language: Annotated[
        str | None, Header(description="zh for Chinese; English without it", examples=["zh"])
    ] = None,
) -> Language:
    """The language for an answer whose words depend on it; the answer then says so."""
    del accept_language  # declared for the documentation: `request` has all its lines
    language = language_of(request)
    response.headers["Content-Language"] = language  # every route that reads says Vary already
    return language


AskedLanguage = Annotated[Language, Depends(asked_language)]
