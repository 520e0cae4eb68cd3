"""The kinds of files accepted as evidence: the content has to agree with the ending of the name."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from app.errors import FileTypeNotAllowed, InvalidRequest
from app.languages.messages import alternatives, say

HEAD = 4096  # every signature lies within it
LONGEST_NAME = 255
TEXT = "text"
# Control characters, and marks that make a name read otherwise than it is (Unicode TR36).
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class FileKind(NamedTuple):
    """A media type, and how its content is recognised: by the ending that puremagic finds, or as text."""

    media_type: str
    known_as: str


_OOXML = "application/vnd.openxmlformats-officedocument"
# Word, Excel and PowerPoint before 2007, and WPS, all write OLE2 compound files, whose heads are alike ("doc");
# their successors and OFD (GB/T 33190) are ZIP archives.
KINDS: Mapping[str, FileKind] = {
    "pdf": FileKind("application/pdf", "pdf"),
    "jpg": FileKind("image/jpeg", "jpg"),
    "jpeg": FileKind("image/jpeg", "jpg"),
    "png": FileKind("image/png", "png"),
    "heic": FileKind("image/heic", "heif"),
    "doc": FileKind("application/msword", "doc"),
    "docx": FileKind(f"{_OOXML}.wordprocessingml.document", "zip"),
    "xls": FileKind("application/vnd.ms-excel", "doc"),
    "xlsx": FileKind(f"{_OOXML}.spreadsheetml.sheet", "zip"),
    "ppt": FileKind("application/vnd.ms-powerpoint", "doc"),
    "pptx": FileKind(f"{_OOXML}.presentationml.presentation", "zip"),
    "wps": FileKind("application/wps-office.wps", "doc"),
    "et": FileKind("application/wps-office.et", "doc"),
    "ofd": FileKind("application/ofd", "zip"),
    "zip": FileKind("application/zip", "zip"),
    "txt": FileKind("text/plain", TEXT),
    "csv": FileKind("text/csv", TEXT),
    "mp4": FileKind("video/mp4", "mp4"),
}
_ALIKE = {"heic": "heif"}  # one format, for which puremagic finds either name
_BINARY_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def plain_name(sent: str) -> str:
    """The name of a file, without its folders.

    Raises:
        InvalidRequest: it is empty, too long, or has invisible characters.
    """
    name = re.split(r"[/\\]", sent)[-1].strip()
    if not name.strip("."):
        raise InvalidRequest(fields=[("body.file", say("has no name; send it with one, such as 公开截图.png"))])
    if len(name) > LONGEST_NAME:
        raise InvalidRequest(
            fields=[("body.file", say("has a name of more than {most} characters; shorten it", most=LONGEST_NAME))]
        )
    if UNSEEN.search(name):
        raise InvalidRequest(fields=[("body.file", say("has a name with control characters; rename the file"))])
    return name


def media_type_of(name: str, content: bytes) -> str:
    """Raises:
    FileTypeNotAllowed: the ending is not on the list, or the content is of another kind than the ending says.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS or "." not in name:
        raise FileTypeNotAllowed(
            say("{name} is not of an accepted kind; send one of {endings}", name=name, endings=alternatives([*KINDS]))
        )
    kind = KINDS[ending]
    if not (_is_text(content) if kind.known_as == TEXT else kind.known_as in _endings(content[:HEAD])):
        raise FileTypeNotAllowed(
            say("the content of {name} is not {ending}; save it as {ending} and resend it", name=name, ending=ending)
        )
    return kind.media_type


def _endings(head: bytes) -> set[str]:
    import puremagic  # reads its table of signatures

    try:
        found = [match.extension.removeprefix(".") for match in puremagic.magic_string(head)]
        return {_ALIKE.get(ending, ending) for ending in found}
    except puremagic.PureError:  # version 1 raises it if it finds none
        return set()


def _is_text(content: bytes) -> bool:
    """Whether it is text in UTF-8, UTF-16 with its mark, or GB18030, and not markup."""
    encodings = [encoding for mark, encoding in _MARKS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _BINARY_IN_TEXT.search(text) is None and not text.lstrip().startswith("<")
    return False
