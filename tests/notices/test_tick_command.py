"""The command `duban tick`, as a service manager runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import Settings
from tests.conftest import County

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # what no database decides


def test_a_repeated_tick_ends_cleanly_on_sigterm(county: County, settings: Settings) -> None:
    command = [str(Path(sys.executable).parent / "duban"), "tick", "--every", "60"]
    environment = os.environ | {"DUBAN_DATABASE_URL": settings.database_url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as tick:  # noqa: S603
        assert tick.stdout
        line = tick.stdout.readline()
        tick.send_signal(signal.SIGTERM)
        status = tick.wait(30)

    assert line.rstrip().endswith("0 messages")
    assert status == 0
