"""Who has an account of the issuer signs in with it on the pages, and nobody is signed in by what others begin."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from tests.access.accounts import CALLBACK, CLIENT
from tests.access.browsers import Browse, Browser
from tests.access.issuers import AUDIENCE, TestIssuer
from tests.access.sign_ins import BEGIN, begin, came_back, finish, of
from tests.access.test_sessions import ELSEWHERE
from tests.access.test_tokens import code, enter
from tests.conftest import County, FakeClock

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # it touches no row that sessions do not


@pytest.fixture
def browser(county: County, browse: Browse, issuer: TestIssuer) -> Browser:
    return browse(**of(issuer.url))


def test_an_account_signs_in_the_person_who_has_it(county: County, issuer: TestIssuer, browser: Browser) -> None:
    person = enter(county, issuer=issuer.url)
    begun = browser.client.get(BEGIN, params={"next": "/desk?tab=due&lang=zh"})
    to, cookie = urlsplit(begun.headers["location"]), begun.headers["set-cookie"]
    sent = dict(parse_qsl(to.query))
    answer = finish(browser, issuer, sent)
    (form, credentials), *_ = issuer.token_requests
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")

    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{issuer.url}/authorize"
    assert {name: sent[name] for name in sent if name not in {"state", "nonce", "code_challenge"}} == {
        "tenant": "341522",
        "response_type": "code",
        "scope": "openid",
        "client_id": CLIENT,
        "redirect_uri": f"http://testserver{CALLBACK}",
        "code_challenge_method": "S256",
    }
    assert {"HttpOnly", "SameSite=lax", "Path=/sign-in", "Max-Age=600"} <= set(cookie.split("; "))
    assert (sent["code_challenge"], len(form["code_verifier"]) >= 43) == (challenge, True)
    assert (form["code"], form["client_id"], form["redirect_uri"]) == ("c0de", CLIENT, sent["redirect_uri"])
    assert credentials is None, "a public client"
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?tab=due&lang=zh")
    assert browser.who() == f"person:{person['id']}"
    assert "duban_signing_in" not in browser.client.cookies


def test_no_secret_of_a_sign_in_is_sent_to_the_issuer_or_used_twice(browser: Browser) -> None:
    first, second = begin(browser), begin(browser)
    cookie = browser.client.cookies["duban_signing_in"]

    assert not {first[name] for name in ("state", "nonce", "code_challenge")} & set(second.values())
    assert not [value for value in second.values() if value in cookie or cookie.partition(".")[0] in value]


@pytest.mark.parametrize("methods", [["client_secret_basic", "none"], ["client_secret_post"], None])
def test_a_confidential_client_shows_its_secret_as_the_issuer_says(
    county: County, issuer: TestIssuer, browse: Browse, methods: list[str] | None
) -> None:
    enter(county, issuer=issuer.url)
    issuer.more = {"token_endpoint_auth_methods_supported": methods}
    browser = browse(**of(issuer.url, oidc_client_secret=SecretStr("a b:é")))
    answer = finish(browser, issuer, begin(browser))
    form, credentials = issuer.token_requests[-1]

    assert answer.status_code == 303
    if methods == ["client_secret_post"]:
        assert (form["client_secret"], credentials) == ("a b:é", None)
    else:
        assert "client_secret" not in form
        assert credentials == f"Basic {base64.b64encode(f'{CLIENT}:a%20b%3A%C3%A9'.encode()).decode()}"


def test_behind_https_and_a_path_the_issuer_leads_back_there(
    county: County, issuer: TestIssuer, browse: Browse
) -> None:
    enter(county, issuer=issuer.url)
    browser = browse(scheme="https", root_path="/duban", **of(issuer.url))
    begun = browser.client.get(BEGIN)
    sent = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
    token = issuer.token(aud=CLIENT, nonce=sent["nonce"])
    issuer.gives = (200, {"id_token": token})
    answer = browser.client.get(f"/duban{CALLBACK}", params={"state": sent["state"], "code": "c0de"})

    assert sent["redirect_uri"] == f"https://testserver/duban{CALLBACK}"
    assert {"Secure", "Path=/duban/sign-in"} <= set(begun.headers["set-cookie"].split("; "))
    assert (answer.status_code, answer.headers["location"]) == (303, "/duban/")


def test_what_the_issuer_adds_to_its_answer_is_no_matter(county: County, issuer: TestIssuer, browser: Browser) -> None:
    enter(county, issuer=issuer.url)
    sent = begin(browser)
    issuer.gives = (200, {"id_token": issuer.token(aud=CLIENT, nonce=sent["nonce"])})

    assert came_back(browser, state=sent["state"], code="c0de", session_state="x", iss=issuer.url).status_code == 303


def test_each_wrong_token_signs_nobody_in(county: County, issuer: TestIssuer, browser: Browser, now: FakeClock) -> None:
    enter(county, issuer=issuer.url)
    seconds = int(now.moment.timestamp())
    wrong: dict[str, dict[str, Any]] = {
        "token_of_other_sign_in": {"nonce": "another"},
        "token_of_other_audience": {"aud": AUDIENCE},
        "token_of_other_issuer": {"iss": "https://evil.example"},
        "token_expired": {"exp": seconds - 61},
        "person_unknown": {"sub": "nobody"},
    }
    got = [code(finish(browser, issuer, begin(browser), **claims)) for claims in wrong.values()]
    without_nonce = code(finish(browser, issuer, begin(browser), nonce=None))
    for_another = code(finish(browser, issuer, begin(browser), aud=[CLIENT, "another"], azp="another"))
    sent = begin(browser)
    issuer.gives = (200, {"id_token": issuer.unsigned()})
    unsigned = code(came_back(browser, state=sent["state"], code="c0de"))

    assert got == list(wrong)
    assert (without_nonce, for_another) == ("token_of_other_sign_in", "token_of_other_audience")
    assert unsigned == "token_algorithm_not_allowed"
    assert browser.cookie is None


def test_an_answer_to_another_browser_signs_nobody_in(county: County, issuer: TestIssuer, browse: Browse) -> None:
    """Login CSRF: somebody leads a browser to the callback with a code of their own account."""
    enter(county, issuer=issuer.url)
    attacker, victim = browse(**of(issuer.url)), browse(**of(issuer.url))
    theirs, own = begin(attacker), begin(victim)
    issuer.gives = (200, {"id_token": issuer.token(aud=CLIENT, nonce=theirs["nonce"])})
    injected = came_back(victim, state=theirs["state"], code="c0de")
    victim.client.cookies.clear()
    without = came_back(victim, state=own["state"], code="c0de")
    empty = [came_back(victim), victim.client.get(CALLBACK, headers={"Cookie": "duban_signing_in="})]
    mangled = victim.client.get(f"{CALLBACK}?state=x", headers={"Cookie": f"duban_signing_in=.{'9' * 5000}.%ff"})

    assert {code(one) for one in (injected, without, *empty, mangled)} == {"sign_in_expired"}
    assert issuer.token_requests == [], "no code leaves before that"
    assert victim.cookie is None


def test_a_code_of_another_sign_in_is_found_out_by_the_nonce(
    county: County, issuer: TestIssuer, browse: Browse
) -> None:
    """Code injection (RFC 9700, section 4.5): an issuer that does not check the verifier gives the token of another."""
    enter(county, issuer=issuer.url)
    attacker, victim = browse(**of(issuer.url)), browse(**of(issuer.url))
    stolen, own = begin(victim), begin(attacker)
    answer = finish(attacker, issuer, own, nonce=stolen["nonce"])

    assert code(answer) == "token_of_other_sign_in"
    assert attacker.cookie is None


def test_an_answer_is_taken_once_and_for_ten_minutes(
    county: County, issuer: TestIssuer, browser: Browser, now: FakeClock
) -> None:
    enter(county, issuer=issuer.url)
    sent = begin(browser)
    first, again = finish(browser, issuer, sent), came_back(browser, state=sent["state"], code="c0de")
    failed = begin(browser)
    codes = [code(came_back(browser, state=failed["state"], error="access_denied"))]
    codes += [code(came_back(browser, state=failed["state"], code="c0de"))]
    browser.client.cookies.clear()
    late = begin(browser)
    now.moment += timedelta(minutes=10)

    assert (first.status_code, code(again)) == (303, "sign_in_expired")
    assert codes == ["sign_in_denied", "sign_in_expired"]
    assert code(finish(browser, issuer, late)) == "sign_in_expired"


def test_an_answer_of_another_issuer_is_refused(issuer: TestIssuer, browser: Browser) -> None:
    """Mix-up (RFC 9207)."""
    another = came_back(browser, state=begin(browser)["state"], code="c0de", iss="https://evil.example")
    error = came_back(browser, state=begin(browser)["state"], error="access_denied", iss="https://evil.example")

    assert (code(another), code(error)) == ("token_of_other_issuer", "token_of_other_issuer")
    assert issuer.token_requests == []


def test_an_issuer_that_names_itself_always_does(issuer: TestIssuer, browser: Browser) -> None:
    issuer.more = {"authorization_response_iss_parameter_supported": True}

    assert code(came_back(browser, state=begin(browser)["state"], code="c0de")) == "token_of_other_issuer"
    assert issuer.token_requests == []


def test_what_the_issuer_does_not_do_has_a_code(issuer: TestIssuer, browser: Browser) -> None:
    def answered(status: int, content: Any) -> Any:
        issuer.gives = (status, content)
        return code(came_back(browser, state=begin(browser)["state"], code="c0de"))

    denied = came_back(browser, state=begin(browser)["state"], error="access_denied", error_description="<b>call 12345")
    odd = came_back(browser, state=begin(browser)["state"], error="<script>")

    assert (denied.status_code, code(denied), denied.json()["error"]) == (401, "sign_in_denied", "access_denied")
    assert "12345" not in denied.text
    assert (code(odd), odd.json()["error"]) == ("sign_in_denied", "")
    assert (
        code(came_back(browser, state=begin(browser)["state"], error="temporarily_unavailable")) == "issuer_unavailable"
    )
    assert code(came_back(browser, state=begin(browser)["state"])) == "sign_in_denied"
    assert answered(400, {"error": "invalid_grant"}) == "sign_in_expired", "the code was used, or is another's"
    assert answered(401, {"error": "invalid_client"}) == "issuer_unavailable"
    assert answered(500, {}) == "issuer_unavailable"
    assert answered(200, "[" * 100_000) == "issuer_unavailable"
    assert answered(200, " " * 1_100_000 + "{}") == "issuer_unavailable", "too much"
    assert answered(200, {}) == "invalid_token"
    assert answered(200, {"id_token": 5}) == "invalid_token"


def test_while_the_issuer_is_away_nobody_is_sent_there_or_signed_in(issuer: TestIssuer, browse: Browse) -> None:
    never, before = browse(**of(issuer.url)), browse(**of(issuer.url))
    sent = begin(before)
    issuer.is_away = True

    assert (never.client.get(BEGIN).status_code, code(never.client.get(BEGIN))) == (503, "issuer_unavailable")
    assert code(came_back(before, state=sent["state"], code="c0de")) == "issuer_unavailable"
    assert never.client.get("/sign-in").status_code == 200


def test_an_endpoint_that_others_could_read_is_not_used(issuer: TestIssuer, browser: Browser) -> None:
    issuer.more = {"token_endpoint": "http://sso.huoqiu.gov.cn/token"}

    assert code(came_back(browser, state=begin(browser)["state"], code="c0de")) == "issuer_unavailable"


def test_signing_in_with_an_account_leads_to_no_other_host(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    enter(county, issuer=issuer.url)
    paths = set()
    for next_ in ELSEWHERE:
        begin(browser, next_)
        paths.add(browser.client.cookies["duban_signing_in"].split(".", 2)[2])
    browser.client.cookies.clear()
    sent = begin(browser)
    secret, seconds, _ = browser.client.cookies["duban_signing_in"].split(".", 2)
    browser.client.cookies.clear()
    browser.client.cookies.set("duban_signing_in", f"{secret}.{seconds}.%2F%2Fevil.example")
    forged = finish(browser, issuer, sent)
    browser.client.cookies.clear()
    long = finish(browser, issuer, begin(browser, f"/desk?q={'清' * 300}"))

    assert paths == {"%2F"}
    assert forged.headers["location"] == "/"
    assert long.headers["location"] == "/", "a cookie of this length would be dropped"


def test_failed_sign_ins_by_account_count_against_the_address(
    county: County, issuer: TestIssuer, browse: Browse
) -> None:
    enter(county, issuer=issuer.url)
    browser = browse(**of(issuer.url, rate_limit_anonymous="3/minute"))
    sent = begin(browser)
    right = finish(browser, issuer, sent).status_code
    wrong = [came_back(browser, state="guessed", code="x").status_code for _ in range(4)]

    assert right == 303
    assert wrong == [401, 401, 401, 429]
    assert browser.sign_in(county.as_role("auditor").key).status_code == 429


def test_the_sign_in_page_offers_the_account_first_where_there_is_one(issuer: TestIssuer, browse: Browse) -> None:
    with_accounts = browse(**of(issuer.url)).client.get("/sign-in?next=/desk", headers=HTML).text
    plain = browse(**of(issuer.url, oidc_client_id=""))
    without = plain.client.get("/sign-in?next=/desk", headers=HTML).text

    assert with_accounts.index("使用账号登录") < with_accounts.index("或者使用密钥") < with_accounts.index('name="key"')
    assert 'href="/sign-in/with-account?next=%2Fdesk"' in with_accounts
    assert "账号" not in without
    assert code(plain.client.get(BEGIN)) == code(plain.client.get(CALLBACK)) == "no_such_route"


def test_a_failed_sign_in_is_a_page_with_its_code(county: County, issuer: TestIssuer, browser: Browser) -> None:
    sent = begin(browser)
    token = issuer.token("f9", aud=CLIENT, nonce=sent["nonce"])
    issuer.gives = (200, {"id_token": token})
    answer = browser.client.get(f"{CALLBACK}?state={sent['state']}&code=c0de", headers=HTML)

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (401, "text/html")
    assert "person_unknown" in answer.text
    assert f"{issuer.url} 的账号 f9" in answer.text, "for whoever manages the persons"
    assert 'href="/sign-in"' in answer.text


def test_a_server_that_only_reads_sends_nobody_away(issuer: TestIssuer, browse: Browse) -> None:
    browser = browse(**of(issuer.url, read_only=True))

    assert code(browser.client.get(BEGIN)) == code(browser.client.get(CALLBACK)) == "server_read_only"
