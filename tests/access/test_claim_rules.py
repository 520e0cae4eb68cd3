"""A claim rule makes a person of each account that the issuer says enough of, and of no other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.journal.verification import verify
from tests.access.browsers import Browse, Browser
from tests.access.issuers import TestIssuer
from tests.access.sign_ins import begin, finish, of
from tests.access.test_tokens import code, enter
from tests.conftest import Api, County

ON_SQLITE = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)


@pytest.fixture
def browser(county: County, browse: Browse, issuer: TestIssuer) -> Browser:
    return browse(**of(issuer.url))


def claim_rule(county: County, of_issuer: str, value: str, *units: str, **more: Any) -> Any:
    wanted = {"issuer": of_issuer, "claim": "groups", "value": value, "role": "reporter", "jurisdiction": "341522"}
    answer = county.as_role("admin").post(
        "/claim-rules", {**wanted, "units": [county.units[unit] for unit in units], **more}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def me(browser: Browser, issuer: TestIssuer, *groups: Any, subject: str = "f3a1", **claims: Any) -> Any:
    """Who somebody is by a new token: the answer, or its code."""
    token = issuer.token(subject, **{"groups": list(groups), "name": "王五", **claims})
    answer = Api(browser.client, token).get("/me")
    return answer.json() if answer.status_code == 200 else code(answer)


def units(found: Any) -> list[str]:
    return [unit["name"] for unit in found["units"]]


def test_a_token_that_matches_a_rule_makes_its_account_a_person_once(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    made = claim_rule(county, issuer.url, "chengguan", "城关镇")
    first, second = me(browser, issuer, "staff", "chengguan"), me(browser, issuer, "chengguan", jti="2")
    admin = county.as_role("admin")
    (person,) = admin.all("/persons")
    entries = [one for one in admin.all("/journal/access:341522") if one["subject"] == f"person:{person['id']}"]
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert first == second
    assert (first["role"], first["person"], units(first)) == (
        "reporter",
        {"id": person["id"], "name": "王五"},
        ["城关镇人民政府"],
    )
    assert (person["subject"], person["issuer"], person["rule"]) == ("f3a1", issuer.url, made["id"])
    assert [(one["verb"], one["who"]) for one in entries] == [("person.created", f"claim_rule:{made['id']}")]
    assert report.faults == []


def test_an_account_of_the_same_name_at_another_issuer_is_somebody_else(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    other = enter(county, "司法局", issuer="https://sso.example.cn")
    found = me(browser, issuer, "chengguan")

    assert units(found) == ["城关镇人民政府"]
    assert found["person"]["id"] != other["id"]


def test_several_rules_give_their_units_together_and_a_lost_group_takes_them(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    claim_rule(county, issuer.url, "justice", "司法局")
    both, one = me(browser, issuer, "chengguan", "justice"), me(browser, issuer, "justice")
    none = me(browser, issuer, "staff")
    sent = begin(browser)
    signed_in = finish(browser, issuer, sent, groups=["staff"])

    assert (sorted(units(both)), units(one)) == (["司法局", "城关镇人民政府"], ["司法局"])
    assert one["person"] == both["person"]
    assert (none, code(signed_in)) == ("claim_missing", "claim_missing")
    assert units(me(browser, issuer, "chengguan")) == ["城关镇人民政府"]


def test_who_releases_is_said_by_any_of_the_rules(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "writers", "城关镇", releases=False)
    claim_rule(county, issuer.url, "chiefs", "城关镇")
    said = []
    for time, groups in enumerate((["writers"], ["writers", "chiefs"], ["writers"])):
        permissions = me(browser, issuer, *groups, jti=str(time))["permissions"]
        (person,) = county.as_role("admin").all("/persons")
        said.append(("release" in permissions, person["releases"]))

    assert said == [(False, False), (True, True), (False, False)]


def test_signing_in_makes_the_person_too_and_changes_end_the_session(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    claim_rule(county, issuer.url, "justice", "司法局")
    answer = finish(browser, issuer, begin(browser), groups="chengguan")
    who = browser.who()
    me(browser, issuer, "chengguan", "justice")

    assert answer.status_code == 303
    assert who == f"person:{county.as_role('admin').all('/persons')[0]['id']}"
    assert browser.who() is None


def test_accounts_at_the_same_moment_are_one_person(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    with ThreadPoolExecutor(6) as pool:
        found = [*pool.map(lambda number: me(browser, issuer, "chengguan", jti=str(number)), range(6))]

    assert len({one["person"]["id"] for one in found}) == 1


@ON_SQLITE
def test_what_matches_no_rule_is_nobody(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    claim_rule(county, issuer.url, "elsewhere", "城关镇", issuer="https://sso.example.org")
    ended = claim_rule(county, issuer.url, "ended", "城关镇")
    admin = county.as_role("admin")
    once, again = (admin.delete(f"/claim-rules/{ended['id']}").json() for _ in range(2))
    odd: list[Any] = [None, "cheng", "chengguan,staff", 5, {"chengguan": True}, [["chengguan"], {}, None]]
    found = [me(browser, issuer, groups=groups) for groups in odd]

    assert found == ["person_unknown"] * len(odd)
    assert [me(browser, issuer, group) for group in ("ended", "elsewhere")] == ["person_unknown"] * 2
    assert me(browser, issuer, "chengguan", subject="a b") == "person_unknown"
    assert admin.all("/persons") == []
    assert once == again
    assert once["ended_at"] is not None
    assert me(browser, issuer, groups="chengguan")["role"] == "reporter", "the claim itself, not a list"


@ON_SQLITE
def test_rules_that_disagree_make_nobody(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    claim_rule(county, issuer.url, "office", role="coordinator")
    claim_rule(county, issuer.url, "audit", role="auditor")
    found = me(browser, issuer, "chengguan", "office")
    person = me(browser, issuer, "audit")

    assert found == "claim_rules_disagree"
    assert person["role"] == "auditor"
    assert me(browser, issuer, "audit", "chengguan") == "claim_rules_disagree"
    assert me(browser, issuer, "office")["role"] == "coordinator", "it is what the rules say now"
    assert len(county.as_role("admin").all("/persons")) == 1


@ON_SQLITE
def test_whom_the_office_entered_changed_or_ended_no_rule_touches(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    office = county.as_role("coordinator")
    entered = enter(county, "司法局", issuer=issuer.url, subject="entered")
    by_office = me(browser, issuer, "chengguan", subject="entered")
    made = me(browser, issuer, "chengguan", subject="made")["person"]["id"]
    changed = office.patch(f"/persons/{made}", {"revision": 1, "units": [county.units["河口镇"]]}).json()
    after = me(browser, issuer, subject="made")
    office.delete(f"/persons/{made}")
    ended = me(browser, issuer, "chengguan", subject="made")

    assert (by_office["person"]["id"], units(by_office)) == (entered["id"], ["司法局"])
    assert changed["rule"] is None
    assert units(after) == ["河口镇人民政府"]
    assert ended == "person_unknown"


@ON_SQLITE
def test_the_name_of_whom_a_rule_makes_is_a_name(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    names = {"a": "  王五 ", "b": None, "c": "", "d": 5, "e": "王" * 101, "f": "王\x00五"}
    found = {subject: me(browser, issuer, "chengguan", subject=subject, name=name) for subject, name in names.items()}

    assert {subject: one["person"]["name"] for subject, one in found.items()} == {
        "a": "王五",
        **{subject: subject for subject in "bcdef"},
    }


@ON_SQLITE
def test_a_rule_gives_no_more_than_who_makes_it_has(county: County, issuer: TestIssuer) -> None:
    wanted = {"issuer": issuer.url, "claim": "groups", "value": "x", "role": "admin", "jurisdiction": "341522"}
    admin = county.as_role("admin")
    answers = {
        "wider": admin.post("/claim-rules", {**wanted, "jurisdiction": "3415"}),
        "no issuer": admin.post("/claim-rules", {**wanted, "issuer": None}),
        "no units": admin.post("/claim-rules", {**wanted, "role": "reporter"}),
        "unknown unit": admin.post("/claim-rules", {**wanted, "role": "reporter", "units": [99_999]}),
        "no value": admin.post("/claim-rules", {**wanted, "value": " "}),
        "coordinator": county.as_role("coordinator").post("/claim-rules", {**wanted, "role": "coordinator"}),
    }

    assert {name: code(answer) for name, answer in answers.items()} == {
        "wider": "outside_scope",
        "no issuer": "invalid_request",
        "no units": "invalid_request",
        "unknown unit": "unknown_reference",
        "no value": "invalid_request",
        "coordinator": "role_not_allowed",
    }
    assert admin.all("/claim-rules") == []


@ON_SQLITE
def test_a_server_that_only_reads_makes_no_person(county: County, issuer: TestIssuer, browse: Browse) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    reading = browse(**of(issuer.url, read_only=True))
    before = me(reading, issuer, "chengguan")
    me(browse(**of(issuer.url)), issuer, "chengguan")

    assert before == "server_read_only"
    assert units(me(reading, issuer, "chengguan")) == ["城关镇人民政府"]


@ON_SQLITE
def test_a_body_of_somebody_new_is_read(county: County, issuer: TestIssuer, browser: Browser) -> None:
    claim_rule(county, issuer.url, "chengguan", "城关镇")
    obligation = county.obligation(1, "城关镇")["id"]
    api = Api(browser.client, issuer.token(groups=["chengguan"], name="王五"))
    posted = api.post(f"/obligations/{obligation}/updates", {"state": "in_progress", "narrative": "正在推进。" * 20})

    assert (posted.status_code, posted.json()["reported_by"]) == (201, "王五")


def test_what_rests_on_a_rule_ends_with_it_at_the_next_request(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    rules = [claim_rule(county, issuer.url, name, name) for name in ("城关镇", "司法局", "河口镇")]
    token = Api(browser.client, issuer.token("both", groups=["城关镇", "司法局"]))
    assert len(units(token.get("/me").json())) == 2
    seen = []
    for rule, subject, groups in ((2, "other", ["河口镇"]), (1, "both", ["城关镇", "司法局"]), (0, "both", ["城关镇"])):
        finish(browser, issuer, begin(browser), subject, groups=groups)
        before = browser.who()
        county.as_role("admin").delete(f"/claim-rules/{rules[rule]['id']}")
        seen.append((before is not None, browser.who(), code(token.get("/me"))))
    again = [me(browser, issuer, *groups, subject="both", jti="2") for groups in (["城关镇"], ["司法局"])]
    persons = county.as_role("admin").all("/persons")
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert seen == [(True, None, 200), (True, None, "claim_missing"), (True, None, "claim_missing")]
    assert again == ["claim_missing"] * 2
    assert [one["state"] for one in persons] == ["active"] * 2
    assert report.faults == []


def test_whom_another_rule_still_makes_a_person_signs_in_again(
    county: County, issuer: TestIssuer, browser: Browser
) -> None:
    first = claim_rule(county, issuer.url, "chengguan", "城关镇")
    claim_rule(county, issuer.url, "staff", "城关镇")
    before = me(browser, issuer, "chengguan", "staff")
    county.as_role("admin").delete(f"/claim-rules/{first['id']}")
    after = me(browser, issuer, "chengguan", "staff", jti="2")
    answer = finish(browser, issuer, begin(browser), groups=["staff"])

    assert after == before
    assert answer.status_code == 303
    assert browser.who() == f"person:{before['person']['id']}"
