"""Settings that cannot be used are refused at the start, with what would be right."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.config import Settings, complaints, variable_of
from app.edge import bodies, protocol


def test_origins_are_read_from_commas_and_from_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_CORS_ORIGINS", "https://a.gov.cn, http://localhost:5173")
    by_commas = Settings().cors_origins
    monkeypatch.setenv("DUBAN_CORS_ORIGINS", '["https://a.gov.cn", "http://localhost:5173"]')

    assert by_commas == Settings().cors_origins == ("https://a.gov.cn", "http://localhost:5173")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("storage", "/dev/null", "not a folder that can be read and written"),
        ("storage", "", "name a folder"),
        ("storage", "s3://", "s3://bucket/prefix"),
        ("storage", "s3:/bucket", "s3://bucket/prefix"),
        ("upload_limit", "10", "greater than or equal to 1024"),
        ("cors_origins", "https://a.gov.cn/", "scheme and host"),
        ("cors_origins", "a.gov.cn", "scheme and host"),
        ("cors_origins", "null", "scheme and host"),
        ("cors_origins", "*,https://a.gov.cn", "alone"),
        ("cors_origins", "[broken", "JSON"),
        ("rate_limit", "fast", "600/minute"),
        ("rate_limit", "0/minute", "600/minute"),
        ("rate_limit_anonymous", "600", "600/minute"),
        ("rate_limit_store", "memcached://host", "valkey://:password@host:6379/0"),
        ("rate_limit_store", "valkey://", "valkey://:password@host:6379/0"),
        ("trusted_proxies", "*", "10.0.0.0/8"),
        ("trusted_proxies", "127.0.0.1,proxy", "10.0.0.0/8"),
        ("metrics_token", "short", "16 characters"),
        ("request_timeout", "0", "greater than or equal to 1"),
        ("soffice", "/no/such/soffice", "does not exist"),
        ("schema", "霍邱", "give such as huoqiu"),
        ("schema", "pg_toast", "give such as huoqiu"),
        ("database_url", "mysql://x/y", "not supported"),
        ("database_url", "sqlite:////no/such/folder/duban.db", "the folder /no/such/folder does not exist"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"DUBAN_{name.upper()}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    [line] = complaints(refused.value)

    assert line.startswith(f"DUBAN_{name.upper()}: ")
    assert said in line


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///duban.db", "on SQLite each county has a file of its own"),
        ("postgresql:///duban?options=-csearch_path%3Dother", "say DUBAN_SCHEMA only"),
    ],
)
def test_a_schema_is_named_once_and_for_postgresql(url: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(database_url=url, schema_="huoqiu")


def test_a_secret_setting_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_METRICS_TOKEN", "s3cret-s3cret-s3cret")

    assert "s3cret" not in repr(Settings())


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "duban.db").mkdir()
    with pytest.raises(ValidationError, match="is not a file"):
        Settings(database_url=f"sqlite:///{tmp_path}/duban.db")


@pytest.mark.parametrize("text", ["duban", "/du ban", "//elsewhere.example", "/a/../b?c"])
def test_an_invalid_root_path_ends_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="is not a path; give such as /duban"):
        Settings(root_path=text)


def settings_in_documents() -> set[str]:
    pages = (Path(__file__).parent.parent / "docs").glob("*.md")
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    return {line.split("`")[1] for line in lines if line.startswith("| `DUBAN_")}


def test_the_documents_list_every_setting() -> None:
    fields: dict[str, Any] = dict(Settings.model_fields)

    assert settings_in_documents() == {variable_of(name) for name in fields}


def test_the_page_for_operators_says_what_each_limit_is_for() -> None:
    page = (Path(__file__).parent.parent / "docs" / "operating.md").read_text("utf-8")
    named = set(re.findall(r"DUBAN_[A-Z_]+", page))
    fields = {variable_of(name) for name in Settings.model_fields}

    assert named <= fields
    assert {name for name in fields if "LIMIT" in name} <= named
    assert f"{bodies.OTHERS_AT_ONCE} of the longest bodies, {bodies.FORMS_AT_ONCE} of the longest forms" in page
    assert f"{protocol.MAX_HEAD // 1024} KiB and {protocol.HEAD_SECONDS} seconds" in page
