"""`duban serve`, as an operating system starts and stops it, and as a careless client meets it."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from app.edge.protocol import BoundedHttp
from tests.conftest import County

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
BODY = json.dumps({"jurisdiction": "341522", "title": "慢慢到达的清单", "year": 2026}).encode()


class Server:
    """A server process on a free port, and the lines of its log."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port
        self.lines: list[dict[str, Any]] = []

    def read_until(self, event: str) -> dict[str, Any]:
        out: IO[str] | None = self.process.stdout
        assert out is not None
        for line in out:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"].startswith(event):
                return self.lines[-1]
        raise AssertionError(f"the log ended without {event!r}: {self.lines}")


@contextmanager
def running(database_url: str, *more: str, prefix: Sequence[str] = ()) -> Iterator[Server]:
    """`duban serve`, perhaps with more options, or begun by another command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603  our own command
        [*prefix, PROGRAMS / "duban", "serve", "--port", str(port), *more],
        env=os.environ | {"DUBAN_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = Server(process, port)
    server.read_until("Uvicorn running")
    yield server
    process.kill()
    process.communicate()


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    with running(database_url) as server:
        yield server


@pytest.fixture(scope="module")
def server_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that need no database of it, and neither end it nor read its log."""
    with running(f"sqlite:///{tmp_path_factory.mktemp('alone')}/empty.db") as server:
        yield server


@pytest.mark.long_on_postgresql
def test_a_request_in_flight_is_answered_in_full_and_the_process_ends_well(server: Server, county: County) -> None:
    key = county.as_role("coordinator").key
    head = (
        f"POST /api/v1/checklists HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nExpect: 100-continue\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(head.encode())
        go_on = client.recv(1000)  # sent when the body is waited for, so the request is in flight
        server.process.send_signal(signal.SIGTERM)
        server.read_until("Shutting down")
        client.sendall(BODY)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    line = server.read_until("request")
    server.read_until("Finished server process")
    code = server.process.wait(timeout=60)

    assert go_on.startswith(b"HTTP/1.1 100 ")
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["title"] == "慢慢到达的清单"
    assert (line["status"], line["key"]) == (201, "key:1")
    assert code == 0


def test_headers_without_end_are_cut_off(server_alone: Server) -> None:
    with socket.create_connection(("127.0.0.1", server_alone.port), timeout=60) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ")
        with pytest.raises(OSError, match=r"reset|pipe"):
            client.sendall(b"a" * 2**28)


def test_headers_within_the_parsers_limits_are_refused_with_a_problem(server_alone: Server) -> None:
    with socket.create_connection(("127.0.0.1", server_alone.port), timeout=60) as client:
        client.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n"
        )
        answer = b"".join(iter(lambda: client.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b'"headers_too_large"' in answer


def test_headers_that_never_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.edge.protocol.HEAD_SECONDS", 0.01)

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise AssertionError("the application is not asked")

    async def connect() -> bytes:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(app, interface="asgi3", log_config=None)
        config.load()
        server = await loop.create_server(lambda: BoundedHttp(config, ServerState(), {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()
            server.close()

    assert asyncio.run(connect()) == b""


def test_a_head_without_a_body_leaves_at_once(server_alone: Server) -> None:
    with closing(HTTPConnection("127.0.0.1", server_alone.port, timeout=20)) as client:
        for method in ("HEAD", "GET", "OPTIONS", "HEAD"):
            client.request(method, "/healthz")
            answer = client.getresponse()
            body = answer.read()

            assert answer.status == (204 if method == "OPTIONS" else 200)
            assert bool(body) is (method == "GET")


def test_a_server_names_neither_itself_nor_a_query_string(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/empty.db") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
            client.sendall(b"GET /healthz?name=secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        server.read_until("request")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nserver:" not in answer.lower()
    assert "secret" not in str(server.lines)
    assert len([line for line in server.lines if line["event"] == "request"]) == 1


@pytest.mark.parametrize("command", [["duban", "serve"], ["uvicorn", "app.main:create_app", "--factory"]])
def test_a_setting_that_cannot_be_used_ends_the_start_with_a_sentence(command: list[str], tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: S603  our own commands
        [PROGRAMS / command[0], *command[1:], "--port", "0"],
        env=os.environ | {"DUBAN_DATABASE_URL": f"sqlite:///{tmp_path}/missing/duban.db"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode != 0
    assert f"DUBAN_DATABASE_URL: the folder {tmp_path}/missing does not exist" in ended.stderr.replace("\n", " ")
    assert "Traceback" not in ended.stderr


@pytest.mark.long
@pytest.mark.skipif(shutil.which("taskset") is None, reason="pins to a core with taskset, of util-linux")
def test_workers_that_start_slowly_are_not_ended(tmp_path: Path) -> None:
    pinned = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    busy = [subprocess.Popen([*pinned, sys.executable, "-c", "while True: pass"]) for _ in range(6)]  # noqa: S603
    try:
        with running(f"sqlite:///{tmp_path}/empty.db", "--workers", "4", prefix=pinned) as server:
            for _ in range(4):
                server.read_until("Application startup complete")
            server.process.send_signal(signal.SIGTERM)
            server.read_until("Stopping parent process")
    finally:
        for process in busy:
            process.kill()
            process.wait()

    assert not [line for line in server.lines if "died" in line["event"]]


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process from /proc")
def test_two_hundred_forms_of_nobody_take_no_memory(tmp_path: Path) -> None:
    size = 19 * 1024**2
    head = (
        f"POST /api/v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    with running(f"sqlite:///{tmp_path}/empty.db") as server, ExitStack() as open_ones:
        clients = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(200)]
        for client in clients:
            open_ones.enter_context(client)
            client.sendall(head.encode() + b"a" * (size - 1))
        answers = {client.recv(12) for client in clients}
        status = Path(f"/proc/{server.process.pid}/status").read_text()

    most = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))  # kB
    assert answers == {b"HTTP/1.1 404"}
    assert most < 200 * 1024
