"""The entry points that read a register from a file or a request; large libraries are imported only when needed."""

from dataclasses import replace

from app.errors import UnreadableRegister
from app.languages.messages import Message, alternatives, say
from app.registers.files.csv_reader import delimiter_of, likely_delimiter, read_csv
from app.registers.files.encoding import decode_page, is_another_encoding
from app.registers.files.forms import FileForm, is_html, misnamed, office_form, stem_of, suffix_of
from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.files.limits import LARGEST_FILE, LARGEST_TEXT
from app.registers.files.page_reader import read_text
from app.registers.files.reading import Form, NoTable, RegisterReading, UnreadablePage, beyond
from app.registers.files.table_heads import Columns

_ENCODINGS = alternatives(("UTF-8", "GB18030"))


def read_register(
    page: bytes | str, form: Form | None = None, *, charset: str | None = None, given: Given = NOTHING_GIVEN
) -> RegisterReading:
    """Read a register's page: its HTML, or its text; it detects which, if it is not given.

    Args:
        charset: the stated encoding of the bytes; without it, the encoding is detected.
        given: values that are not read from the page.

    Raises:
        UnreadableRegister: saying where, what was expected and what was found.
    """
    text, notes = (page, ()) if isinstance(page, str) else decode_page(page, charset)
    form = form or ("html" if is_html(text) else "text")
    _require_text(text, form, charset)
    try:
        if form == "html":
            reading = _read_html(text, columns=given.columns)
        elif given.columns:  # a browser copies a table with tabs
            reading = read_csv(text, likely_delimiter(text) or "\t", "", [], given.columns)
        else:
            reading = read_text(text)
    except UnreadablePage as broken:
        raise UnreadableRegister(broken.message) from broken
    return replace(reading, notes=(*notes, *reading.notes)).named(given.title, given.year)


def read_register_file(
    data: bytes, filename: str, soffice: str = "", given: Given = NOTHING_GIVEN
) -> list[RegisterReading]:
    """Read a file that somebody has: .xlsx, .xls, .docx, .pdf, .html, .csv, .tsv, the text of a page, and, where
    `soffice` names LibreOffice's program, what that converts: .doc, .wps, .rtf, .odt, .ods.

    The format is detected from the bytes; a name with another one is noted. The name is the title if the file has none.
    The file has one register, but a workbook whose sheets have titles of their own has several.

    Args:
        given: values that are not read from the file.

    Raises:
        UnreadableRegister: as `read_register`; also for a title that is given to several, and for a file locked by a
        password, damaged, or beyond the limits.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableRegister(
            say("the file is larger than {most} MiB; leave out its pictures", most=LARGEST_FILE // 1024**2)
        )
    try:
        readings = _read(data, filename, soffice, given.columns)
    except UnreadablePage as broken:
        raise UnreadableRegister(broken.message) from broken
    if given.title is not None and len(readings) > 1:
        raise UnreadableRegister(say("the file contains several registers; give a title only to a file with one"))
    return [reading.named(given.title, given.year) for reading in readings]


def _read(data: bytes, filename: str, soffice: str, columns: Columns | None) -> list[RegisterReading]:
    form, packed = office_form(data) or (None, None)
    notes = misnamed(filename, form) if form else []
    if form in ("doc", "rtf", "odt", "ods"):
        from app.registers.files.conversion import convert

        data = convert(data, form, soffice)
        form, packed = office_form(data) or (None, None)
    if form in ("xlsx", "xls"):
        from app.registers.files.workbook_reader import read_workbook

        return read_workbook(packed.with_plain_names(data) if packed else data, stem_of(filename), notes, columns)
    if form == "pdf":
        from app.registers.files.pdf_reader import read_pdf

        return [read_pdf(data, stem_of(filename), notes, columns)]
    if packed is not None:
        from app.registers.files.docx_reader import read_docx

        return [read_docx(packed, stem_of(filename), notes, columns)]
    return [_read_text(data, filename, columns)]


def _read_text(data: bytes, filename: str, columns: Columns | None) -> RegisterReading:
    if len(data) > LARGEST_TEXT:
        raise beyond(say("a text of at most {most} MiB", most=LARGEST_TEXT // 1024**2))
    text, lost = decode_page(data)
    form, delimiter = _text_form(text, suffix_of(filename), columns)
    _require_text(text, "html" if form == "html" else "text", None)
    notes: list[Message] = [*misnamed(filename, form), *lost]
    if delimiter is not None:
        return read_csv(text, delimiter, stem_of(filename), notes, columns)
    try:
        reading = _read_html(text, stem_of(filename), columns) if form == "html" else read_text(text, stem_of(filename))
    except NoTable:
        if form == "html" or (delimiter := likely_delimiter(text)) is None:
            raise
        return read_csv(text, delimiter, stem_of(filename), notes, columns)
    return replace(reading, notes=(*notes, *reading.notes))


def _read_html(text: str, stem: str = "", columns: Columns | None = None) -> RegisterReading:
    from app.registers.files.html_reader import read_html

    return read_html(text, stem, columns)


def _text_form(text: str, suffix: str, columns: Columns | None) -> tuple[FileForm, str | None]:
    if is_html(text):
        return "html", None
    delimiter = delimiter_of(text) or (likely_delimiter(text) if suffix in ("csv", "tsv") or columns else None)
    # Tabs in a text also are how a browser copies a table; the page's reader knows those.
    if delimiter is None or (delimiter == "\t" and suffix in ("", "txt") and not columns):
        return "text", None
    return "csv", delimiter


def _require_text(text: str, form: Form, charset: str | None) -> None:
    if "\ufffd" in text and is_another_encoding(text) and (charset or form == "text"):
        raise UnreadableRegister(
            say("the page is not text in {charset}; save it in UTF-8 and try again", charset=charset or _ENCODINGS)
        )
    if "\x00" in text and form == "text":
        raise UnreadableRegister(say("the page contains NUL characters and is not text; save it as text"))
