"""A stranger's client: openapi-python-client makes it from the document alone, and it tells a register's story."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.config import Settings
from app.main import create_app
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.document import document
from tests.serving import serving


class GeneratedClient:
    """The generated package, and what of it the story needs, by the names that the document gave."""

    def __init__(self, base_url: str, key: str | None) -> None:
        client = importlib.import_module("generated_client")
        self.models: Any = importlib.import_module("generated_client.models")
        assert key
        self.session = client.AuthenticatedClient(base_url=base_url, token=key, raise_on_unexpected_status=True)

    def call(self, tag: str, operation: str, *path: Any, **options: Any) -> Any:
        """What an operation's typed function answers; a problem document stands out by its type."""
        function: ModuleType = importlib.import_module(f"generated_client.api.{tag}.{operation}")
        return function.sync(*path, client=self.session, **options)

    def all(self, tag: str, operation: str, *path: Any, **filters: Any) -> list[Any]:
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.call(tag, operation, *path, **filters, **cursor)
            items += page.items
            if not page.next_cursor:
                return items
            cursor = {"cursor": page.next_cursor}


Connect = Callable[[Api], GeneratedClient]


@pytest.fixture
def connect(
    county: County, settings: Settings, client_code: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connect]:
    """`connect(county.as_unit("城关镇"))` is the generated client with that key, at a server of its own."""
    monkeypatch.syspath_prepend(client_code)
    with ExitStack() as stack:
        url = stack.enter_context(serving(create_app(settings, county.database)))

        def connected(api: Api) -> GeneratedClient:
            client = GeneratedClient(url, api.key)
            stack.enter_context(client.session)
            return client

        yield connected


def test_every_operation_of_the_document_is_in_the_client(client_code: Path) -> None:
    paths = document()["paths"]
    described = {operation["operationId"] for methods in paths.values() for operation in methods.values()}
    generated = {path.stem for path in (client_code / "generated_client" / "api").glob("*/*.py")} - {"__init__"}

    assert generated == described


PAGE = """
<h1>霍邱县2023年营商环境工作清单</h1>
<table>
<tr><th>工作内容</th><th>工作要求</th><th>责任单位</th><th>完成情况</th></tr>
<tr><td>一、助力优化营商环境</td><td>公开办事指南。</td><td>司法局牵头,各乡镇人民政府</td><td></td></tr>
</table>
"""


def import_page(office: GeneratedClient) -> Any:
    """What a frontend does with a pasted page: have it read, show it, and enter what was read. Returns the task."""
    models = office.models
    reading = office.call("registers", "read_register", body=models.PageToRead(jurisdiction=COUNTY, page=PAGE))
    checklist = office.call(
        "checklists",
        "create_checklist",
        body=models.ChecklistCreate(
            jurisdiction=COUNTY, title=reading.title, year=reading.year, default_due_on=date(2023, 9, 30)
        ),
    )
    (read,) = reading.sections
    section = office.call("checklists", "create_section", checklist.id, body=models.SectionCreate(title=read.title))
    (row,) = read.rows
    wanted = models.TaskCreate(
        checklist_id=checklist.id, section_id=section.id, requirement=row.requirement, units_text=row.units_text
    )
    task = office.call("tasks", "create_task", body=wanted)
    for unit in row.reading.units:
        office.call("tasks", "assign_unit", task.id, unit.unit_id, body=models.AssignmentWrite(role=unit.role))
    audience = models.Publication(audience=models.Audience.UNITS)
    office.call("checklists", "publish_checklist", checklist.id, body=audience)
    return task


def test_a_generated_client_sees_exactly_the_units_that_did_not_report(
    county: County, connect: Connect, now: FakeClock
) -> None:
    office = connect(county.as_role("coordinator"))
    task = import_page(office)
    done = office.models.StatusUpdateCreate(state=office.models.Claim.COMPLETED, narrative="办事指南已公开。")
    for name in ("城关镇", "司法局"):
        reporter = connect(county.as_unit(name))
        posted = reporter.call("updates", "post_task_update", task.id, county.units[name], body=done)
        assert posted.state == office.models.Claim.COMPLETED
    now.set("2023-10-20")
    auditor = connect(county.as_role("auditor"))
    overdue = auditor.all("oversight", "list_overdue", checklist=task.checklist.id, as_of=date(2023, 10, 7), limit=20)
    townships = {member.unit_id for member in office.all("obligations", "list_members", county.units["各乡镇人民政府"])}

    assert len(townships) == 30
    assert {item.unit.id for item in overdue} == townships - {county.units["城关镇"]}
    assert {(item.due_on, item.days_overdue) for item in overdue} == {(date(2023, 9, 30), 7)}


def test_a_generated_client_reads_a_refusal_as_a_problem(county: County, connect: Connect) -> None:
    owed = county.obligation(1, "河口镇")
    reporter = connect(county.as_unit("城关镇"))
    refusal = reporter.call("obligations", "read_obligation", owed["id"])

    assert isinstance(refusal, reporter.models.Problem)
    assert (refusal.status, refusal.code) == (404, "not_found")
