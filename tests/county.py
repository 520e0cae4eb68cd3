"""The county that most tests begin with, and the API as one of its people uses it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from httpx import Response
from sqlmodel import Session, col, select

from app import clock
from app.access.actions import create_key
from app.access.actors import OPERATOR, prefix_of
from app.access.models import ActorRole, ApiKey
from app.access.schemas import KeyCreate
from app.checklists.models import Audience, Checklist, Task
from app.cli.demo import SAMPLE
from app.database.engine import Database
from app.obligations.publication_actions import publish
from app.registers.files.reader import read_register
from app.registers.imports.checklist_actions import import_register
from app.units.directory_file import import_directory, read_directory
from app.units.queries import spellings
from tests.client import Client

COUNTY = "341522"
DEFAULT_NOW = datetime(2023, 6, 1, 9, 0, tzinfo=clock.SHANGHAI)


class Holder(NamedTuple):
    """Whom a key is for: a role, or some units."""

    role: str
    jurisdiction: str = COUNTY
    units: tuple[str, ...] = ()


@dataclass
class Api:
    """The API as one actor uses it: `api.get("/tasks")`."""

    client: Client
    key: str | None = None
    base: str = "/api/v1"

    def request(self, method: str, path: str, **options: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return self.client.request(method, self.base + path, headers=headers | options.pop("headers", {}), **options)

    def get(self, path: str, **params: Any) -> Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, **options: Any) -> Response:
        return self.request("POST", path, json=body, **options)

    def put(self, path: str, body: Any = None) -> Response:
        return self.request("PUT", path, json=body)

    def patch(self, path: str, body: Any) -> Response:
        return self.request("PATCH", path, json=body)

    def delete(self, path: str, **params: Any) -> Response:
        return self.request("DELETE", path, params=params)

    def all(self, path: str, **params: Any) -> list[Any]:
        """Every item of a list, page after page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            response = self.get(path, **params, **cursor)
            assert response.status_code == 200, response.text
            items += response.json()["items"]
            if not response.json()["next_cursor"]:
                return items
            cursor = {"cursor": response.json()["next_cursor"]}


@dataclass
class County:
    """A county with its units and one register, as most tests begin."""

    database: Database
    client: Client
    checklist_id: int
    units: dict[str, int]  # by spelling
    keys: dict[Holder, str] = field(default_factory=dict)

    def as_role(self, role: str, jurisdiction: str = COUNTY) -> Api:
        """With a key of this role, the same each time."""
        return self._with_key(Holder(role, jurisdiction))

    def as_unit(self, *names: str) -> Api:
        """With a key of these units, the same each time."""
        return self._with_key(Holder("reporter", units=names))

    def anonymous(self) -> Api:
        return Api(self.client)

    def another(self, like: Api) -> Api:
        """With a key of its own, of the same role and units."""
        (holder,) = (holder for holder, key in self.keys.items() if key == like.key)
        return Api(self.client, self._new_key(holder))

    def key_id(self, api: Api) -> int:
        with self.database.session(writes=False) as session:
            return session.exec(select(ApiKey.id).where(ApiKey.prefix == prefix_of(str(api.key)))).one()

    def _with_key(self, holder: Holder) -> Api:
        if holder not in self.keys:
            self.keys[holder] = self._new_key(holder)
        return Api(self.client, self.keys[holder])

    def _new_key(self, holder: Holder) -> str:
        with self.database.session(writes=True) as session:
            return new_key(session, holder, self.units, at=clock.now())

    @cached_property
    def _office(self) -> Api:
        return self.as_role("coordinator")

    def obligation(self, number: int, unit: str) -> Any:
        """The obligation of a unit for the task of a number, as the office sees it."""
        with self.database.session(writes=False) as session:
            mine = col(Task.checklist_id) == self.checklist_id, col(Task.number) == number
            task = session.exec(select(Task.id).where(*mine)).one()
        items = self._office.all("/obligations", task=task, unit=self.units[unit])
        assert len(items) == 1, items
        return items[0]

    def task(self, number: int) -> Any:
        tasks = self._office.all("/tasks", checklist=self.checklist_id)
        return next(task for task in tasks if task["number"] == number)


def enter_subscription(officer: Api) -> int:
    """Another system that is told of everything. Returns the subscription's id."""
    hook = {"jurisdiction": COUNTY, "name": "平台", "channel": "webhook", "address": "http://127.0.0.1:9/"}
    answer = officer.post("/subscriptions", hook)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def new_key(session: Session, holder: Holder, units: dict[str, int], *, at: datetime) -> str:
    wanted = KeyCreate(
        name=holder.units[0] if holder.units else holder.role,
        role=ActorRole(holder.role),
        jurisdiction=holder.jurisdiction,
        units=[units[name] for name in holder.units],
    )
    return str(create_key(session, wanted, by=OPERATOR, at=at).key)


def enter_county(session: Session, code: str = COUNTY, *, at: datetime) -> None:
    import_directory(session, read_directory((SAMPLE / "units.csv").read_bytes()), code, by=OPERATOR, at=at)


def enter_register(session: Session, code: str = COUNTY, *, at: datetime) -> int:
    """The sample register of 2023, published to everyone and owed from its first day. Returns the checklist's id."""
    report = import_register(session, read_register(sample_page()), code, by=OPERATOR, at=at, soon=7)
    assert report.checklist_id is not None
    checklist = session.get_one(Checklist, report.checklist_id)
    publish(session, checklist, Audience.PUBLIC, by=OPERATOR, at=at, starts_on=checklist.starts_on)
    return report.checklist_id


def enter_keys(session: Session, *, at: datetime) -> dict[Holder, str]:
    """Those that many tests use."""
    units = units_of(session)
    holders = [Holder(role) for role in ("coordinator", "auditor", "admin")]
    holders += [Holder("reporter", units=(name,)) for name in ("城关镇", "司法局", "河口镇")]
    return {holder: new_key(session, holder, units, at=at) for holder in holders}


def units_of(session: Session) -> dict[str, int]:
    return {name: unit.id for name, unit in spellings(session, COUNTY).items()}


def sample_page(year: int = 2023, published_on: str = "2023-05-31") -> bytes:
    text = (SAMPLE / "register.txt").read_text("utf-8").format(year=year, published_on=published_on)
    return text.encode()
