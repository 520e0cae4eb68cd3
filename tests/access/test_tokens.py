"""A token of the issuer stands for the person who has its account, and no other token does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from tests.access.issuers import AUDIENCE, TestIssuer, rsa
from tests.client import Client
from tests.conftest import Api, County, FakeClock

REPORT = {"state": "in_progress", "narrative": "正在推进。"}


@pytest.fixture
def client(settings: Settings, database: Database, issuer: TestIssuer) -> Iterator[Client]:
    oidc = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, "rate_limit_anonymous": "30/minute"}
    with Client(create_app(settings.model_copy(update=oidc), database), raise_server_exceptions=False) as client:
        yield client


def enter(county: County, unit: str = "城关镇", **more: Any) -> Any:
    wanted = {"subject": "f3a1", "name": "张三", "role": "reporter", "jurisdiction": "341522"}
    answer = county.as_role("admin").post("/persons", {**wanted, "units": [county.units[unit]], **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def code(answer: Any) -> Any:
    return answer.json().get("code", answer.status_code)


def test_a_token_stands_for_the_person_of_its_account(county: County, issuer: TestIssuer) -> None:
    person = enter(county)
    api = Api(county.client, issuer.token())
    me = api.get("/me").json()
    obligation = county.obligation(1, "城关镇")["id"]
    posted = [api.post(f"/obligations/{obligation}/updates", REPORT).json() for _ in range(2)]
    entries = county.as_role("auditor").all("/journal", subject=f"obligation:{obligation}")

    assert me["person"] == {"id": person["id"], "name": "张三"}
    assert (me["role"], me["key"], [unit["name"] for unit in me["units"]]) == ("reporter", None, ["城关镇人民政府"])
    assert {one["reported_by"] for one in posted} == {"张三"}
    assert [one["who"] for one in entries if one["verb"] == "update.posted"] == [f"person:{person['id']}"] * 2
    assert "张三" not in {one["who"] for one in entries}


def test_a_person_reports_in_no_other_name(county: County, issuer: TestIssuer) -> None:
    enter(county)
    path = f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"
    api = Api(county.client, issuer.token())

    answer = api.post(path, {**REPORT, "reported_by": "李四"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.reported_by")
    assert api.post(path, {**REPORT, "reported_by": "张三"}).status_code == 201


def test_a_token_may_say_in_its_header_what_nobody_here_reads(county: County, issuer: TestIssuer) -> None:
    enter(county)

    assert Api(county.client, issuer.token(header={"x5t#S256": "abc", "org": "huoqiu"})).get("/me").status_code == 200


def test_each_wrong_token_is_rejected_with_its_code(county: County, issuer: TestIssuer, now: FakeClock) -> None:
    enter(county)
    seconds = int(now.moment.timestamp())
    stranger = rsa("stranger")
    right = issuer.token()
    head, payload, signature = right.split(".")
    wrong = {
        issuer.unsigned(): "token_algorithm_not_allowed",
        issuer.symmetric_with_public_key(): "token_algorithm_not_allowed",
        issuer.token(header={"alg": "PS256"}): "token_algorithm_not_allowed",
        issuer.token(aud="another"): "token_of_other_audience",
        issuer.token(aud=["another", "third"]): "token_of_other_audience",
        issuer.token(aud=None): "token_of_other_audience",
        issuer.token(iss="https://evil.example"): "token_of_other_issuer",
        issuer.token(iss=None): "token_of_other_issuer",
        issuer.token(exp=seconds - 60): "token_expired",
        issuer.token(nbf=seconds + 61): "token_not_yet_valid",
        issuer.token(iat=seconds + 61): "token_not_yet_valid",
        issuer.token(exp=None): "invalid_token",
        issuer.token(exp="tomorrow"): "invalid_token",
        issuer.token(exp=1e400): "invalid_token",
        issuer.token(exp=True): "token_expired",
        issuer.token(sub=None): "invalid_token",
        issuer.token(sub=5): "invalid_token",
        issuer.token(sub=""): "invalid_token",
        issuer.token(key=stranger): "invalid_token",
        issuer.token(key=stranger, header={"kid": "first"}): "invalid_token",
        f"{head}.{payload}.{signature[:-4]}AAAA": "invalid_token",
        f"{head}.{payload[:-1]}.{signature}": "invalid_token",
        f"{head}.{payload}": "invalid_token",
        f"{head}..{signature}": "invalid_token",
        "not-a-token": "invalid_token",
        issuer.token("unknown"): "person_unknown",
    }
    got = {token: code(Api(county.client, token).get("/me")) for token in wrong}
    taken = [issuer.token(exp=seconds - 59), issuer.token(nbf=seconds + 60), issuer.token(aud=["another", AUDIENCE])]

    assert got == wrong
    assert {code(Api(county.client, token).get("/me")) for token in taken} == {200}
    assert "too_many_requests" in [code(Api(county.client, "wrong").get("/me")) for _ in range(9)], "as wrong keys do"


def test_another_person_sees_nothing_of_it(county: County, issuer: TestIssuer) -> None:
    enter(county)
    neighbour = county.as_role("admin", "341523")
    officer = {"subject": "b2", "name": "李四", "role": "coordinator", "jurisdiction": "341523"}
    assert neighbour.post("/persons", officer).status_code == 201
    api = Api(county.client, issuer.token("b2"))

    assert api.all("/obligations") == []
    assert api.get(f"/obligations/{county.obligation(1, '城关镇')['id']}").status_code == 404
    assert api.all("/persons") == []
    assert (
        api.post("/checklists", {"jurisdiction": "341522", "year": 2023, "title": "新"}).json()["code"]
        == "outside_scope"
    )


def test_a_verified_token_is_not_verified_again_until_it_ends_or_the_person_changes(
    county: County, issuer: TestIssuer, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = enter(county)
    api, admin = Api(county.client, issuer.token()), county.as_role("admin")
    assert api.get("/me").status_code == 200
    verified: list[str] = []
    issuer_of_app = county.client.app.state.authentication.issuer
    verify = issuer_of_app.verify

    def watched(token: str, *rest: Any) -> Any:
        verified.append(token)
        return verify(token, *rest)

    monkeypatch.setattr(issuer_of_app, "verify", watched)
    statuses = [api.get(path).status_code for path in ("/me", "/obligations", "/tasks", "/me/todo")]
    changed = admin.patch(f"/persons/{person['id']}", {"revision": 1, "units": [county.units["河口镇"]]})
    units = [unit["name"] for unit in api.get("/me").json()["units"]]
    known = len(verified)
    now.moment += timedelta(minutes=6)
    late = code(api.get("/me"))

    assert statuses == [200] * 4
    assert changed.status_code == 200
    assert units == ["河口镇人民政府"]
    assert known == 0
    assert (late, len(verified)) == ("token_expired", 1)


def test_an_ended_person_is_nobody_at_once(county: County, issuer: TestIssuer) -> None:
    person = enter(county)
    api = Api(county.client, issuer.token())
    before = [api.get(path).status_code for path in ("/me", "/obligations")]
    county.as_role("coordinator").delete(f"/persons/{person['id']}")

    assert before == [200, 200]
    assert {code(api.get(path)) for path in ("/me", "/obligations", "/tasks")} == {"person_unknown"}


def test_keys_are_fetched_once_in_thirty_seconds_and_cached_ones_serve_while_the_issuer_is_away(
    county: County, issuer: TestIssuer, now: FakeClock
) -> None:
    enter(county)
    first = [code(Api(county.client, issuer.token(jti=str(number))).get("/me")) for number in range(3)]
    fetched_at_first = issuer.fetches
    issuer.is_away = True
    now.moment += timedelta(minutes=11)
    away = [code(Api(county.client, issuer.token(jti=str(number))).get("/me")) for number in range(3)]
    tried_while_away = issuer.fetches
    issuer.is_away = False
    issuer.rotate()
    early = code(Api(county.client, issuer.token()).get("/me"))
    now.moment += timedelta(seconds=30)
    rotated = code(Api(county.client, issuer.token()).get("/me"))
    withdrawn = code(Api(county.client, issuer.token(key=rsa("first"))).get("/me"))

    assert first == away == [200] * 3
    assert (fetched_at_first, tried_while_away) == (1, 1), "the metadata failed, so the keys were not asked for"
    assert early == "invalid_token"
    assert (rotated, withdrawn) == (200, "invalid_token")
    assert issuer.fetches == 2


def test_before_any_key_was_fetched_a_token_is_answered_503_and_keys_go_on(county: County, issuer: TestIssuer) -> None:
    issuer.is_away = True
    answer = Api(county.client, issuer.token()).get("/me")
    issuer.is_away, issuer.says = False, "https://evil.example"

    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unavailable")
    assert county.as_role("auditor").get("/me").status_code == 200


def test_another_issuer_at_the_address_is_not_believed(county: County, issuer: TestIssuer) -> None:
    issuer.says = "https://evil.example"

    assert code(Api(county.client, issuer.token()).get("/me")) == "issuer_unavailable"


def test_an_elliptic_key_signs_as_well(county: County, issuer: TestIssuer) -> None:
    enter(county)
    key = issuer.elliptic()
    issuer.keys.keys.append(key)

    assert code(Api(county.client, issuer.token(key=key, header={"alg": "ES256"})).get("/me")) == 200


def test_a_repeated_post_of_a_person_is_done_once(county: County, issuer: TestIssuer) -> None:
    enter(county)
    api, path = Api(county.client, issuer.token()), f"/obligations/{county.obligation(1, '城关镇')['id']}/updates"
    sent = [api.post(path, REPORT, headers={"Idempotency-Key": "a"}).json()["id"] for _ in range(2)]

    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://sso.huoqiu.gov.cn"},
        {"oidc_issuer": "sso"},
        {"oidc_algorithms": "HS256"},
        {"oidc_algorithms": "none,RS256"},
        {"oidc_issuer": "https://sso.huoqiu.gov.cn", "oidc_audience": ""},
        {"oidc_client_id": "duban-pages"},
        {"oidc_issuer": "https://sso.huoqiu.gov.cn", "oidc_client_secret": "x"},
    ],
)
def test_unsafe_settings_end_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"oidc|OIDC"):
        Settings(**{"oidc_audience": "duban", **wrong})  # type: ignore[arg-type]
