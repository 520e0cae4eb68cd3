"""Settings, from the environment (DUBAN_…). Unsafe or misspelt ones are refused at the start."""

import os
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "DUBAN_"


class Settings(BaseSettings):
    """What an operator can set. Each field is the environment variable DUBAN_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    database_url: str = Field("sqlite:///duban.db", description="SQLite or PostgreSQL 15+; SQLAlchemy URL")
    public_reading: bool = Field(True, description="whether anyone without a key reads what is published to the public")
    body_limit: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024, description="largest request body, bytes")] = 1024**2
    pool_size: Annotated[int, Field(ge=1, le=200, description="database connections for each process")] = 10
    threads: Annotated[int, Field(ge=1, le=200, description="worker threads for each process")] = 10
    due_soon_days: Annotated[int, Field(ge=0, le=365, description="days before the last day that count as soon")] = 7

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

    @model_validator(mode="after")
    def a_thread_for_each_connection(self) -> "Settings":
        if self.threads < self.pool_size:
            raise ValueError(
                f"DUBAN_THREADS={self.threads} is less than DUBAN_POOL_SIZE={self.pool_size}; give as many"
            )
        return self

    @model_validator(mode="after")
    def no_misspelt_setting(self) -> "Settings":
        known = {PREFIX + name.upper() for name in type(self).model_fields}
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


SettingsDep = Annotated[Settings, Depends(_settings_of)]
