"""The detection of a page's real encoding: the declared one is often wrong."""

import codecs
import re

from app.languages.messages import Message, say

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,20})|<\?xml[^>]{0,80}encoding=["']([\w.:-]{2,20})""", re.I)
# By the Encoding Standard (WHATWG) a page that declares GB2312 or GBK means the larger set.
_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}
_STATED = _NAMES | {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_PRESCAN = 4096
_FEW = 50  # one lost character in so many is damage, not another encoding


def known_charset(name: str) -> bool:
    """Whether a Content-Type may state this charset."""
    return name.lower() in _STATED


def decode_page(data: bytes, stated: str | None = None) -> tuple[str, tuple[Message, ...]]:
    """A page's text, and a note where characters were lost. `stated`: the charset of its Content-Type.

    A byte order mark decides; then what is stated; then UTF-8 if the bytes are UTF-8, which other text hardly ever is
    by chance; then what the page declares, if that fits; then GB18030 (GB 18030-2022), which every Chinese system must
    support. Never raises.
    """
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return _lossy(data[len(mark) :], marked)
    if stated is not None:
        return _lossy(data, _STATED[stated.lower()])
    match = _DECLARED.search(data, 0, _PRESCAN)
    declared = _NAMES.get((match[1] or match[2]).decode("ascii").lower()) if match else None
    for encoding in ("utf-8", declared or "gb18030", "gb18030"):
        text, notes = _lossy(data, encoding)
        if not notes or (encoding == "utf-8" and not is_another_encoding(text)):
            return text, notes
    return _lossy(data, declared or "gb18030")


def _lossy(data: bytes, encoding: str) -> tuple[str, tuple[Message, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        lost = say(
            "{count} characters of the page are not {encoding} and were lost",
            count=text.count("\ufffd"),
            encoding=encoding.upper(),
        )
        return text, (lost,)


def is_another_encoding(text: str) -> bool:
    """Whether so many characters were lost that the bytes must have been in some other encoding."""
    beyond_ascii = sum(1 for char in text if ord(char) > 127)
    return text.count("\ufffd") * _FEW >= beyond_ascii > 0
