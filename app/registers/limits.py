"""How much of a page is read. Real registers have tens of rows; more than this is no register, and would cost too much.

Readers raise `UnreadablePage` beyond a limit; its message tells the limit.
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
