"""The words for at least and at most, before and after a number."""

import re
from decimal import Decimal

AT_LEAST = (
    r"(?:至少|不(?:得|应|能)?(?:少|低|小)于|不下于|不亚于|突破|超过|超|多于|高于|大于|起码"
    r"|(?:力争|争取)?(?:达到?|保持在|稳定在|维持在|提高到|提升到|提高至|提升至|增长到|增加到|扩大到|增至)(?:了)?|[≥>]=?)"
)
AT_MOST = (
    r"(?:不(?:得|应|能)?(?:超过|超|多于|高于|大于)|最多|至多|(?:控制|压缩|压减|缩短|减少|降低?|下降|精简|缩减)(?:在|至|到|为)"
    r"|限于|[少低小]于|[≤<]=?)"
)
EXACTLY = r"(?:仅仅|仅|只|恰好|正好|刚好|不多不少)(?:需|要|限|为|有|能)?"  # right before the number
AFTER = r"(?P<and_more>(?:及|或|和)?以上|左右|起步)|(?P<and_less>(?:及|或|和)?(?:以|之)(?:内|下))"

_WORDS = (("at_least", re.compile(AT_LEAST)), ("at_most", re.compile(AT_MOST)))


def comparison(before: str, after: str) -> str | None:
    """`at_least`, `at_most`, or None: words before a number and after it, of which a 不…于 or 以上 is the stronger, and
    左右 the weaker."""
    if after and after != "左右":
        return "at_most" if after.endswith(("内", "下")) else "at_least"
    # What ends nearest to the number decides (达到不低于); of two that end there the longer (不少于, not 少于).
    found = [(match.end(), -match.start(), kind) for kind, words in _WORDS for match in words.finditer(before)]
    return max(found)[2] if found else "at_least" if after else None


def bounds(kind: str | None, low: Decimal, high: Decimal | None) -> dict[str, Decimal]:
    """The fields of a quantity: a range gives both ends, a bare number is the least."""
    if high is not None and high > low:
        is_range = kind in (None, "exactly")
        return {"at_least": low, "at_most": high} if is_range else {kind or "": low if kind == "at_least" else high}
    return {kind or "at_least": low}
