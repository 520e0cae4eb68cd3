"""Throws at the app, as one role, what its document allows and what it does not; with all of schemathesis' checks."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What may answer a request that fits the document: scope, state and rules that no schema can say.
REFUSALS = ["401", "403", "404", "409", "410", "412", "422", "429"]
# Most parameters that name something name something that is there, or nearly every answer would be 404.
SHARE_OF_REAL_NAMES = 0.85


class Counted:
    """Counts what the app really answers, by method and status."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answers: Counter[tuple[str, int]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[scope["method"], message["status"]] += 1
            await send(message)

        assert scope["type"] == "http", "the app has been started already"
        await self.app(scope, receive, counted)

    def share_of_successes(self, method: str) -> float:
        statuses = {status: times for (one, status), times in self.answers.items() if one == method}
        return sum(times for status, times in statuses.items() if status < 300) / sum(statuses.values())

    def __str__(self) -> str:
        statuses: Counter[int] = Counter()
        for (_, status), times in self.answers.items():
            statuses[status] += times
        told = ", ".join(f"{status} {times}" for status, times in sorted(statuses.items()))
        return f"{self.answers.total()} requests: {told}; of GET {self.share_of_successes('GET'):.0%} 2xx"


@dataclass
class Fuzzer:
    """One actor, who knows real names: `names` are values for parameters such as `path.task_id` or `body.revision`.

    All ways of trying answer what was found wrong, each with the line for curl that shows it.
    """

    app: FastAPI
    key: str | None
    names: dict[str, Sequence[Any]]
    spared_key: int  # the key that asks: were it revoked, every later answer would be 401
    wire: Counted = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Counted(self.app)

    def try_examples(self, number: int, operations: Collection[str], *, seed: int, is_repeatable: bool) -> list[str]:
        """The document's own examples of these operations, and about so many random requests to each."""
        generation = {"max-examples": number, "deterministic": is_repeatable, "no-shrink": True}
        return self._run(seed, {"examples": {}, "fuzzing": {}}, generation, operation_id=sorted(operations))

    def try_boundaries(self, operations: Collection[str], *, seed: int) -> list[str]:
        """Each bound, type, name and method of these operations, and what lies just beyond it."""
        return self._run(seed, {"coverage": {}}, {"deterministic": True}, operation_id=sorted(operations))

    def try_chains(self, number: int, *, seed: int, is_repeatable: bool) -> list[str]:
        """About so many chains in which a request uses what an earlier one made: an id, a name, a revision."""
        generation = {"max-examples": number, "deterministic": is_repeatable, "no-shrink": True}
        return self._run(seed, {"stateful": {}}, generation)

    def _run(self, seed: int, phases: dict[str, Any], generation: dict[str, Any], **only: list[str]) -> list[str]:
        config = SchemathesisConfig.from_dict(self._config(seed, phases, generation))
        schema: Any = schemathesis.openapi.from_asgi("/openapi.json", self.wire, config=config)

        def spares_the_key(_: Any, case: Any) -> bool:
            return str((case.path_parameters or {}).get("key_id")) != str(self.spared_key)

        schema.hook("filter_case")(spares_the_key)
        found: dict[tuple[str, str, str], str] = {}
        for event in from_schema(schema.include(**only) if only else schema).execute():
            if isinstance(event, events.FatalError):
                raise event.exception
            if isinstance(event, events.NonFatalError):
                found["error", event.label, ""] = str(event.value)
            if isinstance(event, events.ScenarioFinished):
                for checks in event.recorder.checks.values():
                    for check in checks:
                        if (info := check.failure_info) is not None:
                            told = f"{info.failure.title}: {info.failure.message}\n{info.code_sample}"
                            found.setdefault((check.name, event.recorder.label, info.failure.title), told)
        return [" ".join(where) + "\n" + told for where, told in found.items()]

    def _config(self, seed: int, phases: dict[str, Any], generation: dict[str, Any]) -> dict[str, Any]:
        return {
            "seed": seed,
            "workers": 1,
            "continue-on-failure": True,
            "phases": {"enabled": False} | {name: {"enabled": True} | more for name, more in phases.items()},
            # the check ignored_auth leaves keys out and makes them up; doing so at random as well hits only the door
            "generation": generation | {"with-security-parameters": False},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", *REFUSALS]},
                "negative_data_rejection": {"expected-statuses": [*REFUSALS, "400", "405", "406", "413", "415"]},
            },
            "dictionaries": {name: {"values": list(values)} for name, values in self.names.items()},
            "parameters": {name: {"dictionary": name, "probability": SHARE_OF_REAL_NAMES} for name in self.names},
            "auth": {"openapi": {"HTTPBearer": {"bearer": self.key}}} if self.key else {},
        }
