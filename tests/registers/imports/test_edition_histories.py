"""Edition after edition, changed at random: what was printed last is what stands, and the journal verifies."""

import random
from typing import Any

import pytest

from app.journal.verification import verify
from tests.conftest import Api, County
from tests.registers.imports.editions import Sections, answered, commit, page_of, sample_sections, sent

WORDS = "公开信息目录政策解读办事指南窗口群众企业材料审批监督检查培训报告年度季度月份清单责任落实"
UNITS = ["司法局", "财政局", "教体局", "卫健委", "住建局", "水利局", "交通局", "各乡镇人民政府", "县直有关单位"]
EDITIONS = 3


def text(draw: random.Random, length: int) -> str:
    return "".join(draw.choice(WORDS) for _ in range(length)) + "。"


def change(draw: random.Random, sections: Sections) -> None:
    """One change such as an office makes from one edition to the next."""
    place = draw.randrange(len(sections))
    title, rows = sections[place]
    at = draw.randrange(len(rows))
    other = draw.choice(draw.choice(sections)[1])
    units = "、".join(draw.sample(UNITS, draw.randint(1, 5)))
    match draw.randrange(9):
        case 0:
            cut = draw.randrange(len(rows[at][0]))
            rows[at][0] = rows[at][0][:cut] + text(draw, 3) + rows[at][0][cut + 4 :]
        case 1:
            rows[at][:], other[:] = other[:], rows[at][:]
        case 2 if len(rows) > 1:
            rows.pop(at)
        case 3:
            rows.insert(at, [text(draw, 20), units, ""])
        case 4 if len(rows) > 1:
            draw.choice(sections)[1].append(rows.pop(at))
        case 5:
            rows[at][1] = units
        case 6:
            rows[at][2] = text(draw, 6)
        case 7:
            sections[place], sections[0] = sections[0], sections[place]
        case _:
            sections[place] = (title + "工作", rows)
            sections.insert(place, (text(draw, 8)[:-1], [[text(draw, 20), units, ""]]))


def settled(office: Api, shown: Any) -> Any:
    """With every row that may be several tasks said to be the likest."""
    current = shown
    while not current["is_ready"]:
        question = next(one for one in current["questions"] if one["blocks"])
        answer = {"row": question["rows"][0], "is_task": question["candidates"][0]["task_id"]}
        current = answered(office, current, answer)
    return current


@pytest.mark.parametrize("seed", range(3))
def test_what_was_printed_last_stands_and_the_journal_verifies(county: County, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  a drawn page is no secret
    office, sections = county.as_role("coordinator"), sample_sections()
    for number in range(EDITIONS):
        for _ in range(6):
            change(draw, sections)
        page = page_of(sections, day=f"2023-0{number + 6}-01")
        committed = commit(office, settled(office, sent(office, page)))
        again = sent(office, page)

        assert committed.status_code == 201, committed.text
        assert (again["changes"], again["section_changes"]) == ([], [])
    tasks = office.all("/tasks", checklist=1)
    printed = [row[0] for _, rows in sections for row in rows]
    with county.database.session(writes=False) as session:
        faults = verify(session).faults

    assert [(task["number"], task["requirement"]) for task in tasks] == list(enumerate(printed, start=1))
    assert faults == []
