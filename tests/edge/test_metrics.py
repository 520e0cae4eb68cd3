"""What Prometheus reads, and who may read it."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import clock
from app.oversight.queries import count_overdue
from tests.conftest import County, FakeClock
from tests.edge.conftest import Serve

TOKEN = "0123456789abcdef"  # noqa: S105  no secret of anybody
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    """Label values, in the order of their names → value."""
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_route_and_not_by_address(county: County, serve: Serve) -> None:
    client = serve(host="127.0.0.1")
    for number in range(1, 8):
        client.get(f"/api/v1/tasks/{number}")
        client.get(f"/nowhere/{number}")
        client.request(f"M{number}", "/api/v1/tasks")
    text = client.get("/metrics").text
    counted = samples(text, "duban_http_requests_total")

    assert counted["GET", "/api/v1/tasks/{task_id}", "200"] == 7
    assert counted["GET", "unmatched", "404"] == 7
    assert counted["other", "/api/v1/tasks", "405"] == 7
    assert samples(text, "duban_http_request_seconds_count")[("/api/v1/tasks/{task_id}",)] == 7
    assert samples(text, "duban_database_statement_seconds_count")[()] > 7
    assert samples(text, "duban_database_connections")[("in_use",)] == 0
    assert samples(text, "duban_database_connections_limit")[()] == (5 if county.database.is_sqlite else 6)
    assert len(samples(text, "duban_build_info")) == 1


def test_two_apps_count_apart(serve: Serve) -> None:
    first, second = serve(host="127.0.0.1"), serve(host="127.0.0.1")
    first.get("/healthz")
    text = second.get("/metrics").text

    assert samples(text, "duban_http_requests_total") == {}


@pytest.mark.parametrize("day", ["2023-06-01", "2024-02-01"])
def test_overdue_obligations_are_those_that_the_api_lists(
    county: County, serve: Serve, now: FakeClock, day: str
) -> None:
    now.set(day)
    text = serve(metrics_token=TOKEN).get("/metrics", headers=BEARER).text
    listed = county.as_role("auditor").all("/overdue", checklist=1)

    assert samples(text, "duban_overdue_obligations") == {("1",): len(listed)}
    assert samples(text, "duban_database_answers")[()] == 1


def test_overdue_obligations_take_one_statement(county: County, query_count: Any) -> None:
    app: Any = county.client.app
    with query_count(at_most=1) as statements, app.state.database.session(writes=False) as session:
        count_overdue(session, today=clock.today())

    assert len(statements) == 1


def test_a_scrape_has_the_rest_when_the_database_is_away(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    client = serve(metrics_token=TOKEN)
    app: Any = client.app
    engine = app.state.database.engine
    with monkeypatch.context() as patched:
        driver = engine.dialect.loaded_dbapi
        patched.setattr(driver, "connect", _away(driver.OperationalError))
        engine.dispose()
        answer = client.get("/metrics", headers=BEARER)

    assert answer.status_code == 200
    assert samples(answer.text, "duban_database_answers")[()] == 0
    assert samples(answer.text, "duban_overdue_obligations") == {}
    assert len(samples(answer.text, "duban_build_info")) == 1


def _away(error: type[Exception]) -> Any:
    def connect(*_: Any, **__: Any) -> None:
        raise error("nobody is there")

    return connect


@pytest.mark.parametrize(
    ("host", "headers", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, False),
    ],
)
def test_without_a_token_only_the_server_itself_reads_and_no_overdue_counts(
    serve: Serve, host: str, headers: dict[str, str], allowed: bool
) -> None:
    answer = serve(host=host).get("/metrics", headers=headers)

    assert (answer.status_code == 200) is allowed
    assert "duban_overdue_obligations" not in answer.text
    assert allowed or answer.json()["code"] == "metrics_forbidden"


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN}x", "Bearer é"])
def test_with_a_token_nobody_reads_without_it(serve: Serve, header: str | None) -> None:
    headers = [(b"authorization", header.encode())] if header else []
    answer = serve(host="127.0.0.1", metrics_token=TOKEN).get("/metrics", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "metrics_forbidden")
