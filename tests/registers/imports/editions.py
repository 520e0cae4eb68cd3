"""Newer editions of the sample register, as its page would be published again."""

from html import escape
from typing import Any

from app.registers.files.reader import read_register
from tests.conftest import COUNTY, Api, sample_page

TITLE = "霍邱县2023年政务公开重点任务清单"
Row = list[str]  # requirement, units, completion
Sections = list[tuple[str, list[Row]]]


def sample_sections() -> Sections:
    """The sample register's sections, to be changed."""
    reading = read_register(sample_page())
    return [
        (one.title, [[task.requirement, task.units_text, task.completion] for task in one.tasks])
        for one in reading.sections
    ]


def row_of(sections: Sections, number: int) -> Row:
    """The row of a number, counted through the register."""
    return [row for _, rows in sections for row in rows][number - 1]


def page_of(sections: Sections, *, title: str = TITLE, day: str = "2023-09-30", words: str = "责任单位") -> bytes:
    heads = "".join(f"<th>{head}</th>" for head in ("工作内容", "工作要求", words, "完成情况"))
    lines = [f"<h1>{title}</h1><p>发布时间:{day} 09:30</p><table><tr>{heads}</tr>"]
    for name, rows in sections:
        for place, row in enumerate(rows):
            span = f'<td rowspan="{len(rows)}">{name}</td>' if not place else ""
            lines.append(f"<tr>{span}{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>")
    return "\n".join([*lines, "</table>"]).encode()


def changed_sections() -> Sections:
    """One of each change: a requirement reworded (2), two numbers swapped (3, 4), a task removed and another in its
    place (7), one moved to the next section (9), a unit in another's place (17), a completion that says more (22)."""
    sections = sample_sections()
    first, second = row_of(sections, 3), row_of(sections, 4)
    row_of(sections, 2)[0] = row_of(sections, 2)[0].replace("五个工作日内答复并公布", "三个工作日内答复并公开")
    first[:], second[:] = second[:], first[:]
    row_of(sections, 7)[:] = ["为老年人提供线下办事和大字版网页。", "民政局", ""]
    sections[3][1].insert(0, sections[2][1].pop())
    row_of(sections, 17)[1] = "政府办(政务公开办)、财政局"
    row_of(sections, 22)[2] = "三季度推进会已开。"
    return sections


def sent(api: Api, page: bytes, *, leave: bool = True, **form: Any) -> Any:
    """A preview of a page. `leave`: what was not read is left as it is."""
    data = {"jurisdiction": COUNTY, **form}
    answer = api.request("POST", "/registers/imports", files={"file": ("新版.html", page)}, data=data)
    assert answer.status_code == 201, answer.text
    return left(api, answer.json()) if leave else answer.json()


def left(api: Api, shown: Any) -> Any:
    """The preview with what was not read left as it is."""
    kinds = {one["kind"] for one in shown["questions"] if one["blocks"]} - {"unknown_unit", "which_task"}
    return answered(api, shown, *({"kind": kind, "leave": True} for kind in sorted(kinds))) if kinds else shown


def answered(api: Api, shown: Any, *answers: Any) -> Any:
    answer = api.post(f"/registers/imports/{shown['id']}/answers", {"answers": list(answers)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def commit(api: Api, shown: Any) -> Any:
    return api.post(f"/registers/imports/{shown['id']}/commit?preview={shown['preview']}&proposals=leave")
