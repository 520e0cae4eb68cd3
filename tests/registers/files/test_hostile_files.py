"""Every hostile file is refused in words or read, and none costs more than its bound."""

import subprocess
import sys

import pytest

from app.errors import UnreadableRegister
from app.registers.files.reader import read_register_file
from tests.registers.files.hostile_files import HARMLESS, REFUSED, Made

MOST_MEMORY = 300 * 1024 * 1024

# Each file in a process of its own: what one leaves behind is not the next one's.
MEASURE = """
import os, resource
from app.errors import UnreadableRegister
from app.registers.files.reader import read_register_file
from tests.registers.files.hostile_files import HARMLESS, REFUSED

for made, name, *_ in (*REFUSED.values(), *HARMLESS.values()):
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        assert status == 0
        continue
    try:
        read_register_file(made(), name)
    except UnreadableRegister:
        pass
    reader = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    os.write(1, f"{reader} {parser}\\n".encode())
    os._exit(0)
"""


@pytest.mark.parametrize(("made", "name", "says"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_a_file_that_cannot_be_read_is_refused_in_words(made: Made, name: str, says: str) -> None:
    with pytest.raises(UnreadableRegister) as refusal:
        read_register_file(made(), name)

    assert says in str(refusal.value.detail)


@pytest.mark.parametrize(("made", "name"), [pytest.param(*case, id=name) for name, case in HARMLESS.items()])
def test_a_file_that_only_looks_costly_is_read(made: Made, name: str) -> None:
    [reading] = read_register_file(made(), name)

    assert [task.requirement for task in reading.tasks] == ["做一"]


@pytest.mark.long
@pytest.mark.skipif(
    sys.platform != "linux", reason="only here ru_maxrss is in KiB, and a process's memory can be bound"
)
def test_no_hostile_file_takes_more_memory_than_its_bound() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True)  # noqa: S603
    sizes = [int(size) * 1024 for size in done.stdout.split()]

    assert len(sizes) == 2 * len({**REFUSED, **HARMLESS})
    assert max(sizes) < MOST_MEMORY
