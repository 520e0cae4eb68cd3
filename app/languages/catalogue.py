"""The translation of messages by the catalogue `zh.po`, read at first use and not compiled to a file."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from app.languages.messages import Message

Shown = TypeVar("Shown", bound=BaseModel)
CHINESE = Path(__file__).parent / "zh.po"


class Language(StrEnum):
    """The languages; the first is that of the messages, and the default."""

    ENGLISH = "en"
    CHINESE = "zh"


@lru_cache(256)
def preferred(accept_language: str) -> Language:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) likes best; any kind of Chinese is Chinese.

    The weights decide between primary tags: `zh-CN, en;q=0.9` is Chinese, though only English is matched to the letter.
    """
    if not accept_language:
        return Language.ENGLISH
    from werkzeug.datastructures import LanguageAccept  # with what it brings along, a fortieth of a start
    from werkzeug.http import parse_accept_header

    weights: dict[str, float] = {}
    for tag, weight in sorted(parse_accept_header(accept_language, LanguageAccept), key=lambda one: -one[1]):
        weights.setdefault(tag.replace("_", "-").partition("-")[0].lower(), weight)
    for tag, weight in weights.items():
        for language in Language:
            if weight > 0 and (tag == language or (tag == "*" and weights.get(language, 1) > 0)):
                return language
    return Language.ENGLISH


@cache
def translations(language: Language) -> NullTranslations:
    """A language's catalogue, with its fuzzy entries left out."""
    if language is Language.ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # with the catalogue, fifty milliseconds of a start
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with CHINESE.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translated(text: str, language: Language) -> str:
    """A message in a language, its values too. Other texts, and messages without a translation, are unchanged."""
    if language is Language.ENGLISH or not isinstance(text, Message):
        return str(text)
    catalogue = translations(language)
    found = catalogue.pgettext(text.context, text.template) if text.context else catalogue.gettext(text.template)
    values = {name: translated(one, language) if isinstance(one, str) else one for name, one in text.values.items()}
    return found.format(**values) if values else found


def in_language(content: Any, language: Language) -> Any:
    """JSON content with every message in it translated."""
    if isinstance(content, str):
        return translated(content, language)
    if isinstance(content, Mapping):
        return {name: in_language(value, language) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [in_language(value, language) for value in content]
    return content


def said_in(language: Language, shown: Shown) -> Shown:
    """An answer with every message in it translated: the fields that are a `Sentence` (app/shapes.py)."""
    if language is Language.ENGLISH:
        return shown
    return type(shown).model_validate(in_language(shown.model_dump(), language))
