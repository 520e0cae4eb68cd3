"""The writer of a register as an HTML page."""

from html import escape
from typing import BinaryIO

from app.registers.exports.table import MergedRow, OutTable, shown

_STYLE = (
    "body{font-family:宋体,SimSun,serif;line-height:1.6;margin:2em}h1{text-align:center}.note{text-align:right}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #555;padding:.4em;vertical-align:top}"
    "thead th{background:#d9e2f3}tbody th{text-align:left}"
)


def write_html(table: OutTable, file: BinaryIO) -> None:
    """One page that stands alone: heads with scope (WCAG 2.2, technique H63), no script, nothing from outside."""
    columns = "".join(f'<col style="width:{width * 100 / sum(table.widths):.1f}%">' for width in table.widths)
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    start = (
        f'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(table.title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(table.title)}</h1>\n"
        f'<p class="note">{escape(table.note)}</p>\n<table>\n<colgroup>{columns}</colgroup>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
    file.write(start.encode())
    for row in table.rows:
        if isinstance(row, MergedRow):
            cells = f'<th colspan="{len(table.heads)}" scope="rowgroup">{escape(row.text)}</th>'
        else:
            cells = "".join(f"<td>{_lines(shown(one))}</td>" for one in row)
        file.write(f"<tr>{cells}</tr>\n".encode())
    file.write(b"</tbody>\n</table>\n</main>\n</body>\n</html>\n")


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
