"""The quantities that a task requires (至少十个, 不低于4%), and whether reported figures reach them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, TypeAdapter, WithJsonSchema, model_validator

from app.errors import InvalidRequest
from app.languages.messages import say
from app.shapes import WHEN_USED, InputShape, Name

# Exact on both sides: no quantity has more than 15 digits. Shown as a JSON number.
Quantity = Annotated[
    Decimal,
    Field(ge=0, max_digits=15, decimal_places=4, allow_inf_nan=False, examples=[10]),
    PlainSerializer(lambda value: int(value) if value % 1 == 0 else float(value), return_type=int | float),
    WithJsonSchema({"type": "number", "minimum": 0, "examples": [10]}),
]
Metric = Annotated[Name, Field(max_length=50, description="what is counted, such as 个, 次 or %", examples=["个"])]


class Comparison(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


class TargetScope(StrEnum):
    """Whose quantity a target is."""

    EACH = "each"  # each unit reaches it
    TOGETHER = "together"  # all units of a period reach it: what each reports is its part of the sum


_SHARES = frozenset({"%", "‰", "个百分点"})  # these have no sum


class Figure(InputShape):
    """A quantity that was reached."""

    metric: Metric
    number: Quantity


def one_of_each_metric(some: list[Any]) -> list[Any]:
    """Raises:
    ValueError: a metric is named twice.
    """
    metrics = [one.metric for one in some]
    if len({*metrics}) < len(metrics):
        raise ValueError(say("names a metric twice; name each once"))
    return some


class Target(InputShape):
    """A quantity required in each period."""

    metric: Metric
    comparison: Comparison = Comparison.AT_LEAST
    number: Quantity
    scope: Annotated[TargetScope, Field(description="whether each unit reaches it, or all of them together")] = (
        TargetScope.EACH
    )

    @property
    def has_sum(self) -> bool:
        """Whether what several units reach can be added up."""
        return self.metric not in _SHARES

    @model_validator(mode="after")
    def together_has_sum(self) -> "Target":
        if self.scope is TargetScope.TOGETHER and not self.has_sum:
            raise ValueError(say("scope: shares of several units have no sum; give each"))
        return self

    def is_met_by(self, reached: Decimal) -> bool:
        match self.comparison:
            case Comparison.AT_LEAST:
                return reached >= self.number
            case Comparison.AT_MOST:
                return reached <= self.number
            case Comparison.EXACTLY:
                return reached == self.number


_targets: TypeAdapter[list[Target]] = TypeAdapter(list[Target], config=WHEN_USED)
_figures: TypeAdapter[list[Figure]] = TypeAdapter(list[Figure], config=WHEN_USED)


def stored_list(some: Sequence[Target] | Sequence[Figure]) -> list[dict[str, Any]]:
    """Targets or figures as the database stores them."""
    return [one.model_dump(mode="json") for one in some]


def targets_of(content: Any) -> list[Target]:
    return _targets.validate_python(content)


def figures_of(content: Any) -> list[Figure]:
    return _figures.validate_python(content)


def reached(*reports: Sequence[Figure]) -> Mapping[str, Decimal]:
    """Metric → the sum of it over reports, of one unit or of all."""
    total: dict[str, Decimal] = {}
    for figure in chain(*reports):
        total[figure.metric] = total.get(figure.metric, Decimal(0)) + figure.number
    return total


def falls_short(
    targets: Sequence[Target], numbers: Mapping[str, Decimal], scope: TargetScope = TargetScope.EACH
) -> bool:
    """Whether a claim of completion contradicts a target: the number is missed or not given."""
    return any(
        one.metric not in numbers or not one.is_met_by(numbers[one.metric]) for one in targets if one.scope is scope
    )


def require_known(figures: Sequence[Figure], targets: Sequence[Target]) -> None:
    """Raises:
    InvalidRequest: the task has no target for the metric of a figure.
    """
    known = [one.metric for one in targets]
    unknown = [number for number, figure in enumerate(figures) if figure.metric not in known]
    if unknown:
        wrong = (
            say("is not counted here; the task's metrics are {metrics}", metrics=", ".join(known))
            if known
            else say("is not counted here; the task has no targets, leave figures out")
        )
        raise InvalidRequest(fields=[(f"body.figures.{number}.metric", wrong) for number in unknown])
