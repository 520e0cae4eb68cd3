"""What a reader of registers knows of a jurisdiction's units: spellings, and the collectives every county uses.

Nothing here touches a database: whoever has one builds a `Directory` from its units and aliases.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

MAX_SPELLING = 100
"""Characters. No unit has a longer name; longer text is not looked up, so that hostile text costs nothing."""

_JOINS = re.compile(r"[及和与/／&＆+＋]|会同")
_SEPARATORS = re.compile(r"[、,;/\s]")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as the directory names it. `is_open`: a collective whose members the office still has to name."""

    name: str
    is_collective: bool
    is_open: bool


class Directory:
    """All spellings (names and aliases) of a jurisdiction's units.

    `jurisdiction` is its full name (霍邱县). Given, units printed with it are found too, and its last character
    (县, 区, 市, 旗) is the one that may be lost or printed; otherwise that is 县.
    """

    def __init__(self, spellings: Mapping[str, KnownUnit], jurisdiction: str = "") -> None:
        self._exact = dict(spellings)
        self._jurisdiction = fold(jurisdiction)
        self._own = self._jurisdiction[-1:] or "县"
        self._folded: dict[str, KnownUnit] = {}
        ambiguous: set[str] = set()
        for spelling, unit in self._exact.items():
            if self._folded.setdefault(fold(spelling), unit) != unit:
                ambiguous.add(fold(spelling))
        for spelling in ambiguous:
            del self._folded[spelling]
        with_separators = sorted((s for s in self._exact if _SEPARATORS.search(s)), key=len, reverse=True)
        self.names_with_separators: re.Pattern[str] | None = (
            re.compile("|".join(map(re.escape, with_separators))) if with_separators else None
        )
        beginnings = {fold(s[: join.start()]) for s in self._exact for join in _JOINS.finditer(s)}
        self._before_joins = tuple(sorted(filter(None, beginnings)))

    def find(self, spelling: str) -> KnownUnit | None:
        """The unit so spelled, or None.

        Full and half width, spaces inside, the kind of bracket and a 县 in front (lost or printed) make no difference.
        The collectives of official usage (各乡镇, 县直有关单位, 各有关部门 …) are found even in an empty directory.
        """
        if len(spelling) > MAX_SPELLING:
            return None
        if unit := self._exact.get(spelling):
            return unit
        folded = fold(spelling)
        for candidate in self._variants(folded):
            if unit := self._folded.get(candidate):
                return unit
        collective = collective_by_usage(folded, own=self._own)
        if collective is None:
            return None
        as_printed = replace(collective, name=spelling.strip()) if collective.name == folded else collective
        return self._folded.get(fold(collective.name), as_printed)

    def may_go_on(self, beginning: str) -> bool:
        """Whether a known name can begin so and go on with 和, 及, 与 or /: 自然资源(和规划局) can, 教育局 cannot."""
        return fold(beginning).endswith(self._before_joins)

    def _variants(self, folded: str) -> tuple[str, ...]:
        variants = [folded]
        if self._jurisdiction and folded.startswith(self._jurisdiction):
            folded = folded.removeprefix(self._jurisdiction)
            variants += [folded, self._own + folded]
        elif folded.startswith(self._own):
            variants.append(folded.removeprefix(self._own))
        else:
            variants.append(self._own + folded)
        if self._jurisdiction:
            variants.append(self._jurisdiction + folded.removeprefix(self._own))
        return tuple(v for v in variants if v)


def fold(spelling: str) -> str:
    """One form for all ways to type a name: NFKC (Unicode Standard Annex 15), round brackets, nothing invisible."""
    return unicodedata.normalize("NFKC", spelling).translate(_FORMS)


class _Forms(dict[int, int | None]):
    """What each character becomes; filled as characters are met, for a long cell folds thousands of names."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        is_invisible = char.isspace() or unicodedata.category(char) in ("Cf", "Cc")
        self[code] = None if is_invisible else code
        return self[code]


_FORMS = _Forms(str.maketrans("〔[【〖{〕]】〗}", "((((()))))"))


# What a collective may end in: an organisation in general, or a level of the administration.
_ENDS = (
    r"(?:人民政府|政府|单位|部门|机构|机关|企业|公司|学校|医院|中心|委员会|管委会|办事处|党委|党工委|支部|科室|站所|协会"
    r"|乡镇|镇街|乡|镇|街道|园区|开发区|社区|村|县|市|区|旗|州|盟|地|级|方面|局|委|办|所|站|院|会|组)"
)
_LEVEL = (
    r"(?:自治区|直辖市|自治州|自治县|乡镇|镇街|街镇|街道办事处|街道|园区|社区|办事处|开发区|[乡镇村省县市区旗州盟地])"
)
_TOWNSHIPS = re.compile(r"(?:全县)?各(?:乡镇|镇乡|乡[、和]镇|乡\(镇\))(?:人民)?(?:政府)?")
_LEVELS = re.compile(
    rf"(?:各|(?=县\(市、区\))){_LEVEL}(?:[、和及]{_LEVEL}|\({_LEVEL}(?:[、和及]{_LEVEL})*\))*"
    r"(?:人民政府|政府|管委会|办事处|党委|党工委|党委政府|[^、和及与()]{1,10}(?:局|委|办|中心))?"
)
_EACH = re.compile(rf"(?:全[省市县区镇乡旗])?各[^、()]{{0,30}}{_ENDS}")
_OF_ONE = re.compile(r"[^、()]{1,10}各(?:部委|委办局|[^、()]{0,4}(?:单位|部门|机构|机关|企业))")
_RELEVANT = re.compile(
    r"(?:中央|国务院|省级|市级|县级|区级|本级|省|市|县|区|旗|镇|乡)?(?:直属?)?各?其?(?:他|它|余)?"
    rf"(?:有关|相关|涉及的?|(?<=其)[他它余]|(?<=其[他它余]))[^、和及与()]{{0,8}}{_ENDS}"
)
_DIRECT = re.compile(r"[省市县区旗镇](?:直属?)(?:机关)?各?(?:机关|单位|部门|机关单位)")
_COUNTY_RELEVANT = re.compile(r"(.)直属?各?(?:有关|相关)(?:单位|部门)")
_OPEN = re.compile(r"有关|相关|涉及|其[他它余]")


def collective_by_usage(folded: str, own: str = "县") -> KnownUnit | None:
    """The collective that official usage means by a folded spelling, or None if it is none.

    Spellings of one thing get one name: 各乡镇, 各乡镇政府 → 各乡镇人民政府; 直有关单位, 县直各有关部门 → 县直有关单位.
    Others keep their own. Those that say 有关, 相关, 其他 are open: nobody can tell from the words who is meant.
    """
    if folded.startswith("直"):
        folded = own + folded
    if _TOWNSHIPS.fullmatch(folded):
        return KnownUnit("各乡镇人民政府", is_collective=True, is_open=False)
    if (match := _COUNTY_RELEVANT.fullmatch(folded)) and match[1] == own:
        return KnownUnit(f"{own}直有关单位", is_collective=True, is_open=True)
    if _LEVELS.fullmatch(folded) or _DIRECT.fullmatch(folded):
        return KnownUnit(folded, is_collective=True, is_open=False)
    if _RELEVANT.fullmatch(folded) or (
        (_EACH.fullmatch(folded) or _OF_ONE.fullmatch(folded)) and not _joins_two(folded)
    ):
        return KnownUnit(folded, is_collective=True, is_open=bool(_OPEN.search(folded)))
    return None


def _joins_two(folded: str) -> bool:
    """各乡镇和县直单位 names two; 各自然资源和规划所 names one."""
    parts = re.split(r"以及|[和及与]", folded)
    return any(re.search(_ENDS + r"\Z", part) for part in parts[:-1])
