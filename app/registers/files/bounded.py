"""The runner of programs that parse uploaded files, each in a process with limits on memory and time.

It is a program itself: it sets the limits and then executes the program in its arguments.
"""

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_GRACE = 2  # seconds until a process ends by itself if its server is gone


class OutOfBoundsError(Exception):
    """The program needed more than it may have, or failed."""


def run_bounded(
    command: Sequence[str],
    data: bytes = b"",
    *,
    memory: int,
    seconds: float,
    largest_file: int = 0,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """Run a program and return its standard output. No process of it is left, however it ends.

    Args:
        command: a program and its arguments; one that ends in .py is run by this Python without the caller's modules.
        data: its standard input.
        memory: bytes that it may write to; shared libraries come on top.
        largest_file: bytes of a file that it may write.

    Raises:
        OutOfBoundsError.
    """
    bounds = [sys.executable, "-I", __file__, str(memory), str(int(seconds)), str(largest_file)]
    with subprocess.Popen(  # noqa: S603  our own program, and the one that the operator named
        [*bounds, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        start_new_session=True,
    ) as process:
        try:
            answer, _ = process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            raise OutOfBoundsError from late
        finally:
            _end(process)
    if process.returncode:
        raise OutOfBoundsError(process.returncode)
    return answer


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program, and what it started."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _bound(memory: int, seconds: int, largest_file: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none; the time is bounded there too, by who started this
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds + _GRACE)


def _become(command: list[str]) -> None:
    if Path(command[0]).suffix == ".py":
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
    else:
        os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    _bound(*map(int, sys.argv[1:4]))
    _become(sys.argv[4:])
