"""The parser of XML inside Office files, which loads nothing from outside."""

from lxml import etree

from app.languages.messages import say
from app.registers.files.limits import MOST_MARKUP
from app.registers.files.packed import damaged
from app.registers.files.reading import beyond


def parse_xml(data: bytes) -> etree._Element:
    """The root of a part. Raises `UnreadablePage`: it is not XML, is too large, or declares entities (no part may)."""
    if data.count(b"<") + data.count(b"=") > MOST_MARKUP:
        raise beyond(say("at most {most} tags and attributes", most=MOST_MARKUP))
    if b"<!DOCTYPE" in data or b"\x00" in data:  # XML in UTF-16 could hide a declaration
        raise damaged()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise damaged() from broken
    return root


def local_name(element: etree._Element) -> str:
    """A tag without its namespace: the two editions of the standard (ECMA-376, ISO/IEC 29500 strict) differ in that."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """The first element under these names, one inside the other."""
    found: etree._Element | None = element
    for name in path:
        found = next((one for one in found if local_name(one) == name), None) if found is not None else None
    return found


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute's value, in whatever namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def number(text: str | None, otherwise: int) -> int:
    """What an attribute says in digits."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else otherwise


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is either on or off (w:vanish) is there and on."""
    return element is not None and (attribute(element, "val") or "on") not in ("0", "false", "off")
