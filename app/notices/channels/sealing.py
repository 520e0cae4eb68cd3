"""The encryption of stored addresses and secrets with DUBAN_NOTICE_KEY, if it is set."""

from functools import lru_cache
from typing import TYPE_CHECKING

from app.config import Settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

OPEN, SEALED = "open:", "fernet:"


class CannotUnseal(Exception):
    """DUBAN_NOTICE_KEY is not the key that it was sealed with."""


def seal(text: str, settings: Settings) -> str:
    """A text as it is stored. Without a key it is stored as it is, and the start says so."""
    if settings.notice_key is None:
        return OPEN + text
    return SEALED + _fernet(settings.notice_key.get_secret_value()).encrypt(text.encode()).decode()


def unseal(stored: str, settings: Settings) -> str:
    """Raises:
    CannotUnseal.
    """
    from cryptography.fernet import InvalidToken

    if stored.startswith(OPEN):
        return stored.removeprefix(OPEN)
    try:
        if settings.notice_key is None:
            raise CannotUnseal
        key = settings.notice_key.get_secret_value()
        return _fernet(key).decrypt(stored.removeprefix(SEALED).encode()).decode()
    except InvalidToken as other:
        raise CannotUnseal from other


@lru_cache(8)
def _fernet(keys: str) -> "MultiFernet":
    """Several keys, comma separated: the first seals, all unseal, so that a key can be replaced."""
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in keys.split(",")])
