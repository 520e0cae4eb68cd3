"""Names of files, as Chinese browsers and programs put them into forms."""

import pytest

from tests.conftest import COUNTY, County, sample_page

NAME = "附件：乘风清单（2024年）.txt"
ESCAPED = "%E9%99%84%E4%BB%B6.txt"


@pytest.mark.parametrize(
    ("named", "name"),
    [
        (b'filename="' + NAME.encode() + b'"', NAME),
        (b'filename="' + NAME.encode("gbk") + b'"', NAME),
        (b'filename="' + "㐂.txt".encode("gb18030") + b'"', "㐂.txt"),
        (b'filename="caf\xc3\xa9.txt"', "café.txt"),
        (b'filename="\xff\xff.txt"', "ÿÿ.txt"),
        (b"filename=\"a.txt\"; filename*=UTF-8''" + ESCAPED.encode(), "附件.txt"),
        (b"filename=\"a.txt\"; filename*=GBK''%B8%BD%BC%FE.txt", "附件.txt"),
        (b"filename=\"a.txt\"; filename*=klingon''%B8%BD.txt", "a.txt"),
    ],
)
def test_a_name_comes_out_as_it_was_written(county: County, named: bytes, name: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%b"; %b\r\n\r\n%b\r\n'
    file = part % (b"file", named, sample_page(2024, "2024-05-31"))
    place = b'--x\r\nContent-Disposition: form-data; name="jurisdiction"\r\n\r\n%b\r\n--x--\r\n' % COUNTY.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    office = county.as_role("coordinator")
    answer = office.request("POST", "/registers/imports", content=file + place, headers=headers)

    assert (answer.status_code, answer.json().get("file_name")) == (201, name), answer.text
