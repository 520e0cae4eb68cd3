"""Which pages may call, and what an answer may do in a browser."""

import re

import pytest

from tests.conftest import County
from tests.edge.conftest import Serve

pytestmark = pytest.mark.long_on_postgresql

PAGE = "https://www.huoqiu.gov.cn"
PREFLIGHT = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, idempotency-key, if-none-match, content-type",
}


def test_no_page_may_call_unless_a_setting_says_so(serve: Serve) -> None:
    client = serve()
    preflight = client.options("/api/v1/checklists", headers=PREFLIGHT)
    got = client.get("/api/v1/checklists", headers={"Origin": PAGE})

    assert "access-control-allow-origin" not in {*preflight.headers, *got.headers}
    assert "access-control-allow-methods" not in preflight.headers


def test_a_page_that_is_named_may_call_with_key_and_conditions(serve: Serve) -> None:
    answer = serve(cors_origins=(PAGE,)).options("/api/v1/checklists", headers=PREFLIGHT)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "access-control-allow-credentials" not in answer.headers


def test_a_page_that_is_not_named_may_not(serve: Serve) -> None:
    client = serve(cors_origins=(PAGE,))
    answer = client.get("/api/v1/checklists", headers={"Origin": "https://evil.example"})

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/checklists", "/api/v1/keys", "/nowhere"])
def test_a_page_reads_the_headers_that_matter_on_refusals_too(serve: Serve, path: str) -> None:
    answer = serve(cors_origins=(PAGE,)).get(path, headers={"Origin": PAGE})
    shown = set(answer.headers["access-control-expose-headers"].split(", "))

    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"ETag", "Link", "X-Request-ID", "Retry-After", "Content-Language"} <= shown


@pytest.mark.parametrize("path", ["/api/v1/checklists", "/api/v1/keys", "/nowhere", "/healthz", "/openapi.json"])
def test_every_answer_says_that_it_is_not_a_page(serve: Serve, path: str) -> None:
    headers = serve().get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize(("seconds", "scheme", "sent"), [(0, "https", False), (60, "http", False), (60, "https", True)])
def test_strict_transport_is_sent_over_https_where_it_is_set(
    serve: Serve, seconds: int, scheme: str, sent: bool
) -> None:
    answer = serve(hsts_seconds=seconds, scheme=scheme).get("/healthz")

    assert (answer.headers.get("strict-transport-security") == "max-age=60") is sent


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_page_of_documentation_names_no_outside_host_and_has_its_files(serve: Serve, page: str) -> None:
    client = serve()
    html = client.get(page).text
    files = re.findall(r'(?:src|href)="([^"]+)"', html)

    assert not re.findall(r"https?://|[\"']//", html)
    assert len(files) >= 2
    assert [client.get(file).status_code for file in files] == [200] * len(files)


@pytest.mark.parametrize("page", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_a_page_of_documentation_may_run_its_own_scripts_only(serve: Serve, page: str) -> None:
    answer = serve().get(page)
    inline = len(re.findall("<script>", answer.text))
    policy = answer.headers["content-security-policy"]
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))

    assert scripts.count("'sha256-") == inline
    assert "unsafe" not in scripts
    assert "frame-ancestors 'none'" in policy


def test_a_defect_is_answered_with_request_id_and_headers_for_the_page(
    county: County, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.checklists.queries.list_checklists", lambda *_: 1 / 0)
    answer = serve(cors_origins=(PAGE,)).get("/api/v1/checklists", headers={"Origin": PAGE})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["x-content-type-options"] == "nosniff"
