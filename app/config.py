"""The settings, from the environment (DUBAN_…). Unsafe or misspelt ones are rejected at the start."""

import os
import sys
from functools import lru_cache
from shutil import which
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.setting_types import (
    Algorithms,
    CommaSeparated,
    DatabaseUrl,
    FernetKeys,
    Issuer,
    MailServer,
    MetricsToken,
    Networks,
    Origins,
    Program,
    Rate,
    SchemaName,
    Sender,
    SigningKey,
    Storage,
    UrlPath,
    Valkey,
)

PREFIX = "DUBAN_"


def variable_of(field: str) -> str:
    """The environment variable of a setting, DUBAN_<NAME>. An underscore at the end keeps a field's name apart from
    Pydantic's own."""
    return PREFIX + field.removeprefix(PREFIX).removesuffix("_").upper()


class Settings(BaseSettings):
    """What an operator can set. Each field is the environment variable that `variable_of` says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", populate_by_name=True)

    database_url: DatabaseUrl = Field("sqlite:///duban.db", description="SQLite or PostgreSQL 15+; SQLAlchemy URL")
    prepared_statements: bool = Field(
        True, description="off behind a pooler such as PgBouncer: nothing is left on a connection after a transaction"
    )
    schema_: SchemaName = Field(
        "",
        validation_alias="DUBAN_SCHEMA",
        description="schema of this county's tables where one PostgreSQL database serves several",
    )
    read_only: bool = Field(
        False, description="whether changes are rejected: for a server on a standby, beside the one that takes them"
    )
    public_reading: bool = Field(True, description="whether anyone without a key reads what is published to the public")
    body_limit: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024, description="largest request body, bytes")] = 1024**2
    storage: Storage = Field(
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
    rate_limit: Rate = Field("1200/minute", description="requests of each key in a while; empty is no limit")
    rate_limit_anonymous: Rate = Field(
        "3000/minute", description="requests without a key of each address; empty is no limit"
    )
    rate_limit_store: Annotated[
        Valkey | None,
        Field(description="where all processes count requests together: valkey://:password@host:6379/0"),
    ] = None
    trusted_proxies: Networks = Field(
        "127.0.0.1", description="addresses or networks whose X-Forwarded headers are believed, comma separated"
    )
    root_path: UrlPath = Field(
        "", description="path under which a proxy serves this server, such as /duban; X-Forwarded-Prefix goes before it"
    )
    cors_origins: Annotated[
        Origins, Field(description="pages that may call from a browser, comma separated; * is any")
    ] = ()
    hsts_seconds: Annotated[
        int, Field(ge=0, le=63_072_000, description="Strict-Transport-Security over https; 0 is none")
    ] = 0
    oidc_issuer: Issuer = Field(
        "", description="identity provider whose accounts sign persons in, as `iss` of its tokens; empty for none"
    )
    oidc_audience: str = Field("", description="`aud` of the tokens that it issues for this server")
    oidc_algorithms: Annotated[
        Algorithms, Field(description="with which it may sign, comma separated; asymmetric ones only")
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
        MetricsToken | None, Field(description="bearer token of /metrics; without it only from the server itself")
    ] = None
    signing_key: Annotated[
        SigningKey | None, Field(description="ed25519 key, 64 hexadecimal digits, that signs the heads of the journal")
    ] = None
    notice_hosts: Annotated[
        CommaSeparated,
        Field(description="hosts, addresses and networks to which messages may be posted, comma separated"),
    ] = ()
    notice_folder: str = Field("", description="folder for messages that are crossed by hand; empty for none")
    notice_key: Annotated[
        FernetKeys | None, Field(description="Fernet keys, comma separated, that seal addresses and secrets at rest")
    ] = None
    smtp_url: Annotated[
        MailServer | None,
        Field(description="server of e-mail: smtps://user:password@host, smtp+starttls:// or smtp://"),
    ] = None
    mail_from: Sender = Field("督办 <duban@localhost>", description="sender of e-mail")
    due_soon_days: Annotated[int, Field(ge=0, le=365, description="days before the last day that count as soon")] = 7
    soffice: Program = Field(
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

    @property
    def signs_with(self) -> str | None:
        return None if self.signing_key is None else self.signing_key.get_secret_value()

    @model_validator(mode="after")
    def an_audience_for_an_issuer(self) -> "Settings":
        if self.oidc_issuer and not (self.oidc_audience and self.oidc_algorithms):
            raise ValueError("DUBAN_OIDC_ISSUER needs DUBAN_OIDC_AUDIENCE and DUBAN_OIDC_ALGORITHMS")
        if self.oidc_client_id and not self.oidc_issuer:
            raise ValueError("DUBAN_OIDC_CLIENT_ID needs DUBAN_OIDC_ISSUER")
        if self.oidc_client_secret and not self.oidc_client_id:
            raise ValueError("DUBAN_OIDC_CLIENT_SECRET needs DUBAN_OIDC_CLIENT_ID")
        return self

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
