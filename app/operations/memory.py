"""What a process tells the collector and the C library when all that stays has been made."""

import ctypes
import gc
import sys

M_ARENA_MAX = -8  # malloc.h


def freeze() -> None:
    """What was made until now stays until the process ends: the collector need not look at it. What comes from now on
    it has to look at early: statements leave rings behind.

    One arena for all threads (mallopt(3) of glibc): they hold the interpreter's lock in turn anyway, and what each
    keeps of an arena of its own comes to six megabytes together.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):  # musl has none
        library.mallopt(M_ARENA_MAX, 1)
