"""The lookup of the unit that a printed name means, and the test whether unknown text reads as a unit."""

import re

from app.registers.cells.pieces import Named
from app.registers.cells.words import CLOSING, EXCEPT, EXCEPTED, LONGEST_NAME, OPENING
from app.units.directory import Directory, KnownUnit

_FIRST_BRACKET = re.compile(f"[{re.escape(OPENING)}]")
_INNERMOST = re.compile(rf"[{re.escape(OPENING)}][^{re.escape(OPENING + CLOSING)}]*[{re.escape(CLOSING)}]")
# 各镇(街道、园区): the bracket widens the collective, so the part before it is not the name.
_WIDENS = re.compile(
    r"(?:[、和及,，]?(?:含|包括)?各?(?:乡镇|乡|镇|街道|园区|开发区|社区|村|办事处|区|市|管委会))+[)）〕\]】〗]?"
    r"(?:(?:人民)?政府(?:[(（〔\[【〖](?:街道)?(?:办事处|管委会)[)）〕\]】〗]?)?)?"
)

_NAME_CHARACTERS = re.compile(rf"[\w·“”\-—、/{re.escape(OPENING + CLOSING)} \u3000\xa0]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TWO_CHARACTERS = re.compile(
    r"[县市区省党团纪监]委|[残妇文侨社]联|[科记作]协|工会|人大|政协|法院|党校|人行|电信|移动|联通|铁塔|邮政|供电|烟草|.[局委厅]"
)
_ENDS = re.compile(
    r"(?:[局委办部处厅署院会社站队所馆科室股组台校园镇乡联协]|中心|政府|公司|集团|银行|[支分人]行|街道|园区|[发新范景护]区"
    r"|单位|部门|机构|机关|企业|学校|大学|专班|[林农牧渔]场|粮库|储备库|法庭|社区|人大|政协|办事处|融媒体"
    r"|电信|移动|联通|铁塔|邮政|供电|烟草|[城国交]投)\Z"
)
_OTHER_WORDS = re.compile(
    r"(?:社会|机会|大会|全部|内部|干部|局部|[好用到]处|[督承主举创申交经通联快]办|(?<![政科文侨残])协办|场所|网站|[平后]台|学科|[参入持港退配]股|(?<!疾)控股"
    r"|[格布结大全开时定]局|[关互]联|城镇|校园)\Z"
)
_BREAK = re.compile(rf"(?<=[\u3400-\u9fff{re.escape(CLOSING)}])\s+(?=[\u3400-\u9fff{re.escape(OPENING)}])")
_NO_NAME_ALONE = re.compile(
    r"单位|部门|机构|机关|企业|公司|中心|政府|学校|医院|大学|乡镇|街道|园区|集团|银行|社区|[支分]行|专班|新区|景区|开发区"
)
_SENTENCE = re.compile(
    r"加强|推进|推动|落实|强化|完善|做好|开展|建立|督促|确保|严格|及时|进一步|按照|根据|坚持|围绕|认真|积极|抓好|充分|通过"
    r"|[对将已以为其]|.*的"
)


def name_unit(printed: str, directory: Directory) -> Named | None:
    """The unit a printed name means, or None where it does not read as one.

    The part before an office in brackets is the name only if the directory knows it: 政府办(政务公开办 is 政府办.
    Where the directory knows neither, the name is as printed.
    """
    printed = unbroken(printed)
    if not printed or EXCEPTED.search(printed):
        return None
    if unit := directory.find(printed):
        return _named(unit)
    if bracket := _FIRST_BRACKET.search(printed):
        return _with_office(printed, bracket.start(), directory)
    stripped = printed.rstrip(CLOSING)
    if stripped != printed and (unit := directory.find(stripped)):
        return _named(unit)
    return Named(printed) if looks_like_unit(stripped) else None


def _with_office(printed: str, bracket: int, directory: Directory) -> Named | None:
    base = printed[:bracket].strip()
    if unit := directory.find(base):
        if unit.is_collective and _WIDENS.fullmatch(printed, bracket + 1):
            return Named(printed, is_collective=True, is_open=unit.is_open)
        # 各镇(街道)党委 is not 各镇: something follows the bracket.
        ends = printed[-1] in CLOSING or not any(char in CLOSING for char in printed)
        return _named(unit) if ends else Named(printed, unit.is_collective, unit.is_open)
    if looks_like_unit(base) or looks_like_unit(_INNERMOST.sub("", printed)):
        return Named(printed)
    return None


def _named(known: KnownUnit) -> Named:
    return Named(known.name, known.is_collective, known.is_open, is_known=True)


def unbroken(printed: str) -> str:
    """A name without the white space that lines or clerks put into it."""
    return _BREAK.sub("", printed)


def looks_like_unit(name: str) -> bool:
    """Whether text reads as an organisation's name: by its last word, and by not being a sentence."""
    if not 2 <= len(name) <= LONGEST_NAME or _NO_NAME_ALONE.fullmatch(name) or _OTHER_WORDS.search(name):
        return False
    if len(name) == 2:
        return _TWO_CHARACTERS.fullmatch(name) is not None
    if (
        not _ENDS.search(name)
        or _SENTENCE.match(name)
        or EXCEPT.match(name)
        or EXCEPTED.search(name)
        or not _HAN.search(name)
    ):
        return False
    return _NAME_CHARACTERS.fullmatch(name) is not None
