"""The papers that offices really have: read right in every field, or asked."""

import pytest

from tests.registers.papers.harder import HARDER
from tests.registers.papers.heads import HEADS
from tests.registers.papers.last_days import LAST_DAYS
from tests.registers.papers.layouts import ROWS, TITLES
from tests.registers.papers.ledgers import LEDGERS
from tests.registers.papers.made_by_hand import BY_HAND
from tests.registers.papers.paper import Paper
from tests.registers.papers.plans import PLANS
from tests.registers.papers.unit_cells import UNIT_CELLS

PAPERS = LAST_DAYS | HEADS | PLANS | UNIT_CELLS | TITLES | ROWS | BY_HAND | HARDER | LEDGERS


@pytest.mark.parametrize("paper", [pytest.param(paper, id=name) for name, paper in PAPERS.items()])
def test_a_paper_is_read_as_a_careful_clerk_reads_it(paper: Paper) -> None:
    assert paper.read() == paper.lines
