"""What one value is written as: entries of every version have to agree on it."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.journal.rows import canonical


def number(value: Decimal) -> int | float:
    return int(value) if value % 1 == 0 else float(value)


# as images have them: a figure has at most fifteen digits, four of them after the point
figures = st.decimals(0, 10**11, places=4, allow_nan=False).map(number)
numbers = st.integers(-(2**63), 2**63 - 1)
words = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | figures | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_a_value_is_written_as_the_first_version_wrote_it(value: Any) -> None:
    assert canonical(value) == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
