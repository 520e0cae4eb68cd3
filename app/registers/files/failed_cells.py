"""The refusal of cells with the error of a formula (#N/A, #REF!), or of a column too narrow to show a value (#####)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.languages.messages import listed, say
from app.registers.files.reading import UnreadablePage
from app.registers.files.table_rows import TableCell, TableRow

# Excel's and WPS's errors are capitals behind a #; LibreOffice has numbers too (Err:502).
_FAILED = re.compile(r"#(?:N/A|GETTING_DATA|[A-Z0-9/]+[!?]|##+)|(?:Err|错误)[:：]\d{3}")
# Records of an .xls that are the value of a formula, or a value, and an error ([MS-XLS] 2.4.127, 2.4.24).
_FAILED_RECORD = re.compile(
    rb"\x06\x00.{8}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff"
    rb"|\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01",
    re.DOTALL,
)
_MOST_NAMED = 20


@dataclass(slots=True)
class FailedCells:
    """The failed cells of a register, each once, with the line and the head of the column where it begins."""

    _places: dict[TableCell, tuple[int, str]] = field(default_factory=dict)

    def add(self, row: TableRow, columns: Iterable[int], heads: Sequence[str]) -> None:
        """Add those that a row has in some columns."""
        for at in columns:
            for cell in row.at([at]):
                if is_failed(cell.text):
                    head = "".join(heads[at].split()) if at < len(heads) else ""
                    self._places.setdefault(cell, (row.line, head))

    def require_none(self) -> None:
        """Raises `UnreadablePage`, which names the cells."""
        require_no_failed((line, f"{head} {cell.text}") for cell, (line, head) in self._places.items())


def require_no_failed(cells: Iterable[tuple[int, str]]) -> None:
    """Raises `UnreadablePage` where there are failed cells. `cells`: the line of each, and what stands there."""
    named = [say("line {line}: {detail}", line=line, detail=detail) for line, detail in cells]
    if named:
        raise UnreadablePage(
            expected=say(
                "values in the columns that are read; mend the formulas, or type the values, and send the file again"
            ),
            found=say(
                "{count} cells with the error of a formula ({cells})",
                count=len(named),
                cells=listed(named[:_MOST_NAMED]),
            ),
        )


def require_no_failed_records(xls: bytes) -> None:
    """Raises `UnreadablePage`: an .xls has failed cells. Its reader returns those as empty, in whichever column."""
    if count := len(_FAILED_RECORD.findall(xls)):
        raise UnreadablePage(
            expected=say("an .xls without failed formulas; mend them, or save it as .xlsx, where each cell is named"),
            found=say("{count} cells with the error of a formula", count=count),
        )


def is_failed(text: str) -> bool:
    """Whether a cell has the error of a formula in place of a value."""
    return _FAILED.fullmatch(text) is not None
