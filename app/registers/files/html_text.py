"""The text of HTML elements as a reader sees it: lines where blocks begin and end, nothing of scripts and styles."""

import re
from collections.abc import Container, Iterator

from lxml import etree
from lxml.html import defs

from app.registers.files.symbols import font_of, in_font

_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "select", "textarea", "iframe", "object"})
_INLINE = (defs.phrase_tags | defs.font_style_tags | defs.special_inline_tags) - _UNSEEN - {"br"}
_INLINE |= {"bdi", "label", "mark", "nobr", "ruby", "wbr"}  # which lxml does not know
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_COLLAPSIBLE = re.compile(r"[ \t\r\n\f]+")
_AROUND = " \xa0\u3000\ufeff\u200b"


def is_hidden(element: etree._Element) -> bool:
    """Whether the page says of the element itself that nobody sees it."""
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def lines_of(element: etree._Element, without: Container[etree._Element] = (), sign: str = "") -> list[str]:
    """The element's lines, without white space around and without empty ones.

    `without`: elements not to enter; a line of `sign` stands for each.
    """
    lines = "".join(_fragments(element, without, sign)).split("\n")
    return [line for line in (line.strip(_AROUND) for line in lines) if line]


def text_of(element: etree._Element) -> str:
    """The element's text, its lines apart by a line feed."""
    return "\n".join(lines_of(element))


def beginning_of(element: etree._Element, characters: int) -> str:
    """The first characters of the text. Reads few nodes: layout tables contain whole pages."""
    text = ""
    for seen, fragment in enumerate(_fragments(element, ())):
        text += fragment
        if len(text.strip()) > characters or seen > 4 * characters:
            break
    return text.strip("\n" + _AROUND)


def _fragments(element: etree._Element, without: Container[etree._Element], sign: str = "") -> Iterator[str]:
    """The text's fragments, with line feeds where a line ends. Not recursive: depth costs no stack."""
    walk = etree.iterwalk(element, events=("start", "end"))
    fonts = [_inherited_font(element)]
    for event, node in walk:
        tag = node.tag if isinstance(node.tag, str) else "script"
        ends_line = "" if tag in _INLINE or ":" in tag else "\n"  # o:p, st1:date: what office programs leave
        if event == "start":
            yield ends_line
            fonts.append(_font(node) or fonts[-1])
            if tag in _UNSEEN or node in without or is_hidden(node):
                yield sign if node in without else ""
                walk.skip_subtree()
            else:
                yield _shown(node.text, fonts[-1])
        else:
            yield ends_line
            fonts.pop()
            if node is not element:
                yield _shown(node.tail, fonts[-1])


def _shown(text: str | None, font: str) -> str:
    return in_font(_COLLAPSIBLE.sub(" ", text or ""), font, is_page=True)


def _font(element: etree._Element) -> str | None:
    style, face = element.get("style"), element.get("face")
    return font_of(style or "", face) if style or face else None


def _inherited_font(element: etree._Element) -> str:
    return next(filter(None, map(_font, element.iterancestors())), "")
