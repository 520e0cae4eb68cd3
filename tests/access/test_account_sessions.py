"""A session of a person, begun by a real identity provider, lasts as long as the person is who they were."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from tests.access.accounts import CALLBACK, SECRET, Provider, serving_provider
from tests.access.browsers import Browse, Browser
from tests.access.issuers import TestIssuer
from tests.access.sign_ins import BEGIN, begin, came_back, finish, of
from tests.access.test_claim_rules import ON_SQLITE, claim_rule
from tests.access.test_tokens import code, enter
from tests.conftest import Api, County, FakeClock

HTML = {"Accept": "text/html", "Accept-Language": "zh"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with serving_provider() as provider:
        provider.enter_client(f"http://testserver{CALLBACK}")
        provider.enter_account("zhangsan", "张三")
        provider.enter_account("lisi", "李四")
        provider.enter_account("wangwu", "王五", "城关镇填报")
        yield provider


@pytest.fixture
def real_time(now: FakeClock) -> None:
    """The provider has its own clock."""
    now.moment = datetime.now(UTC)


@pytest.fixture
def browser(county: County, browse: Browse, issuer: TestIssuer) -> Browser:
    return browse(**of(issuer.url))


@pytest.mark.usefixtures("real_time")
def test_an_account_of_a_real_provider_signs_in_its_person_once(
    county: County, browse: Browse, provider: Provider
) -> None:
    person = enter(county, issuer=provider.url, subject="zhangsan")
    browser = browse(**of(provider.url, oidc_client_secret=SecretStr(SECRET)))
    back = provider.sign_in(browser.client.get(BEGIN, params={"next": "/desk"}).headers["location"], "zhangsan")
    signing_in = browser.client.cookies["duban_signing_in"]
    answer = browser.client.get(back)
    who = browser.who()
    again = browser.client.get(back)
    browser.client.cookies.set("duban_signing_in", signing_in)
    replayed = browser.client.get(back)

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert who == f"person:{person['id']}"
    assert (code(again), code(replayed)) == ("sign_in_expired", "sign_in_expired")


@ON_SQLITE
@pytest.mark.usefixtures("real_time")
def test_a_real_provider_gives_nothing_for_a_code_of_another_browser(
    county: County, browse: Browse, provider: Provider
) -> None:
    """Code injection: who brings the code of somebody else has not the verifier of their sign-in."""
    enter(county, issuer=provider.url, subject="zhangsan")
    attacker, victim = (browse(**of(provider.url, oidc_client_secret=SecretStr(SECRET))) for _ in range(2))
    stolen = provider.sign_in(victim.client.get(BEGIN).headers["location"], "zhangsan")
    own = begin(attacker)
    answer = came_back(
        attacker, state=own["state"], code=stolen.partition("code=")[2].partition("&")[0], iss=provider.url
    )

    assert code(answer) == "sign_in_expired"
    assert attacker.cookie is None


@ON_SQLITE
@pytest.mark.usefixtures("real_time")
def test_a_real_account_without_a_person_is_nobody(county: County, browse: Browse, provider: Provider) -> None:
    browser = browse(**of(provider.url, oidc_client_secret=SecretStr(SECRET)))
    back = provider.sign_in(browser.client.get(BEGIN).headers["location"], "lisi")

    assert code(browser.client.get(back)) == "person_unknown"


@ON_SQLITE
@pytest.mark.usefixtures("real_time")
def test_a_group_of_a_real_account_makes_it_a_person_with_its_name(
    county: County, browse: Browse, provider: Provider
) -> None:
    claim_rule(county, provider.url, "城关镇填报", "城关镇")
    settings = of(provider.url, oidc_client_secret=SecretStr(SECRET), oidc_scope="openid profile groups")
    browser = browse(**settings)
    answer = browser.client.get(provider.sign_in(browser.client.get(BEGIN).headers["location"], "wangwu"))
    (person,) = county.as_role("coordinator").all("/persons")

    assert answer.status_code == 303
    assert (browser.who(), person["name"]) == (f"person:{person['id']}", "王五")


@ON_SQLITE
def test_each_sign_in_by_account_has_a_new_cookie_and_ends_the_session_before(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    """Session fixation."""
    enter(county, issuer=issuer.url)
    auditor = county.as_role("auditor")
    browser.sign_in(auditor.key)
    before = browser.cookie
    finish(browser, issuer, begin(browser))
    browser.client.cookies.set("duban_session", "known-to-somebody")

    assert browser.who(before) is None
    assert auditor.all("/me/sessions") == []
    assert browser.who("known-to-somebody") is None


def test_a_session_of_a_person_ends_when_they_change_or_end(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    person, office = enter(county, issuer=issuer.url), county.as_role("coordinator")
    finish(browser, issuer, begin(browser))
    seen = [browser.who()]
    office.patch(f"/persons/{person['id']}", {"revision": 1, "name": "张三丰"})
    seen.append(browser.who())
    finish(browser, issuer, begin(browser))
    seen.append(browser.who())
    office.delete(f"/persons/{person['id']}")
    seen.append(browser.who())

    assert seen == [f"person:{person['id']}", None, f"person:{person['id']}", None]
    assert code(finish(browser, issuer, begin(browser))) == "person_unknown"


def test_a_person_lists_and_ends_their_own_sessions(county: County, issuer: TestIssuer, browser: Browser) -> None:
    enter(county, issuer=issuer.url)
    others = county.as_role("auditor")
    finish(browser, issuer, begin(browser))
    api = Api(browser.client, issuer.token())
    (one,) = api.all("/me/sessions")
    stranger = others.delete(f"/me/sessions/{one['id']}")
    ended = api.delete(f"/me/sessions/{one['id']}")

    assert stranger.status_code == 404
    assert ended.json()["ended_at"] is not None
    assert browser.who() is None


@ON_SQLITE
def test_a_person_who_signs_out_is_told_that_the_account_goes_on(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    enter(county, issuer=issuer.url)
    finish(browser, issuer, begin(browser))
    cookie = browser.cookie
    answer = browser.post("/sign-out", {"form_token": browser.form_token()})
    page = browser.client.get(answer.headers["location"], headers=HTML)

    assert browser.who(cookie) is None
    assert "在身份提供方处可能仍处于登录状态" in page.text
