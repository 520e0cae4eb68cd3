"""The readers of register files (docx, html, page, workbook, csv), without database or web."""
