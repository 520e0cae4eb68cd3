"""The settings, from the environment (DUBAN_…). Unsafe or misspelt ones are rejected at the start."""

import json
import os
import re
import sys
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from shutil import which
from typing import Annotated, Any
from urllib.parse import urlsplit

import limits
from fastapi import Depends, Request
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "DUBAN_"
SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
SIGNING_KEY = re.compile(r"[0-9a-fA-F]{64}")
ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?")
VALKEY = re.compile(r"valkeys?://([^/@\s]*@)?([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[0-9]*)?")
ASYMMETRIC = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
SMTP = re.compile(r"(smtps|smtp\+starttls|smtp)://([^/@\s]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def _rate(text: str) -> str:
    text = text.strip()
    try:
        if text and limits.parse(text).amount < 1:
            raise ValueError
    except ValueError:
        raise ValueError(f"{text} is not a rate; give such as 600/minute, or nothing for no limit") from None
    return text


RateText = Annotated[str, AfterValidator(_rate)]


def is_secure(url: str) -> bool:
    """Whether nobody on the way reads what is sent to an address: by https, or on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


def variable_of(field: str) -> str:
    """The environment variable of a setting, DUBAN_<NAME>. An underscore at the end keeps a field's name apart from
    Pydantic's own."""
    return PREFIX + field.removeprefix(PREFIX).removesuffix("_").upper()


class Settings(BaseSettings):
    """What an operator can set. Each field is the environment variable that `variable_of` says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", populate_by_name=True)

    database_url: str = Field("sqlite:///duban.db", description="SQLite or PostgreSQL 15+; SQLAlchemy URL")
    prepared_statements: bool = Field(
        True, description="off behind a pooler such as PgBouncer: nothing is left on a connection after a transaction"
    )
    schema_: str = Field(
        "",
        validation_alias="DUBAN_SCHEMA",
        description="schema of this county's tables where one PostgreSQL database serves several",
    )
    read_only: bool = Field(
        False, description="whether changes are rejected: for a server on a standby, beside the one that takes them"
    )
    public_reading: bool = Field(True, description="whether anyone without a key reads what is published to the public")
    body_limit: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024, description="largest request body, bytes")] = 1024**2
    storage: str = Field(
        "duban-files", description="folder for the files of evidence, made at the first upload; or s3://bucket/prefix"
    )
    upload_limit: Annotated[
        int, Field(ge=1024, le=512 * 1024 * 1024, description="largest body with a file (multipart/form-data), bytes")
    ] = 20 * 1024**2
    answer_cache_mb: Annotated[
        int, Field(ge=0, le=4096, description="memory of each process for cached responses; 0 caches none")
    ] = 24
    pool_size: Annotated[
        int | None, Field(ge=1, le=200, description="database connections for each process; one more on SQLite")
    ] = None
    threads: Annotated[int | None, Field(ge=1, le=200, description="worker threads for each process")] = None
    request_timeout: Annotated[
        int, Field(ge=1, le=600, description="seconds for a body to arrive, and for a statement, lock or connection")
    ] = 30
    shutdown_timeout: Annotated[
        int, Field(ge=1, le=600, description="seconds that requests in flight have when the server stops")
    ] = 30
    uri_limit: Annotated[int, Field(ge=1024, le=65536, description="longest path and query, bytes")] = 8192
    header_limit: Annotated[int, Field(ge=1024, le=65536, description="largest headers, bytes")] = 16384
    rate_limit: RateText = Field("1200/minute", description="requests of each key in a while; empty is no limit")
    rate_limit_anonymous: RateText = Field(
        "3000/minute", description="requests without a key of each address; empty is no limit"
    )
    rate_limit_store: Annotated[
        SecretStr | None,
        Field(description="where all processes count requests together: valkey://:password@host:6379/0"),
    ] = None
    trusted_proxies: str = Field(
        "127.0.0.1", description="addresses or networks whose X-Forwarded headers are believed, comma separated"
    )
    root_path: str = Field(
        "", description="path under which a proxy serves this server, such as /duban; X-Forwarded-Prefix goes before it"
    )
    cors_origins: Annotated[
        tuple[str, ...], NoDecode, Field(description="pages that may call from a browser, comma separated; * is any")
    ] = ()
    hsts_seconds: Annotated[
        int, Field(ge=0, le=63_072_000, description="Strict-Transport-Security over https; 0 is none")
    ] = 0
    oidc_issuer: str = Field(
        "", description="identity provider whose accounts sign persons in, as `iss` of its tokens; empty for none"
    )
    oidc_audience: str = Field("", description="`aud` of the tokens that it issues for this server")
    oidc_algorithms: Annotated[
        tuple[str, ...], NoDecode, Field(description="with which it may sign, comma separated; asymmetric ones only")
    ] = ("RS256", "ES256")
    oidc_client_id: str = Field(
        "", description="as what this server is registered there, for pages to sign persons in; empty for keys only"
    )
    oidc_client_secret: Annotated[
        SecretStr | None, Field(description="its secret there; none where it is registered as a public client")
    ] = None
    oidc_scope: str = Field("openid", description="what the sign-in on pages asks for; claim rules may need more")
    session_idle_minutes: Annotated[
        int, Field(ge=5, le=1440, description="a session in a browser ends after so long without a request")
    ] = 60
    session_hours: Annotated[int, Field(ge=1, le=168, description="a session in a browser ends after so long")] = 12
    metrics_token: Annotated[
        SecretStr | None, Field(description="bearer token of /metrics; without it only from the server itself")
    ] = None
    signing_key: Annotated[
        SecretStr | None, Field(description="ed25519 key, 64 hexadecimal digits, that signs the heads of the journal")
    ] = None
    notice_hosts: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="hosts, addresses and networks to which messages may be posted, comma separated"),
    ] = ()
    notice_folder: str = Field("", description="folder for messages that are crossed by hand; empty for none")
    notice_key: Annotated[
        SecretStr | None, Field(description="Fernet keys, comma separated, that seal addresses and secrets at rest")
    ] = None
    smtp_url: Annotated[
        SecretStr | None,
        Field(description="server of e-mail: smtps://user:password@host, smtp+starttls:// or smtp://"),
    ] = None
    mail_from: str = Field("督办 <duban@localhost>", description="sender of e-mail")
    due_soon_days: Annotated[int, Field(ge=0, le=365, description="days before the last day that count as soon")] = 7
    soffice: str = Field(
        default_factory=lambda: which("soffice") or "",
        description="LibreOffice's program, by which .doc, .wps, .rtf, .odt and .ods are read; empty for none",
    )
    roll_days_off: bool = Field(
        True, description="whether a span of days that ends on a day off ends a working day later"
    )

    @property
    def connections(self) -> int:
        """Each needs a thread that uses it."""
        return self.pool_size or min(self._fitting, self.threads or self._fitting)

    @property
    def worker_threads(self) -> int:
        return self.threads or max(self._fitting, self.pool_size or 0)

    @property
    def _fitting(self) -> int:
        """On SQLite more than four threads answered no more lists, and took two megabytes each: what they do there
        holds the interpreter's lock. On PostgreSQL they wait for its answers most of the time."""
        return 4 if self.database_url.startswith("sqlite") else 6

    @field_validator("database_url")
    @classmethod
    def known_database(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if not separator:
            raise ValueError("not a database URL; give sqlite:///duban.db or postgresql://user:password@host/name")
        if scheme == "sqlite":
            if rest in {"", "/", "/:memory:"}:
                raise ValueError("an in-memory database is lost with the process; name a file: sqlite:///duban.db")
            return url
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
            return f"postgresql+psycopg://{rest}"
        raise ValueError(f"{scheme}:// is not supported; use sqlite:/// or postgresql://")

    @field_validator("database_url")
    @classmethod
    def usable_folder(cls, url: str) -> str:
        if not url.startswith("sqlite:///"):
            return url
        file = Path(url.removeprefix("sqlite:///").partition("?")[0])
        if not file.parent.is_dir():
            raise ValueError(f"the folder {file.parent} does not exist; make it, or name another file")
        if not os.access(file.parent, os.W_OK | os.X_OK):
            raise ValueError(f"the folder {file.parent} may not be written; SQLite writes files beside {file.name}")
        if file.is_dir() or (file.exists() and not os.access(file, os.R_OK | os.W_OK)):
            raise ValueError(f"{file} is not a file that can be read and written")
        return url

    @field_validator("schema_")
    @classmethod
    def usable_schema(cls, name: str) -> str:
        if name and not SCHEMA.fullmatch(name):
            raise ValueError(f"{name} is not a name of a schema; give such as huoqiu, of a-z, 0-9 and _")
        return name

    @field_validator("storage")
    @classmethod
    def usable_storage(cls, name: str) -> str:
        if name.startswith("s3:"):
            if not BUCKET.fullmatch(name):
                raise ValueError("not a bucket; give s3://bucket or s3://bucket/prefix")
            return name
        folder = Path(name)
        if not name.strip():
            raise ValueError("name a folder, such as duban-files")
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
            raise ValueError(f"{folder} is not a folder that can be read and written")
        return name

    @field_validator("soffice")
    @classmethod
    def found_program(cls, name: str) -> str:
        found = which(name) if name else ""
        if found is None:
            raise ValueError(f"the program {name} does not exist; give LibreOffice's soffice, or nothing")
        return found

    @field_validator("notice_key")
    @classmethod
    def fernet_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is None:
            return None
        from cryptography.fernet import Fernet

        for key in keys.get_secret_value().split(","):
            try:
                Fernet(key)
            except ValueError:
                raise ValueError(
                    "give 32 bytes as URL-safe base64, such as from: openssl rand -base64 32 | tr +/ -_"
                ) from None
        return keys

    @field_validator("smtp_url")
    @classmethod
    def known_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not SMTP.fullmatch(url.get_secret_value()):
            raise ValueError("not a server of e-mail; give smtps://user:password@host, smtp+starttls:// or smtp://")
        return url

    @field_validator("rate_limit_store")
    @classmethod
    def known_store(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not VALKEY.fullmatch(url.get_secret_value()):
            raise ValueError("not a store; give valkey://:password@host:6379/0 or valkeys://, also for a Redis server")
        return url

    @field_validator("mail_from")
    @classmethod
    def known_sender(cls, sender: str) -> str:
        if "@" not in parseaddr(sender)[1]:
            raise ValueError("not an e-mail address; give one such as 霍邱县督办 <duban@huoqiu.gov.cn>")
        return sender

    @field_validator("oidc_issuer")
    @classmethod
    def safe_issuer(cls, url: str) -> str:
        if url and not is_secure(url):
            raise ValueError("is not the address of an issuer; give https://…, or http:// on this machine only")
        return url

    @field_validator("oidc_algorithms")
    @classmethod
    def asymmetric(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in ASYMMETRIC:
                raise ValueError(f"{name} is not taken; give some of {', '.join(sorted(ASYMMETRIC))}")
        return names

    @model_validator(mode="after")
    def an_audience_for_an_issuer(self) -> "Settings":
        if self.oidc_issuer and not (self.oidc_audience and self.oidc_algorithms):
            raise ValueError("DUBAN_OIDC_ISSUER needs DUBAN_OIDC_AUDIENCE and DUBAN_OIDC_ALGORITHMS")
        if self.oidc_client_id and not self.oidc_issuer:
            raise ValueError("DUBAN_OIDC_CLIENT_ID needs DUBAN_OIDC_ISSUER")
        if self.oidc_client_secret and not self.oidc_client_id:
            raise ValueError("DUBAN_OIDC_CLIENT_SECRET needs DUBAN_OIDC_CLIENT_ID")
        return self

    @field_validator("cors_origins", "notice_hosts", "oidc_algorithms", mode="before")
    @classmethod
    def split(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        if not given.startswith("["):
            return [one.strip() for one in given.split(",") if one.strip()]
        try:
            return json.loads(given)
        except ValueError:
            raise ValueError("is not JSON; give https://a.example,https://b.example") from None

    @field_validator("cors_origins")
    @classmethod
    def known_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in origins and len(origins) > 1:
            raise ValueError("* is any page already; give it alone, or name the pages")
        for origin in origins:
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is not an origin; give scheme and host, such as https://www.huoqiu.gov.cn")
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def known_networks(cls, text: str) -> str:
        for one in filter(None, text.replace(" ", "").split(",")):
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(
                    f"{one} is neither an address nor a network; give such as 127.0.0.1 or 10.0.0.0/8"
                ) from None
        return text.replace(" ", "")

    @field_validator("root_path")
    @classmethod
    def known_path(cls, text: str) -> str:
        if not ROOT_PATH.fullmatch(text.rstrip("/")):
            raise ValueError(f"{text} is not a path; give such as /duban")
        return text.rstrip("/")

    @field_validator("metrics_token")
    @classmethod
    def long_enough(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and len(token.get_secret_value()) < 16:
            raise ValueError("give at least 16 characters, such as from: openssl rand -hex 16")
        return token

    @field_validator("signing_key")
    @classmethod
    def an_ed25519_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not SIGNING_KEY.fullmatch(key.get_secret_value()):
            raise ValueError("give 64 hexadecimal digits, such as from: openssl rand -hex 32")
        return key

    @property
    def signs_with(self) -> str | None:
        return None if self.signing_key is None else self.signing_key.get_secret_value()

    @model_validator(mode="after")
    def a_thread_for_each_connection(self) -> "Settings":
        if self.worker_threads < self.connections:
            raise ValueError(
                f"DUBAN_THREADS={self.threads} is less than DUBAN_POOL_SIZE={self.pool_size}; give as many"
            )
        return self

    @model_validator(mode="after")
    def one_schema(self) -> "Settings":
        if self.schema_ and self.database_url.startswith("sqlite"):
            raise ValueError("DUBAN_SCHEMA is for PostgreSQL; on SQLite each county has a file of its own")
        if self.schema_ and "search_path" in self.database_url:
            raise ValueError("DUBAN_DATABASE_URL says search_path already; say DUBAN_SCHEMA only")
        return self

    @model_validator(mode="after")
    def no_misspelt_setting(self) -> "Settings":
        known = set(map(variable_of, type(self).model_fields))
        unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
        if unknown:
            raise ValueError(f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        return self


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        pydantic.ValidationError: a setting is unknown, unsafe or out of range.
    """
    return Settings()


def _settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def complaints(broken: ValidationError) -> list[str]:
    """One line for each setting that cannot be used: its name, and what would be right. Never its value."""
    return [
        (f"{variable_of(str(one['loc'][0]))}: " if one["loc"] else "") + one["msg"].removeprefix("Value error, ")
        for one in broken.errors()
    ]


def settings_or_exit() -> Settings:
    """The settings of this process; it ends with their complaints if they cannot be used."""
    try:
        return get_settings()
    except ValidationError as broken:
        sys.stderr.write("".join(f"{line}\n" for line in complaints(broken)))
        raise SystemExit(2) from None


SettingsDep = Annotated[Settings, Depends(_settings_of)]
