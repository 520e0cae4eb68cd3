"""The words that answers carry, with their labels."""

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from app import main as _every_shape  # noqa: F401
from app.checklists.schedules import Schedule
from app.errors import every_error
from app.paging import PageQuery
from app.shapes import InputShape, OutputShape
from app.vocabulary.terms import ENUMS, SCHEDULE_KINDS
from tests.conftest import County

CHINESE = {
    "obligation_state": ["未启动", "推进中", "待审核", "已退回", "已完成", "免办"],
    "task_state": ["未启动", "推进中", "已完成", "免办"],
    "role": ["牵头", "责任", "配合"],
    "unit_kind": ["部门", "乡镇", "开发区", "集合单位"],
}


def labels(county: County, language: str) -> Any:
    answer = county.anonymous().request("GET", "/vocabulary", headers={"Accept-Language": language})
    assert (answer.headers["content-language"], answer.headers["vary"]) == (
        language,
        "Authorization, Accept-Language, Accept-Encoding",
    )
    return {name: {one["value"]: one["label"] for one in terms} for name, terms in answer.json().items()}


def test_the_vocabulary_speaks_the_words_of_the_registers(county: County) -> None:
    found = labels(county, "zh")

    assert {name: [*found[name].values()] for name in CHINESE} == CHINESE
    assert found["timeliness"]["overdue"] == "逾期"
    assert found["schedule_kind"]["standing"] == "长期推进"
    assert found["error_code"]["not_your_unit"] == "各单位只能填报本单位的事项"


def test_the_vocabulary_is_english_too(county: County) -> None:
    found = labels(county, "en")

    assert found["obligation_state"]["not_started"] == "not started"
    assert found["unit_kind"]["development_zone"] == "development zone"
    assert found["error_code"]["not_your_unit"] == "A unit answers only for itself"


def test_both_languages_have_the_same_words(county: County) -> None:
    english, chinese = labels(county, "en"), labels(county, "zh")

    assert {name: [*terms] for name, terms in english.items()} == {name: [*terms] for name, terms in chinese.items()}
    assert not json.dumps(chinese, ensure_ascii=False).count('""')
    assert english["error_code"].keys() == {error.code for error in every_error()}


def enums_in(kind: Any) -> Iterator[type[Enum]]:
    """The enums in an annotation, however deep: `Role | None`, `list[Role]`, `Literal[ActorRole.ADMIN]`."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield kind
    if isinstance(kind, Enum):
        yield type(kind)
    for part in get_args(kind):
        yield from enums_in(part)


def shapes(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in root.__subclasses__():
        yield child
        yield from shapes(child)


@pytest.mark.parametrize("root", [OutputShape, InputShape, PageQuery])
def test_every_enum_of_the_api_is_a_vocabulary(root: type[BaseModel]) -> None:
    used = {
        enum for shape in shapes(root) for field in shape.model_fields.values() for enum in enums_in(field.annotation)
    }
    without = {
        enum.__name__
        for enum in used - {*ENUMS.values()}
        if not enum.__name__.endswith("Sort") and not {*enum} <= SCHEDULE_KINDS.keys()
    }

    assert used
    assert not without


def test_every_kind_of_schedule_is_in_the_vocabulary() -> None:
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Schedule)[0])}

    assert SCHEDULE_KINDS.keys() == kinds
