"""Servers as processes of their own, started as an operator starts them, with their log to nowhere."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from app.config import PREFIX

NO_LIMIT = "100000000/minute"  # counted as in production, and never reached


@dataclass(frozen=True)
class Server:
    port: int
    process: "subprocess.Popen[bytes]"
    first_answer: float  # seconds from the start of the process

    @property
    def megabytes(self) -> float:
        """Resident memory, as the kernel counts it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def cpu_seconds(self) -> float:
        """What the process has used of the CPU so far, in user and in kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_of(self, ask: Callable[[], object], times: int) -> float:
        """Seconds of the CPU that it uses for one of some requests."""
        before = self.cpu_seconds
        for _ in range(times):
            ask()
        return (self.cpu_seconds - before) / times

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by their names in small letters, and body; over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def settings_of(url: str, **more: object) -> dict[str, str]:
    """The environment of `duban serve`."""
    wanted = {"database_url": url, "rate_limit": NO_LIMIT, "rate_limit_anonymous": NO_LIMIT, **more}
    return {PREFIX + name.upper(): str(value) for name, value in wanted.items()}


@contextmanager
def duban(url: str, path: str = "/api/v1/tasks", **more: object) -> Iterator[Server]:
    """`duban serve` on a database: one worker, settings as in production."""
    with _serving([Path(sys.executable).with_name("duban"), "serve"], settings_of(url, **more), path) as server:
        yield server


@contextmanager
def app(name: str, path: str, **environment: str) -> Iterator[Server]:
    """Another app, `module:app` in this folder, on the same server without its log of requests."""
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.{name}", "--no-access-log", "--log-level", "warning"]
    with _serving([*command, "--loop", "uvloop", "--http", "httptools", "--ws", "none"], environment, path) as server:
        yield server


@contextmanager
def _serving(command: list[str | Path], environment: Mapping[str, str], path: str) -> Iterator[Server]:
    port = _free_port()
    # as after an installation: compiled modules stay
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTHONDONTWRITE"))}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  commands of our own
        [*command, "--port", str(port)], env={**inherited, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        yield Server(port, process, _answers(process, port, path) - begun)
    finally:
        process.terminate()
        process.wait(40)


def _answers(process: "subprocess.Popen[bytes]", port: int, path: str) -> float:
    """The moment of the first 200."""
    ends = time.perf_counter() + 30
    while time.perf_counter() < ends and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return time.perf_counter()
        except ConnectionRefusedError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise SystemExit(f"a server did not answer {path} in time: {' '.join(map(str, process.args))}")  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
