"""The types of settings: how each text of the environment is checked, and what would be right instead."""

import json
import os
import re
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from shutil import which
from typing import Annotated, Any
from urllib.parse import urlsplit

import limits
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
ASYMMETRIC = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}


def is_secure(url: str) -> bool:
    """Whether nobody on the way reads what is sent to an address: by https, or on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


def _secret(pattern: str, wrong: str) -> AfterValidator:
    """A check of a whole secret text. Its value is not in the message."""

    def check(secret: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, secret.get_secret_value()):
            raise ValueError(wrong)
        return secret

    return AfterValidator(check)


def _split(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if not given.startswith("["):
        return [one.strip() for one in given.split(",") if one.strip()]
    try:
        return json.loads(given)
    except ValueError:
        raise ValueError("is not JSON; give https://a.example,https://b.example") from None


def _rate(text: str) -> str:
    text = text.strip()
    try:
        if text and limits.parse(text).amount < 1:
            raise ValueError
    except ValueError:
        raise ValueError(f"{text} is not a rate; give such as 600/minute, or nothing for no limit") from None
    return text


def _database_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError("not a database URL; give sqlite:///duban.db or postgresql://user:password@host/name")
    if scheme == "sqlite":
        if rest in {"", "/", "/:memory:"}:
            raise ValueError("an in-memory database is lost with the process; name a file: sqlite:///duban.db")
        _require_usable_file(url)
        return url
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    raise ValueError(f"{scheme}:// is not supported; use sqlite:/// or postgresql://")


def _require_usable_file(url: str) -> None:
    if not url.startswith("sqlite:///"):
        return
    file = Path(url.removeprefix("sqlite:///").partition("?")[0])
    if not file.parent.is_dir():
        raise ValueError(f"the folder {file.parent} does not exist; make it, or name another file")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise ValueError(f"the folder {file.parent} may not be written; SQLite writes files beside {file.name}")
    if file.is_dir() or (file.exists() and not os.access(file, os.R_OK | os.W_OK)):
        raise ValueError(f"{file} is not a file that can be read and written")


def _schema(name: str) -> str:
    if name and not re.fullmatch(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"{name} is not a name of a schema; give such as huoqiu, of a-z, 0-9 and _")
    return name


def _storage(name: str) -> str:
    if name.startswith("s3:"):
        if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?", name):
            raise ValueError("not a bucket; give s3://bucket or s3://bucket/prefix")
        return name
    folder = Path(name)
    if not name.strip():
        raise ValueError("name a folder, such as duban-files")
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        raise ValueError(f"{folder} is not a folder that can be read and written")
    return name


def _program(name: str) -> str:
    found = which(name) if name else ""
    if found is None:
        raise ValueError(f"the program {name} does not exist; give LibreOffice's soffice, or nothing")
    return found


def _fernet_keys(keys: SecretStr) -> SecretStr:
    from cryptography.fernet import Fernet

    for key in keys.get_secret_value().split(","):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(
                "give 32 bytes as URL-safe base64, such as from: openssl rand -base64 32 | tr +/ -_"
            ) from None
    return keys


def _sender(sender: str) -> str:
    if "@" not in parseaddr(sender)[1]:
        raise ValueError("not an e-mail address; give one such as 霍邱县督办 <duban@huoqiu.gov.cn>")
    return sender


def _issuer(url: str) -> str:
    if url and not is_secure(url):
        raise ValueError("is not the address of an issuer; give https://…, or http:// on this machine only")
    return url


def _algorithms(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in ASYMMETRIC:
            raise ValueError(f"{name} is not taken; give some of {', '.join(sorted(ASYMMETRIC))}")
    return names


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    if "*" in origins and len(origins) > 1:
        raise ValueError("* is any page already; give it alone, or name the pages")
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", origin):
            raise ValueError(f"{origin} is not an origin; give scheme and host, such as https://www.huoqiu.gov.cn")
    return origins


def _networks(text: str) -> str:
    for one in filter(None, text.replace(" ", "").split(",")):
        try:
            ip_network(one)
        except ValueError:
            raise ValueError(
                f"{one} is neither an address nor a network; give such as 127.0.0.1 or 10.0.0.0/8"
            ) from None
    return text.replace(" ", "")


def _path(text: str) -> str:
    if not ROOT_PATH.fullmatch(text.rstrip("/")):
        raise ValueError(f"{text} is not a path; give such as /duban")
    return text.rstrip("/")


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
SchemaName = Annotated[str, AfterValidator(_schema)]
Storage = Annotated[str, AfterValidator(_storage)]
Program = Annotated[str, AfterValidator(_program)]
Rate = Annotated[str, AfterValidator(_rate)]
Networks = Annotated[str, AfterValidator(_networks)]
UrlPath = Annotated[str, AfterValidator(_path)]
Issuer = Annotated[str, AfterValidator(_issuer)]
Sender = Annotated[str, AfterValidator(_sender)]
CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Algorithms = Annotated[CommaSeparated, AfterValidator(_algorithms)]
Origins = Annotated[CommaSeparated, AfterValidator(_origins)]
FernetKeys = Annotated[SecretStr, AfterValidator(_fernet_keys)]
MetricsToken = Annotated[
    SecretStr, _secret(r"(?s).{16,}", "give at least 16 characters, such as from: openssl rand -hex 16")
]
SigningKey = Annotated[
    SecretStr, _secret(r"[0-9a-fA-F]{64}", "give 64 hexadecimal digits, such as from: openssl rand -hex 32")
]
MailServer = Annotated[
    SecretStr,
    _secret(
        r"(smtps|smtp\+starttls|smtp)://([^/@\s]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?",
        "not a server of e-mail; give smtps://user:password@host, smtp+starttls:// or smtp://",
    ),
]
Valkey = Annotated[
    SecretStr,
    _secret(
        r"valkeys?://([^/@\s]*@)?([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[0-9]*)?",
        "not a store; give valkey://:password@host:6379/0 or valkeys://, also for a Redis server",
    ),
]
