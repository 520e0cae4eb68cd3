"""What was measured beside what is required, one line each."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """What a figure has to keep: at least, or at most."""

    number: float
    is_least: bool = True

    def is_met_by(self, figure: float) -> bool:
        return figure >= self.number if self.is_least else figure <= self.number

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.number:g}"


def at_least(number: float) -> Limit:
    return Limit(number)


def at_most(number: float) -> Limit:
    return Limit(number, is_least=False)


class Verdicts:
    """Prints figures as they come, and knows what failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def heading(self, title: str) -> None:
        print(f"\n## {title}\n\n| what | measured | required | |\n|---|---|---|---|", flush=True)

    def say(self, what: str, figure: float, limit: Limit | None, *, more: str = "") -> None:
        is_met = limit is None or limit.is_met_by(figure)
        shown = f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.2f}"
        word = "" if limit is None else "pass" if is_met else "FAIL"
        print(f"| {what} | {shown}{f' ({more})' if more else ''} | {limit or ''} | {word} |", flush=True)
        if not is_met:
            self.failed.append(f"{what}: {shown}, required {limit}")

    def end(self) -> None:
        """Ends the process: with an error if something failed."""
        print(f"\n{len(self.failed)} failed" + "".join(f"\n- {one}" for one in self.failed), flush=True)
        raise SystemExit(1 if self.failed else 0)


Rates = dict[str, list[float]]


def alternate(ways: Mapping[str, Callable[[], float]], rounds: int) -> Rates:
    """Run one way after the other, again and again, so that whatever else the machine does meets all of them."""
    rates: Rates = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            rates[name].append(run())
    return rates


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the ratios of runs that stood beside each other."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))
