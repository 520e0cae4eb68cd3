"""A row that numbers its measures and its units alike may mean each unit's own: the preview says so."""

import pytest

from tests.conftest import Api, County
from tests.registers.imports.editions import page_of, sent

pytestmark = pytest.mark.long_on_postgresql

ROWS = [
    ["1.改造县道;2.养护乡道。", "1.司法局;2.财政局", ""],
    ["改造县道。", "1.司法局;2.财政局", ""],
    ["①改造县道;②养护乡道。", "①司法局②财政局", ""],
    ["1.改造县道;2.养护乡道;3.验收。", "1.司法局;2.财政局", ""],
    ["1.改造县道。", "1.司法局", ""],
]


@pytest.fixture
def office(county: County) -> Api:
    return county.as_role("coordinator")


def test_rows_whose_measures_and_units_are_numbered_alike_are_named(office: Api) -> None:
    shown = sent(office, page_of([("一、道路", ROWS)], title="霍邱县2023年道路任务清单"))
    notes = [note for note in shown["notes"] if "numbered alike" in note]

    assert [note.split(":")[0] for note in notes] == ["rows 1, 3"]
