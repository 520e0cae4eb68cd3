"""The collectives of every county, as official usage spells them."""

import re
from typing import NamedTuple


class Collective(NamedTuple):
    name: str
    is_open: bool  # the office still has to name its members


# What a collective may end in: an organisation in general, or a level of the administration.
_ENDS = (
    r"(?:人民政府|政府|单位|部门|机构|机关|企业|公司|学校|医院|中心|委员会|管委会|办事处|党委|党工委|支部|科室|处室|股室|站所|协会"
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
_OF_ONE = re.compile(r"[^、()]{1,10}各(?:部委|委办局|科室|处室|股室|[^、()]{0,4}(?:单位|部门|机构|机关|企业))")
_RELEVANT = re.compile(
    r"(?:中央|国务院|省级|市级|县级|区级|本级|(?:[省市州盟县区旗镇乡场]|街道|园区|开发区){1,2})?(?:直属?)?(?:机关)?各?其?(?:他|它|余)?"
    rf"(?:有关|相关|涉及的?|(?<=其)[他它余]|(?<=其[他它余]))[^、和及与()]{{0,8}}{_ENDS}"
)
_DIRECT = re.compile(r"[省市州盟县区旗镇乡](?:直属?)(?:机关)?各?(?:机关|单位|部门|机关单位)")
_COUNTY_RELEVANT = re.compile(r"(.)直属?各?(?:有关|相关)(?:单位|部门)")
_OPEN = re.compile(r"有关|相关|涉及|其[他它余]")


def collective_by_usage(folded: str, own: str = "县") -> Collective | None:
    """The collective that official usage means by a folded spelling, or None if it is none.

    Spellings of one thing get one name: 各乡镇, 各乡镇政府 → 各乡镇人民政府; 直有关单位, 县直各有关部门 → 县直有关单位.
    Others keep their own. Those that say 有关, 相关, 其他 are open: the words do not say who is meant.
    """
    if folded.startswith("直"):
        folded = own + folded
    if _TOWNSHIPS.fullmatch(folded):
        return Collective("各乡镇人民政府", is_open=False)
    if (match := _COUNTY_RELEVANT.fullmatch(folded)) and match[1] == own:
        return Collective(f"{own}直有关单位", is_open=True)
    if _LEVELS.fullmatch(folded) or _DIRECT.fullmatch(folded):
        return Collective(folded, is_open=False)
    if _RELEVANT.fullmatch(folded) or (
        (_EACH.fullmatch(folded) or _OF_ONE.fullmatch(folded)) and not _joins_two(folded)
    ):
        return Collective(folded, is_open=bool(_OPEN.search(folded)))
    return None


def _joins_two(folded: str) -> bool:
    """各乡镇和县直单位 names two; 各自然资源和规划所 names one."""
    parts = re.split(r"以及|[和及与]", folded)
    return any(re.search(_ENDS + r"\Z", part) for part in parts[:-1])
