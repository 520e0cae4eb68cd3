"""The name's ending says a kind of file, and the content has to agree."""

import zipfile
from io import BytesIO

import pytest

from app.errors import FileTypeNotAllowed, InvalidRequest
from app.updates.file_kinds import KINDS, media_type_of, plain_name

PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0" * 40


def archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("OFD.xml", "<ofd/>")
    return file.getvalue()


TAKEN = [
    ("a.pdf", PDF),
    ("照片.JPG", b"\xff\xd8\xff\xe1\0\x10Exif" + b"\0" * 40),
    ("a.jpeg", b"\xff\xd8\xff\xdb\0\x10" + b"\0" * 40),
    ("a.png", PNG),
    *((f"a.{ending}", OLD_OFFICE) for ending in ("doc", "xls", "ppt", "wps", "et")),
    *((f"a.{ending}", archive()) for ending in ("docx", "xlsx", "pptx", "ofd", "zip")),
    ("a.txt", "已完成信息梳理。\r\n".encode()),
    ("a.txt", "已完成信息梳理。\r\n".encode("gb18030")),
    ("a.txt", "已完成信息梳理。\r\n".encode("utf-16")),
    ("a.csv", "单位,状态\r\n司法局,已完成\r\n".encode("utf-8-sig")),
    ("a.mp4", MP4),
    *(("IMG_0001.HEIC", b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 40) for brand in (b"heic", b"heix")),
]


@pytest.mark.parametrize(("name", "content"), TAKEN)
def test_the_kinds_that_offices_use_are_taken(name: str, content: bytes) -> None:
    assert media_type_of(name, content) == KINDS[name.rpartition(".")[2].lower()].media_type


def test_every_kind_is_tried() -> None:
    assert {name.rpartition(".")[2].lower() for name, _ in TAKEN} == set(KINDS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("程序.exe", b"MZ\x90\0" + b"\0" * 100),
        ("页面.html", b"<!DOCTYPE html><html></html>"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("脚本.js", b"alert(1)"),
        ("没有后缀", PDF),
        ("pdf", PDF),
        ("a.pdf.exe", PDF),
        ("程序.pdf", b"MZ\x90\0" + b"\0" * 100),
        ("页面.png", b"<!DOCTYPE html><html></html>"),
        ("页面.txt", b"\xef\xbb\xbf \n<html><script>alert(1)</script>"),
        ("图.csv", b'<?xml version="1.0"?><svg/>'),
        ("程序.txt", b"MZ\x90\0" + b"\0" * 100),
        ("照片.png", PDF),
        ("a.docx", OLD_OFFICE),
        ("a.mp4", b"\0\0\0\x14ftypqt  " + b"\0" * 40),
    ],
)
def test_what_is_of_another_kind_by_name_or_by_content_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileTypeNotAllowed):
        media_type_of(name, content)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("公开截图.pdf", "公开截图.pdf"),
        ("../../etc/公开截图.pdf", "公开截图.pdf"),
        ("C:\\用户\\张三\\公开截图.pdf", "公开截图.pdf"),
        ("𠮷" * 251 + ".pdf", "𠮷" * 251 + ".pdf"),
    ],
)
def test_a_name_is_stored_without_its_folders(sent: str, stored: str) -> None:
    assert plain_name(sent) == stored


@pytest.mark.parametrize("name", ["", "..", "../", "x" * 252 + ".pdf", "a\u202efdp.exe.pdf", "a\tb.pdf", "a\x00.pdf"])
def test_an_empty_or_deceptive_file_name_is_rejected(name: str) -> None:
    with pytest.raises(InvalidRequest):
        plain_name(name)
