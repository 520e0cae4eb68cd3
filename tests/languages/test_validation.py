"""Whatever a field is sent that does not fit it, the refusal says what would be right, in both languages."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

import pytest
from pydantic import BaseModel, Field, HttpUrl, StringConstraints, TypeAdapter, ValidationError

from app import main as _every_shape  # noqa: F401
from app.languages.catalogue import Language, translated
from app.languages.messages import Message
from app.languages.validation import SENTENCES, sentence
from app.paging import PageQuery
from app.shapes import InputShape, RowId
from app.updates.schemas import EvidenceWrite

MISFITS: list[Any] = [
    None,
    True,
    -1,
    1.5,
    2**70,
    float("inf"),
    "",
    "x",
    " \x00\u202e",
    "\ud800",
    "1" * 5000,
    "x" * 30_000,
    "http://",
    "http://[",
    "ftp://x",
    "http://a:b@c/",
    "http:/\\x",
    "http://" + "x" * 1990,
    "2023-13-01",
    "2023-05-31T10:00:00",
    "1848-01-01",
    "2023-13-01T10:00:00+08:00",
    0.00001,
    10**12,
    [],
    ["x"] * 1000,
    {},
    {"kind": "x"},
    {"kind": "on", "due_on": "x", "more": 1},
]


class Refusal(NamedTuple):
    field: str
    kind: str
    said: Message


def shapes(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in root.__subclasses__():
        yield child
        yield from shapes(child)


def refusals(shape: type[BaseModel]) -> Iterator[Refusal]:
    for name, field in shape.model_fields.items():
        for misfit in MISFITS:
            try:
                shape.model_validate({field.alias or name: misfit, "colour": "red"})
            except ValidationError as broken:
                for one in broken.errors():
                    yield Refusal(".".join(map(str, one["loc"])), one["type"], sentence(one))


SHAPES = sorted(
    (shape for shape in {*shapes(InputShape), *shapes(PageQuery)} if shape.model_fields),
    key=lambda shape: shape.__name__,
)


def test_every_refusal_of_a_shape_has_a_sentence_of_ours_and_its_chinese() -> None:
    for shape in SHAPES:
        found = set(refusals(shape))
        without = {(field, kind) for field, kind, said in found if said.template == "cannot be used: {reason}"}
        english = {said for _, _, said in found if translated(said, Language.CHINESE) == said}

        assert len(found) >= 1, shape
        assert not without, shape
        assert not english, shape


# Of what no shape has a field yet: a type and what does not fit it.
LATER: dict[str, tuple[Any, Any]] = {
    "less_than": (Annotated[int, Field(lt=1)], 1),
    "date_type": (date, []),
    "date_from_datetime_inexact": (date, "2023-12-31T10:00:00"),
    "datetime_type": (datetime, []),
    "greater_than": (Annotated[int, Field(gt=1)], 1),
    "string_pattern_mismatch": (Annotated[str, StringConstraints(pattern="^a$")], "b"),
    "dict_type": (dict[str, int], 1),
    "url_type": (HttpUrl, 1),
    "url_too_long": (HttpUrl, "http://" + "x" * 3000),
}


@pytest.mark.parametrize("kind", LATER)
def test_a_refusal_that_no_shape_makes_yet_has_its_sentence_too(kind: str) -> None:
    wanted, misfit = LATER[kind]
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(wanted).validate_python(misfit)
    found = refused.value.errors()[0]

    assert found["type"] == kind
    assert sentence(found).template == SENTENCES[kind]
    assert translated(sentence(found), Language.CHINESE) != sentence(found)


def test_there_is_no_sentence_for_what_never_happens() -> None:
    kinds = {kind for shape in SHAPES for _, kind, _ in refusals(shape)}

    assert SENTENCES.keys() - kinds == LATER.keys()


def test_the_length_of_a_text_is_limited_in_characters() -> None:
    with pytest.raises(ValidationError) as refused:
        EvidenceWrite.model_validate({"url": "https://www.huoqiu.gov.cn/", "title": "长" * 201})

    assert sentence(refused.value.errors()[0]) == "is too long; give at most 200 characters"


def test_an_unexpected_refusal_has_pydantics_words() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(bytes).validate_python(1)
    said = sentence(refused.value.errors()[0])

    assert said == "cannot be used: Input should be a valid bytes"
    assert translated(said, Language.CHINESE) == "内容无法使用（Input should be a valid bytes），请核对后重新填写"


def test_a_rule_written_in_plain_words_is_passed_on() -> None:
    said = sentence({"type": "value_error", "msg": "Value error, too blue", "ctx": {"error": ValueError("too blue")}})

    assert said == "cannot be used: too blue"


def test_what_fits_a_closed_set_is_listed_in_each_languages_way() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(RowId).validate_python(0)
    small = sentence(refused.value.errors()[0])
    one_of = sentence({"type": "enum", "msg": "", "ctx": {"expected": "'lead', 'responsible' or 'supporting'"}})

    assert (small, translated(small, Language.CHINESE)) == ("is too small; give 1 or more", "数值过小，不得小于 1")
    assert one_of == "is none of the words that fit here: lead, responsible, supporting"
    assert translated(one_of, Language.CHINESE) == "取值有误，只能是以下之一：lead、responsible、supporting"
