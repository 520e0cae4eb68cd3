"""Persons of a unit, who sign in with tokens of an issuer, before a checklist that asks for release."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from tests.access.issuers import TestIssuer, serving_issuer
from tests.access.sign_ins import begin, finish, of
from tests.client import Client
from tests.conftest import COUNTY, Api, County
from tests.pages.browser import Browser

UNIT = "城关镇"
CLAIM: Any = {"state": "completed", "narrative": "已公开。", "evidence": [{"url": "https://example.com/1"}]}
LAST_DAY = "2023-12-31"


def done(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class People:
    """Who the office has entered, by their names."""

    def __init__(self, county: County, issuer: TestIssuer) -> None:
        self.county, self._issuer, self.ids = county, issuer, dict[str, int]()

    def enter(self, name: str, unit: str = UNIT, **more: Any) -> Api:
        wanted = {"subject": name, "name": name, "role": "reporter", "jurisdiction": COUNTY, **more}
        made = self.county.as_role("coordinator").post("/persons", {**wanted, "units": [self.county.units[unit]]})
        assert made.status_code == 201, made.text
        self.ids[name] = made.json()["id"]
        return self[name]

    def __getitem__(self, name: str) -> Api:
        """Signed in now: a token ends after minutes."""
        return Api(self.county.client, self._issuer.token(name))

    def browser(self, name: str) -> Browser:
        """Signed in on the pages."""
        browser = Browser(self.county.client)
        assert finish(browser, self._issuer, begin(browser), name).status_code == 303
        browser.headers = browser.headers | {"Cookie": f"duban_session={browser.client.cookies['duban_session']}"}
        browser.client.cookies.clear()
        return browser

    def end(self, name: str) -> None:
        assert self.county.as_role("coordinator").delete(f"/persons/{self.ids[name]}").status_code == 200


@pytest.fixture
def issuer() -> Iterator[TestIssuer]:
    with serving_issuer() as issuer:
        yield issuer


@pytest.fixture
def client(settings: Settings, database: Database, issuer: TestIssuer) -> Iterator[Client]:
    app = create_app(settings.model_copy(update=of(issuer.url)), database)
    with Client(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def people(county: County, issuer: TestIssuer) -> People:
    """The checklist asks for release, and nobody is entered yet."""
    ask(county)
    return People(county, issuer)


def ask(county: County, **wanted: bool) -> None:
    """Change what the checklist asks for; without more, for release."""
    office = county.as_role("coordinator")
    revision = office.get("/checklists/1").json()["revision"]
    changed = office.patch("/checklists/1", {"revision": revision, **(wanted or {"asks_for_release": True})})
    assert changed.status_code == 200, changed.text


@pytest.fixture
def owed(county: County) -> str:
    """The path of what the unit owes."""
    return f"/obligations/{county.obligation(1, UNIT)['id']}"


@pytest.fixture
def two(people: People) -> People:
    """填报人 and 审核人."""
    people.enter("张三", releases=False)
    people.enter("李四")
    return people


def report(people: People, owed: str, who: str = "张三") -> Any:
    return done(people[who].post(f"{owed}/updates", CLAIM))
