"""The recognition of rows of sums (合计, 共12项) and of signs for the cell above (同上, 〃)."""

import re

from app.registers.files.table_rows import TableRow

_SUM = re.compile(
    r"(?:合|总|小|共|累)计(?:[:：]?(?:共|约)?[\d.]+[项个条件户家万亿元人%]*(?:工作|重点)?(?:任务|事项)?)?[:：]?"
)
_COUNT = re.compile(r"(?:本表|以上|全表)?(?:合计|总计|共计?)\d+[项个条件]\w{0,8}")
_NUMBER = re.compile(r"[\d.,，%％/／\-—]+[项个条件户家万亿元人]*")
_AS_ABOVE = re.compile(r"[(（]?(?:同上(?:一?[行项栏格])?|同前|如上)[)）]?[。.]?|[〃″〞\"]|''")


def is_sum(row: TableRow) -> bool:
    """Whether a row counts others: it begins with 合计, or has nothing but counts."""
    texts = ["".join(cell.text.split()) for cell in row.distinct]
    if not texts:
        return False
    if _SUM.fullmatch(texts[0]):
        return True
    counts = [text for text in texts if _SUM.fullmatch(text) or _COUNT.fullmatch(text)]
    return bool(counts) and all(text in counts or _NUMBER.fullmatch(text) for text in texts)


def is_as_above(text: str) -> bool:
    return _AS_ABOVE.fullmatch("".join(text.split())) is not None
