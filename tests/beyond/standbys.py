"""A PostgreSQL primary and a streaming standby of it, made by PostgreSQL's own programs and listening on loopback."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.databases import programs
from tests.serving import free_port

SECONDS = 60
# what is committed need not outlive the machine, only its server
SETTINGS = ("fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=", "wal_retrieve_retry_interval=200ms")


class Node:
    """One PostgreSQL server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.owner = "pgserver" if os.geteuid() == 0 else None  # PostgreSQL does not run as root
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603
            [programs() / program, *arguments], user=self.owner, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        settings = [f"--{one}" for one in (*SETTINGS, f"port={self.port}")]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            command = [str(programs() / "postgres"), "-D", str(self.folder), *settings]
            self._process = subprocess.Popen(command, user=self.owner, stdout=log, stderr=log)  # noqa: S603
        self.wait_until("SELECT true")

    def kill(self) -> None:
        """End the server and all its processes at once, by SIGKILL."""
        if self._process is None:
            return
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            os.kill(one, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def execute(self, statement: str) -> Any:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchone() if done.description else None

    def wait_until(self, condition: str) -> None:
        until = time.monotonic() + SECONDS
        while True:
            try:
                if self.execute(condition) == (True,):
                    return
            except psycopg.OperationalError:
                pass
            assert time.monotonic() < until, condition
            time.sleep(0.02)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"


@contextmanager
def primary_and_standby(folder: Path) -> Iterator[tuple[Node, Node]]:
    """The standby is synchronous: a change is acknowledged when both have it."""
    if not (programs() / "pg_basebackup").exists():
        pytest.skip("pg_basebackup is not in the package of the tests' PostgreSQL")
    primary, standby = Node(folder / "primary"), Node(folder / "standby")
    try:
        if primary.owner is not None:
            shutil.chown(folder, primary.owner)
        primary.run("initdb", "--username=postgres", "--auth=trust", "--encoding=utf8", "-D", str(primary.folder))
        primary.start()
        server = f"--dbname=postgresql://postgres@127.0.0.1:{primary.port}"
        primary.run("pg_basebackup", server, "--write-recovery-conf", "--checkpoint=fast", "-D", str(standby.folder))
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        standby.start()
        primary.execute("SELECT pg_reload_conf()")
        primary.wait_until("SELECT sync_state = 'sync' FROM pg_stat_replication")
        yield primary, standby
    finally:
        for one in (primary, standby):
            one.kill()


def both(primary: Node, standby: Node, name: str) -> str:
    """The URL of whichever of them takes changes, as docs/scaling.md has it."""
    ports = f"{primary.port},{standby.port}"
    return f"postgresql://postgres@/{name}?host=127.0.0.1,127.0.0.1&port={ports}&target_session_attrs=read-write"
