"""Where the language of an answer comes from, and how the answer says which it is."""

from fastapi import Request

from app.languages.catalogue import Language, preferred


def language_of(request: Request) -> Language:
    """The language that a request asks for, by all its lines of Accept-Language together."""
    return preferred(", ".join(request.headers.getlist("accept-language")))


def language_headers(language: Language) -> dict[str, str]:
    """For an answer that would read otherwise in another language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}
