"""What Citus by schema and YugabyteDB lack of what PostgreSQL has: no statement of ours may need it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.database import statements

LACKING = re.compile(
    r"\bpg_(try_)?advisory|^\s*((UN)?LISTEN|NOTIFY|LOCK)\b|\bpg_notify\(|\b(nextval|currval|lastval)\(|\b(ctid|xmin)\b",
    re.IGNORECASE,
)
MIGRATING = f"SELECT pg_advisory_xact_lock({int.from_bytes(b'duban', 'big')})"  # one at a time; nothing else locks so
# Before a file is erased. Citus locks a table on all nodes; YugabyteDB does since 2025.1, with table-level locks on.
ERASING = "LOCK TABLE evidence IN SHARE ROW EXCLUSIVE MODE"


def is_lacking(statement: str) -> bool:
    return statement not in (MIGRATING, ERASING) and LACKING.search(statement) is not None


@pytest.fixture(scope="session", autouse=True)
def what_other_engines_lack() -> Iterator[None]:
    """Holds every statement of the app that the tests run against what other engines lack."""
    end, seen = statements.end, set[str]()

    def noted(info: dict[Any, Any], text: str, values: Any, begun: float) -> None:
        seen.add(text)
        end(info, text, values, begun)

    statements.end = noted
    yield
    statements.end = end
    lacking = [one for one in seen if is_lacking(one)]
    assert not lacking, lacking  # said here: a module that is no test's shows no values of an assertion
