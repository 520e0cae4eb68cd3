"""A file (docx, html, page, workbook, csv) → one reading of the register in it. No database, no web."""
