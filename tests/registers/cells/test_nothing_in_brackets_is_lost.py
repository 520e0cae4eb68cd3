"""Text in a bracket behind a unit is an office of it, or a question: no misspelt unit vanishes."""

import pytest

from app.registers.cells.reader import read_cell
from app.units.directory import Directory, KnownUnit

COLLECTIVE = KnownUnit("各镇", is_collective=True, is_open=False)
KNOWN = Directory(
    {name: KnownUnit(name, is_collective=False, is_open=False) for name in ("财政局", "政府办", "审计局(内审)")}
    | {"各镇": COLLECTIVE}
)


@pytest.mark.parametrize(
    ("cell", "units", "unread"),
    [
        ("财政局(司法居)", ["财政局"], ["司法居"]),
        ("财政局（司法居）、政府办", ["财政局", "政府办"], ["司法居"]),
        ("财政局(国资办、司法居)", ["财政局"], ["司法居"]),
        ("财政局(司法居、民征居)", ["财政局"], ["司法居", "民征居"]),
        ("财政局(司法居", ["财政局"], ["司法居"]),
        ("各镇(司法居)", ["各镇"], ["司法居"]),
        ("牵头单位：财政局(司法居)", ["财政局"], ["司法居"]),
        ("财政局(民征局)", ["财政局"], ["民征局"]),
        ("财政局(国资办、民征局)", ["财政局"], ["民征局"]),
        # an office of it, its person, a widened collective, and what the directory knows as it is printed
        ("财政局(国资办)", ["财政局"], []),
        ("财政局(国资办、金融办)", ["财政局"], []),
        ("政府办(政务公开办", ["政府办"], []),
        ("财政局(张某)", ["财政局"], []),
        ("各镇(街道、园区)", ["各镇(街道、园区)"], []),
        ("审计局(内审)", ["审计局(内审)"], []),
    ],
)
def test_what_reads_as_no_office_is_left_unread(cell: str, units: list[str], unread: list[str]) -> None:
    reading = read_cell(cell, KNOWN)

    assert ([unit.name for unit in reading.units], sorted(reading.unread)) == (units, sorted(unread))
    assert "".join(piece.text for piece in reading.pieces) == cell
