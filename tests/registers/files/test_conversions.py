"""Files that LibreOffice converts, where it is installed: they say the same, cost no more than others, and leave
nothing behind."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from zipfile import ZipFile

import pytest

from app.errors import UnreadableRegister
from app.registers.files import conversion
from app.registers.files.reader import read_register, read_register_file
from tests.registers.files.drawn_tables import docx, drawing_of, xlsx
from tests.registers.files.hostile_files import TABLE, with_entries
from tests.registers.files.office_program import SOFFICE, needs_office, saved_as
from tests.registers.files.test_register_files import sample

MOST_MEMORY = 300 * 1024 * 1024


@pytest.fixture(autouse=True)
def leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def processes(word: str) -> list[str]:
    """The command lines of this machine's processes that have a word in them."""
    lines = subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in lines.splitlines() if word in line]


def rtf(drawing: str) -> bytes:
    """As Word writes it: each letter beyond ASCII by its number."""
    lines = []
    for line in drawing.strip().split("\n"):
        cells = ["".join(c if c.isascii() else f"\\u{ord(c)}?" for c in cell) for cell in line.split("|")]
        if len(cells) == 1:
            lines.append(rf"\pard {cells[0]}\par")
        else:
            row = "".join(rf"\cellx{2000 * number}" for number in range(1, len(cells) + 1))
            lines.append(rf"\trowd{row}" + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row")
    return ("{\\rtf1\\ansi\n" + "\n".join(lines) + "\n}").encode("ascii")


@needs_office
def test_a_document_that_is_converted_is_read_as_any_other() -> None:
    [reading] = read_register_file(rtf(TABLE), "清单.doc", SOFFICE)
    [expected] = read_register_file(docx(TABLE), "清单.docx")

    assert reading.fingerprint() == expected.fingerprint()
    assert "it is rtf" in reading.notes[0]


# How each is made: of a document or a workbook, by way of these. (LibreOffice 7.4 loses tables from .docx to .doc.)
WAYS = {
    "doc": ["docx", "odt", "doc"],
    "wps": ["docx", "odt", "doc"],
    "odt": ["docx", "odt"],
    "rtf": ["docx", "rtf"],
    "ods": ["xlsx", "ods"],
    "et": ["xlsx", "xls"],
}


@pytest.mark.long
@needs_office
@pytest.mark.parametrize("sections", ["rows", "column", "paragraphs"])
@pytest.mark.parametrize("form", WAYS)
def test_one_register_in_other_forms_is_the_same_reading(tmp_path: Path, form: str, sections: str) -> None:
    expected = read_register(sample())
    drawing, way = drawing_of(expected, sections=sections), WAYS[form]
    data = (docx if way[0] == "docx" else xlsx)(drawing)
    for now, then in pairwise(way):
        data = saved_as(data, now, then, tmp_path)
    [reading] = read_register_file(data, f"清单.{form}", SOFFICE)

    assert reading.fingerprint() == expected.fingerprint()
    assert (reading.unread, reading.notes) == ((), ())


# What strangers send


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for LibreOffice")
@pytest.mark.parametrize("script", ["sleep 4711 & sleep 4711", "kill -SEGV $$", "exit 81", "exit 0"])
def test_a_conversion_that_hangs_or_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(conversion, "MOST_CONVERSION_SECONDS", 0.3)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    begun = monotonic()
    with pytest.raises(UnreadableRegister, match="LibreOffice cannot read"):
        read_register_file(rtf(TABLE), "清单.rtf", str(program))
    for _ in range(50):  # what was ended may be listed a moment longer
        if left := processes("sleep 4711"):
            sleep(0.1)

    assert monotonic() - begun < 10
    assert left == []


def rows_of(data: bytes, row: bytes, size: int) -> bytes:
    """An OpenDocument with so many bytes of a row before its first, or of a paragraph before its end."""
    content = ZipFile(BytesIO(data)).read("content.xml")
    at = (
        content.index(b"<table:table-row") if row.startswith(b"<table:table-row") else content.rindex(b"</office:text>")
    )
    return with_entries(data, {"content.xml": content[:at] + row * (size // len(row)) + content[at:]})


CELL = b'<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
MANY = b'<table:table-row table:number-rows-repeated="1000000">' + CELL.replace(
    b"cell o", b'cell table:number-columns-repeated="1000" o'
)
COSTLY = {
    "rows": ("xlsx", "ods", b"<table:table-row>" + CELL * 20 + b"</table:table-row>", 50 * 2**20),
    "repeated": ("xlsx", "ods", MANY + b"</table:table-row>", 1000),
    "paragraphs": ("docx", "odt", b"<text:p>a</text:p>", 50 * 2**20),
}


# In a process of its own: the most that a child of the tests has taken is what the tests have, until it begins.
REFUSED_ALONE = """
import resource, sys
from app.errors import UnreadableRegister
from app.registers.files.reader import read_register_file
try:
    read_register_file(sys.stdin.buffer.read(), *sys.argv[1:])
except UnreadableRegister:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.long
@needs_office
@pytest.mark.parametrize("case", COSTLY)
def test_a_costly_document_is_refused_within_its_bounds(tmp_path: Path, case: str) -> None:
    made_of, form, row, size = COSTLY[case]
    data = saved_as((docx if made_of == "docx" else xlsx)(TABLE), made_of, form, tmp_path)
    begun = monotonic()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", REFUSED_ALONE, f"清单.{form}", SOFFICE],
        input=rows_of(data, row, max(size, len(row))),
        env={**os.environ, "TMPDIR": tempfile.gettempdir()},
        capture_output=True,
        check=True,
    )

    assert monotonic() - begun < 30
    assert int(done.stdout) * 1024 < MOST_MEMORY
    assert processes("UserInstallation=file://" + str(tempfile.gettempdir())) == []


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A web server on a port of this machine, and the paths that were requested."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, paths
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.long
@needs_office
def test_no_link_of_a_document_is_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    data = saved_as(docx(TABLE), "docx", "odt", tmp_path)
    with listening() as (port, paths):
        links = (
            '<text:section text:name="a" text:protected="false"><text:section-source xlink:href="{}"'
            ' text:filter-name="Text"/><text:p>x</text:p></text:section><text:p><draw:frame svg:width="2cm"'
            ' svg:height="2cm"><draw:image xlink:href="{}" xlink:type="simple"/></draw:frame></text:p>'
        )
        places = (secret.as_uri(), f"http://127.0.0.1:{port}/a")
        text = "".join(links.format(place, place) for place in places)
        [reading] = read_register_file(rows_of(data, text.encode(), len(text.encode())), "清单.odt", SOFFICE)

    assert [task.requirement for task in reading.tasks] == ["做一"]
    assert paths == []
    assert not any("机密" in line for line in (*reading.unread, *reading.surroundings))
