"""The conversion of older document formats by LibreOffice, if the operator has it."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Literal

from app.languages.messages import Message, say
from app.registers.files.bounded import OutOfBoundsError, run_bounded
from app.registers.files.limits import MOST_CONVERSION_MEMORY, MOST_CONVERSION_SECONDS, MOST_UNPACKED
from app.registers.files.reading import UnreadablePage

Convertible = Literal["doc", "rtf", "odt", "ods"]
# the target and LibreOffice's filter, so that it does not guess what an uploaded file is
CONVERSIONS: Mapping[Convertible, tuple[str, str]] = {
    "doc": ("docx", "MS Word 97"),
    "rtf": ("docx", "Rich Text Format"),
    "odt": ("docx", "writer8"),
    "ods": ("xlsx", "calc8"),
}
NAMES: Mapping[Convertible, Message] = {
    "doc": say("a document of Word 97-2003 or WPS (.doc, .wps)"),
    "rtf": say("RTF"),
    "odt": say("an OpenDocument text (.odt)"),
    "ods": say("an OpenDocument spreadsheet (.ods)"),
}
_RESTART = 81  # its exit code after it has made its profile
_ITEM = '<item oor:path="/org.openoffice.{0}"><prop oor:name="{1}" oor:op="fuse"><value>{2}</value></prop></item>'
# No macro runs, no link is followed, no formula is calculated anew, and its proxy is a port where nobody listens.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def convert(data: bytes, form: Convertible, soffice: str) -> bytes:
    """The document as .docx, or the spreadsheet as .xlsx.

    Args:
        soffice: LibreOffice's program; "" if there is none.

    Raises:
        UnreadablePage: there is no LibreOffice, or it could not read the file within its bounds.
    """
    target, _ = CONVERSIONS[form]
    if not soffice:
        raise UnreadablePage(
            expected=say(
                "a file saved as .{target}, or LibreOffice on the server (DUBAN_SOFFICE), which reads the older forms",
                target=target,
            ),
            found=NAMES[form],
        )
    with TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        (folder / f"register.{form}").write_bytes(data)
        try:
            _run(folder, form, soffice)
            return (folder / f"register.{target}").read_bytes()
        except (OutOfBoundsError, FileNotFoundError) as failed:
            raise UnreadablePage(
                expected=say("a whole file without a password, of a few hundred rows"),
                found=say("one that LibreOffice cannot read; save it as .{target} and try again", target=target),
            ) from failed


def _run(folder: Path, form: Convertible, soffice: str) -> None:
    """Run it once, or twice: with a new profile it has to be started again."""
    target, import_filter = CONVERSIONS[form]
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    items = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    registry = f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    (profile / "user" / "registrymodifications.xcu").write_text(registry)
    command = [_program(soffice), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", f"--infilter={import_filter}", "--convert-to", target, "--outdir", str(folder)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    env |= {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp", "MALLOC_ARENA_MAX": "1"}
    until = monotonic() + MOST_CONVERSION_SECONDS
    for is_last in (False, True):
        try:
            run_bounded(
                [*command, str(folder / f"register.{form}")],
                memory=MOST_CONVERSION_MEMORY,
                seconds=max(1, until - monotonic()),
                largest_file=MOST_UNPACKED,
                env=env,
            )
        except OutOfBoundsError as ended:
            if is_last or ended.args != (_RESTART,):
                raise
        else:
            return


def _program(soffice: str) -> str:
    """The program itself, which `soffice` only starts: it is one process, and the bounds are its own."""
    found = Path(soffice).resolve()
    itself = found.with_name("soffice.bin")
    return str(itself if itself.exists() else found)
