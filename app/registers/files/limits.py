"""The limits on what readers read. Real registers have tens of rows; more is not a register and costs too much.

Readers raise `UnreadablePage` beyond a limit; its message contains the limit.
"""

MOST_ROWS = 2_000
"""Rows of the register's table or tables, column heads and blank rows counted."""
MOST_TABLE_ROWS = 10_000
"""Rows of all tables on a page, those that lay it out among them."""
MOST_COLUMNS = 40
MOST_LINES = 50_000
"""Lines of a page's text, a tab counted as the end of one."""
LONGEST_CELL = 20_000
"""Characters of one cell."""
LONGEST_UNITS = 30_000
"""Characters of all cells of responsible units together, those that repeat counted once."""
LONGEST_REQUIREMENTS = 200_000
"""Characters of requirements, from the first row on, that a preview reads for times and targets."""
MOST_FOUND = 500_000
"""Characters of a document that is stored until its columns are named."""
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of a file: a workbook or a document with pictures in it."""
LARGEST_TEXT = 5 * 1024 * 1024
"""Bytes of a page or of CSV, which have no pictures, and characters of all cells of a workbook."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of all that is packed in a workbook or a document, as declared and as it really is."""
MOST_ENTRIES = 2_000
"""Files packed in a workbook or a document."""
MOST_MARKUP = 500_000
"""Tags and attributes of a page or of a document's part; each costs the parser some 300 bytes."""
MOST_WORKBOOK_MEMORY = 256 * 1024 * 1024
"""Bytes of memory that the process which parses a workbook may ask for."""
MOST_SECONDS = 9
"""Seconds that it may take."""
MOST_CONVERSION_MEMORY = 200 * 1024 * 1024
"""Bytes of memory that LibreOffice may ask for: 180 MiB for a small document. Its libraries take 90 more."""
MOST_CONVERSION_SECONDS = 20
"""Seconds that a conversion may take. One of a usual register takes two."""
MOST_PAGES = 200
"""Pages of a PDF."""
MOST_PDF_SECONDS = 25
"""Seconds that the process which parses a PDF may take. A page of a table takes a tenth of one."""
