"""Who signs in from a browser has a session, and nobody else gets into it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.access.sessions.lifecycle import KEPT_FOR
from app.access.sessions.models import SessionLimits, WebSession
from app.database.engine import Database
from tests.access.browsers import Browse, Browser
from tests.conftest import Api, County, FakeClock


@pytest.fixture
def browser(county: County, browse: Browse) -> Browser:
    return browse()


def who(county: County, api: Api) -> str:
    return f"key:{county.key_id(api)}"


def test_a_key_is_typed_once_and_a_cookie_stands_for_it_from_then_on(county: County, browser: Browser) -> None:
    unit = county.as_unit("城关镇")
    nobody = browser.who()
    answer = browser.sign_in(f" {unit.key}\r\n", "/desk?tab=due")
    cookie = answer.headers["set-cookie"]

    assert nobody is None
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?tab=due")
    assert answer.headers["cache-control"] == "no-store"
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert str(unit.key) not in cookie
    assert browser.who() == who(county, unit)


def test_behind_https_and_a_path_the_cookie_goes_nowhere_else(county: County, browse: Browse) -> None:
    browser = browse(scheme="https", root_path="/duban")
    answer = browser.sign_in(county.as_role("auditor").key)

    assert {"Secure", "Path=/duban"} <= set(answer.headers["set-cookie"].split("; "))
    assert answer.headers["location"] == "/duban/"


def test_the_database_stores_no_cookie(county: County, browser: Browser, database: Database) -> None:
    browser.sign_in(county.as_role("auditor").key)
    with database.session(writes=False) as session:
        rows = session.exec(select(WebSession)).all()

    assert len(rows) == 1
    assert browser.cookie is not None
    assert browser.cookie not in rows[0].model_dump_json()


def test_the_api_does_not_take_the_cookie(county: County, browser: Browser) -> None:
    browser.sign_in(county.as_role("admin").key)
    api = Api(browser.client)

    assert browser.cookie
    assert api.get("/me/sessions").json()["code"] == "missing_key"
    assert api.post("/keys", {}).json()["code"] == "missing_key"
    for authorization in (f"Bearer {browser.cookie}", f"Session {browser.cookie}", browser.cookie or ""):
        header = {"Authorization": authorization}
        browser.client.get("/who", headers=header)
        assert api.request("GET", "/me/sessions", headers=header).json()["code"] == "invalid_key"


def test_each_sign_in_has_a_new_cookie_and_ends_the_session_before(county: County, browser: Browser) -> None:
    """Session fixation: a cookie that somebody else knows never comes to stand for who signs in."""
    auditor, office = county.as_role("auditor"), county.as_role("coordinator")
    browser.sign_in(auditor.key, Cookie="duban_session=known-to-somebody")
    first = browser.cookie
    browser.client.cookies.clear()
    browser.sign_in(office.key, Cookie=f"duban_session={first}")

    assert first != "known-to-somebody"
    assert browser.who("known-to-somebody") is None
    assert browser.who(first) is None
    assert browser.who() == who(county, office)


def test_a_cookie_of_an_ended_session_stands_for_nobody(county: County, browser: Browser) -> None:
    browser.sign_in(county.as_role("auditor").key)
    cookie, token = browser.cookie, browser.form_token()
    answer = browser.post("/sign-out", {"form_token": token})

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.cookie is None
    assert browser.who(cookie) is None
    assert browser.post("/who", {"form_token": token}, Cookie=f"duban_session={cookie}").json()["code"] == "missing_key"


def test_a_session_ends_when_nobody_uses_it_and_after_its_whole_life(
    county: County, browser: Browser, now: FakeClock
) -> None:
    browser.sign_in(county.as_role("auditor").key)
    seen = {}
    for clock_time in ("09:59", "10:58", "11:58", "12:58"):
        now.set(f"2023-06-01T{clock_time}")
        seen[clock_time] = browser.who() is not None
    browser.sign_in(county.as_role("auditor").key)
    for _ in range(15):
        now.moment += timedelta(minutes=50)
        seen[str(now.moment.hour)] = browser.who() is not None

    assert seen["09:59"]
    assert seen["10:58"]
    assert not seen["11:58"], "an hour to the minute"
    assert seen["0"], "eleven hours and some after it began, and in use all the time"
    assert not seen["1"], "twelve hours after it began"


def test_a_revoked_or_expired_key_ends_its_sessions_at_once(county: County, browser: Browser, now: FakeClock) -> None:
    admin = county.as_role("admin")
    wanted = {"name": "督查室", "role": "auditor", "jurisdiction": "341522", "expires_at": "2023-06-01T09:30:00+08:00"}
    expiring = admin.post("/keys", wanted).json()["key"]
    revoked = county.another(county.as_role("auditor"))
    browser.sign_in(revoked.key)
    before = browser.who()
    admin.delete(f"/keys/{county.key_id(revoked)}")
    after, again = browser.who(), browser.sign_in(revoked.key)
    browser.sign_in(expiring)
    early = browser.who()
    now.set("2023-06-01T09:30")

    assert (before, after) == (who(county, revoked), None)
    assert (again.status_code, again.json()["code"]) == (401, "key_revoked")
    assert early is not None
    assert browser.who() is None


def test_a_form_from_elsewhere_does_nothing(county: County, browser: Browser) -> None:
    unit = county.as_unit("城关镇")
    browser.sign_in(county.as_unit("司法局").key)
    others = browser.form_token()
    browser.client.cookies.clear()
    browser.sign_in(unit.key)
    form = {"form_token": browser.form_token(), "text": "推进中"}
    refused = [
        browser.post("/who", {"text": "推进中"}),
        browser.post("/who", {**form, "form_token": ""}),
        browser.post("/who", {**form, "form_token": "é"}),
        browser.post("/who", {**form, "form_token": others}),
        browser.post("/who", form, Origin="https://evil.example"),
        browser.post("/who", form, Origin="http://testserver.evil.example"),
        browser.post("/who", form, Origin="http://testserver:8080"),
        browser.post("/who", form, Origin="null"),
        browser.post("/who", form, **{"Sec-Fetch-Site": "cross-site"}),
        browser.post("/who", form, **{"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}),
        browser.client.post("/who", json=form),
        browser.post("/sign-out", {}),
        browser.sign_in(county.as_role("admin").key, Origin="https://evil.example"),
    ]
    taken = [
        browser.post("/who", form),
        browser.post("/who", form, Origin="http://testserver"),
        browser.post("/who", form, **{"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}),
    ]

    assert {(one.status_code, one.json()["code"]) for one in refused} == {(403, "form_not_ours")}
    assert [one.json() for one in taken] == [{"who": who(county, unit), "length": 3}] * 3


def test_a_page_has_the_same_permissions_as_the_api(county: County, browser: Browser) -> None:
    browser.sign_in(county.as_role("auditor").key)

    assert browser.post("/who", {"form_token": browser.form_token()}).json()["code"] == "role_not_allowed"


ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x00//evil.example",
    "evil.example",
    "?next=1",
    " //evil.example",
    "/\u2028/evil.example",
    "",
]


def test_signing_in_leads_to_no_other_host(county: County, browser: Browser) -> None:
    key = county.as_role("auditor").key
    led_to = {next_: browser.sign_in(key, next_).headers["location"] for next_ in ELSEWHERE}
    inside = browser.sign_in(key, "/checklists/1?unit=城关镇#a").headers["location"]

    assert set(led_to.values()) == {"/"}
    assert inside == "/checklists/1?unit=%E5%9F%8E%E5%85%B3%E9%95%87#a"


def test_one_lists_and_ends_ones_own_sessions(county: County, browser: Browser) -> None:
    auditor, office = county.as_role("auditor"), county.as_role("coordinator")
    for api in (auditor, auditor, office):
        browser.client.cookies.clear()
        browser.sign_in(api.key)
    mine, theirs = auditor.all("/me/sessions"), office.all("/me/sessions")
    stranger = auditor.delete(f"/me/sessions/{theirs[0]['id']}")
    ended = office.delete(f"/me/sessions/{theirs[0]['id']}").json()

    assert len(mine) == 2
    assert mine[0] == {
        "id": mine[0]["id"],
        "created_at": "2023-06-01T09:00:00+08:00",
        "last_used_at": "2023-06-01T09:00:00+08:00",
        "ends_at": "2023-06-01T21:00:00+08:00",
        "ended_at": None,
    }
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    assert ended["ended_at"] == "2023-06-01T09:00:00+08:00"
    assert office.all("/me/sessions") == []
    assert browser.who() is None
    assert office.delete(f"/me/sessions/{theirs[0]['id']}").json() == ended


def test_failed_sign_ins_count_against_the_address_and_right_ones_do_not(county: County, browse: Browse) -> None:
    browser = browse(rate_limit_anonymous="3/minute")
    right = [browser.sign_in(county.as_role("auditor").key).status_code for _ in range(5)]
    wrong = [browser.sign_in("duban_000000000000_x").status_code for _ in range(4)]
    browser.client.cookies.clear()

    assert right == [303] * 5
    assert wrong == [401, 401, 401, 429]
    assert browser.sign_in(county.as_role("auditor").key).status_code == 429
    assert browser.client.get("/api/v1/checklists").status_code == 200, "who reads without a key has a budget apart"


def test_guessed_cookies_count_against_the_address(county: County, browse: Browse) -> None:
    browser = browse(rate_limit_anonymous="3/minute")
    browser.client.cookies.set("duban_session", "guessed")
    statuses = [browser.client.get("/who").status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


def test_without_a_session_only_a_short_form_is_read(county: County, browser: Browser) -> None:
    long = {"text": "a" * 70_000, "form_token": ""}
    before = browser.post("/who", long)
    unit = county.as_unit("城关镇")
    browser.sign_in(unit.key)
    after = browser.post("/who", {**long, "form_token": browser.form_token()})

    assert before.json()["code"] == "missing_key"
    assert after.json() == {"who": who(county, unit), "length": 70_000}


def test_the_rule_of_a_session_and_its_sql_agree(county: County, database: Database) -> None:
    key_id = county.key_id(county.as_role("auditor"))
    limits, at = SessionLimits(timedelta(hours=1), timedelta(hours=12)), clock.now()
    moments = [at - timedelta(hours=hours) for hours in (0, 0.5, 1, 2, 11.5, 12, 13)]
    rows = [
        WebSession(cookie_hash=f"{number}", key_id=key_id, created_at=created, last_used_at=used, ended_at=ended)
        for number, (created, used, ended) in enumerate(
            (created, used, ended) for created in moments for used in moments for ended in (None, at)
        )
    ]
    with database.session(writes=True) as session:
        session.add_all(rows)
        session.flush()
        found = session.exec(select(WebSession.cookie_hash).where(WebSession.open(at, limits))).all()
        session.rollback()

    assert set(found) == {row.cookie_hash for row in rows if row.is_open(at, limits)}
    assert 0 < len(found) < len(rows)


def test_sessions_that_ended_long_ago_are_deleted(
    county: County, browser: Browser, database: Database, now: FakeClock
) -> None:
    key = county.as_role("auditor").key
    browser.sign_in(key)
    now.moment += KEPT_FOR + timedelta(hours=11)
    browser.sign_in(key)
    now.moment += timedelta(hours=2)
    browser.sign_in(key)
    with database.session(writes=False) as session:
        left = [*session.exec(select(WebSession.created_at).order_by(col(WebSession.id)))]

    assert left == [now.moment - timedelta(hours=2), now.moment]
