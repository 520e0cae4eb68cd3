"""The settings of the garbage collector after the start of a process."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def growing() -> Iterator[None]:
    """A block that only makes what stays: the collector would look through all of it again and again."""
    gc.disable()
    try:
        yield
    finally:
        freeze()
        gc.enable()


def freeze() -> None:
    """What was made until now stays until the process ends, and the collector need not look at it. What comes from now
    on it looks at early: statements leave reference cycles behind."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
