"""The text of a Word document as printed: tracked changes accepted, hidden text left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.registers.files.docx_numbering import Numbering
from app.registers.files.office_xml import attribute, child, is_on, local_name
from app.registers.files.symbols import UNKNOWN_SYMBOL, in_font, symbol
from app.registers.files.table_rows import clean

_WRAPPERS = frozenset(
    ["sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice", "body", "docPartBody"]
)
_REMOVED = frozenset(["del", "moveFrom"])
# Fallback repeats what Choice says; instrText is a field's code, not what it shows.
_UNSEEN = frozenset(["pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "delText", "instrText", "Fallback", "rt"])
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(slots=True)
class DocxText:
    """`hidden_styles`: those whose text is hidden. The flags say what was left out."""

    hidden_styles: frozenset[str] = frozenset()
    numbering: Numbering = field(default_factory=Numbering)
    left_out_hidden: bool = False
    accepted_changes: bool = False
    unknown_fonts: dict[str, None] = field(default_factory=dict)  # of symbols that are not known
    _goes_on: bool = False

    def blocks(self, container: etree._Element) -> Iterator[etree._Element]:
        """The paragraphs and tables in a container, those in content controls among them."""
        for element in container:
            name = local_name(element)
            if name in ("p", "tbl"):
                yield element
            elif name in _WRAPPERS:
                yield from self.blocks(element)

    def rows(self, table: etree._Element, name: str = "tr") -> Iterator[etree._Element]:
        """A table's rows, or a row's cells (`tc`), without those that a tracked change removes."""
        for element in table:
            if local_name(element) == name:
                properties = child(element, f"{name}Pr")
                if properties is not None and child(properties, "del" if name == "tr" else "cellDel") is not None:
                    self.accepted_changes = True
                else:
                    yield element
            elif local_name(element) in _WRAPPERS:
                yield from self.rows(element, name)

    def text(self, element: etree._Element) -> str:
        """The text of a paragraph, a cell or a table, its lines apart by a line feed."""
        self._goes_on = False
        return clean("".join(self._fragments(element, hidden=False)))

    def _fragments(self, element: etree._Element, *, hidden: bool) -> Iterator[str]:
        name = local_name(element)
        if name in _REMOVED:
            self.accepted_changes = True
            return
        if name in _UNSEEN:
            return
        if name == "p":
            hidden = attribute(child(element, "pPr", "pStyle"), "val") in self.hidden_styles
            yield ("" if self._goes_on else "\n") + self.numbering.label(element)
            self._goes_on = False
        elif name == "r":
            hidden = self._is_hidden(element, hidden)
        if name in ("t", "sym", *_SIGNS):
            self.left_out_hidden |= hidden and bool(element.text)
            yield "" if hidden else self._shown(element, name)
        for inner in element:
            yield from self._fragments(inner, hidden=hidden)
        if name == "p":
            # Where the mark that ends a paragraph is removed, the next one goes on in its line.
            self._goes_on = child(element, "pPr", "rPr", "del") is not None
            yield "" if self._goes_on else "\n"

    def _is_hidden(self, run: etree._Element, hidden: bool) -> bool:
        properties = child(run, "rPr")
        if properties is None:
            return hidden
        vanish = child(properties, "vanish")
        if vanish is not None:
            return is_on(vanish)
        return hidden or attribute(child(properties, "rStyle"), "val") in self.hidden_styles

    def _shown(self, element: etree._Element, name: str) -> str:
        """What a run's text or sign shows."""
        if name == "sym":
            font = attribute(element, "font")
            shown = symbol(font, attribute(element, "char"))
            if shown is None:
                self.unknown_fonts[font or "?"] = None
            return shown or UNKNOWN_SYMBOL
        run = element.getparent()
        fonts = child(run, "rPr", "rFonts") if run is not None else None
        return _SIGNS.get(name) or in_font(element.text or "", attribute(fonts, "ascii"))
