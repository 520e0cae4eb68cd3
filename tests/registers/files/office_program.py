"""LibreOffice, where it is installed: it makes the files of other programs from ours."""

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or ""
needs_office = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")


def saved_as(data: bytes, form: str, to: str, folder: Path) -> bytes:
    """A document of one form saved as another: `docx`, `odt`."""
    source = folder / f"file.{form}"
    source.write_bytes(data)
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to]
    subprocess.run([*command, "--outdir", folder, source], capture_output=True, check=True, timeout=60)  # noqa: S603
    return source.with_suffix(f".{to}").read_bytes()
