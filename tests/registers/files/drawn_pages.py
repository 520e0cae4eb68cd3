"""The drawings of `drawn_tables` as pages of a PDF. A row that does not fit is cut by the page's end, as Word does."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tests.registers.files.drawn_tables import Grid, cells, parts

SIZE, LINE, LEFT, TOP = 10, 12, 50, 800
LETTERS = 10  # of a cell's line
COLUMN = LETTERS * SIZE + 8


def pdf_of(pages: Sequence[bytes], *, packed: bool = False) -> bytes:
    """A PDF from what its pages draw. `packed`: by Flate. Its one font, F1, takes letters as they are in UTF-16."""
    filtered = b"/Filter /FlateDecode " if packed else b""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] /MediaBox [0 0 600 842] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong /Ascent 880 /Descent -120 /Flags 4 >> >>",
    ]
    for page in pages:
        used = b"/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(b"<< /Type /Page /Parent 2 0 R %b /Contents %d 0 R >>" % (used, len(objects) + 2))
        objects.append(b"<< %b/Length %d >>\nstream\n%b\nendstream" % (filtered, len(page), page))
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    ending = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(file))
    return bytes(file) + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table) + ending


def pdf(drawing: str, *, lines: int = 60, heads_again: bool = False) -> bytes:
    """Pages of so many lines; on each the table's heads, if wanted."""
    pages: list[list[bytes]] = [[]]
    at = 0

    def next_page() -> None:
        nonlocal at
        pages[-1].append(_text(f"- {len(pages)} -", 250, lines + 2))
        pages.append([])
        at = 0

    for part in parts(drawing):
        if isinstance(part, str):
            pages[-1].append(_text(part, 100, at))
            at += 2
            continue
        texts = {(cell.row, cell.column): cell for cell in cells(part)}
        for number, row in enumerate(part):
            drawn = [texts.get((number, column)) for column in range(len(row))]
            wrapped = [list(_wrapped(cell.text, cell.width)) if cell else [] for cell in drawn]
            # what is merged with rows below is as high as the first of them: drawings are small
            left = max(1, *map(len, wrapped))
            while left:
                if at >= lines:
                    next_page()
                    if heads_again and number:
                        pages[-1] += _row(part, 0, [[text] for text in part[0]], at, 1, ends=False)
                        at += 1
                taken = min(left, lines - at)
                pages[-1] += _row(part, number, [cell[:taken] for cell in wrapped], at, taken, ends=at + taken >= lines)
                wrapped = [cell[taken:] for cell in wrapped]
                at, left = at + taken, left - taken
    return pdf_of([b"\n".join(page) for page in pages])


def _wrapped(text: str, width: int) -> Iterator[str]:
    letters = LETTERS * width
    for line in text.split("\n"):
        yield from (line[start : start + letters] for start in range(0, len(line), letters))


def _row(
    grid: Grid, number: int, wrapped: Sequence[Sequence[str]], at: int, height: int, *, ends: bool
) -> Iterator[bytes]:
    """A row's letters, and its lines, where they do not lie within a merged cell. `ends`: the page."""
    top, bottom = TOP - at * LINE, TOP - (at + height) * LINE
    below = grid[number + 1] if number + 1 < len(grid) else []
    for column, (text, under) in enumerate(zip_longest(grid[number], below[: len(grid[number])], fillvalue="")):
        left, right = LEFT + column * COLUMN, LEFT + (column + 1) * COLUMN
        if text != "^" or at == 0:
            yield _line(left, top, right, top)
        if under != "^" or ends:
            yield _line(left, bottom, right, bottom)
        if text != "<":
            yield _line(left, top, left, bottom)
        for line, words in enumerate(wrapped[column]):
            yield _text(words, left + 4, at + line)
    yield _line(LEFT + len(grid[number]) * COLUMN, top, LEFT + len(grid[number]) * COLUMN, bottom)


def _line(*places: int) -> bytes:
    return b"%d %d m %d %d l S" % places


def _text(text: str, left: int, at: int) -> bytes:
    place = (left, TOP - at * LINE - SIZE)
    return b"BT /F1 %d Tf %d %d Td <%b> Tj ET" % (SIZE, *place, text.encode("utf-16-be").hex().encode())
