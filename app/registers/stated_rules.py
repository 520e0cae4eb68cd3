"""Finds the rules that a document states for all its rows: see document_rules.py."""

import re
from collections.abc import Iterable

_STATED = re.compile(
    r"(?:列|排|名列|排名|位列)(?:在|名)?(?:第一|首)(?:位|名)?的?(?:者|单位|部门|责任单位)*(?:,|，)?(?:均|即)?(?:为|是|系)"
    r"(?:牵头|主办|主责|责任|总牵头)(?:责任)?(?:单位|部门)?"
    r"(?:[,，;；、。]?(?:其他|其它|其余|余下|后面)(?:的|者|单位|部门|责任)*(?:均|都|皆)?(?:为|是|系)"
    r"(?:配合|协办|协助|协同|参与|责任|承办)(?:责任)?(?:单位|部门)?)?"
)


def rules_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of such rules, each once."""
    found = (match[0] for line in lines for match in _STATED.finditer("".join(line.split())))
    return tuple(dict.fromkeys(found))
