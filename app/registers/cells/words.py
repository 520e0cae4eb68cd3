"""The patterns of words in a cell of units: labels, roles, 等, joining words.

Source: the usage of 国务院办公厅 and provincial 任务分工表, where 牵头, 负责 and 配合 are the standing terms.
"""

import re

from app.obligations.roles import Role
from app.registers.cells.times import TIME

GROUP = "\ufffc"
"""Stands in a mask for a character within a closed pair of brackets."""
HIDDEN = "\ufffd"
"""Stands in a mask for a separator that belongs to a name."""

OPENING = "(（〔[【〖"
CLOSING = ")）〕]】〗"
SPACES = " \t\u3000\xa0\u2002\u2003\u2009\u200b\ufeff"

STRONG_BREAK = ";；。!！\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# A line that ends in 、 or a comma goes on in the next one.
SEPARATOR = re.compile(rf"\s{{0,3}}[、,，﹑､]\s{{0,9}}|[|｜{STRONG_BREAK}]|[{SPACES}]{{2,}}|[\t\u3000]|(?=[①-⑳⑴-⒇⒈-⒛])")


def _renamed(pattern: re.Pattern[str], prefix: str) -> str:
    return pattern.pattern.replace("?P<", f"?P<{prefix}")


def _unnamed(pattern: re.Pattern[str]) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern.pattern)


_ORGAN = r"(?:单位|部门|科室|处室|股室|机构|机关|主体)"
_LEAD_NOUN = rf"(?:总?牵头|主办|主责)(?:责任|负责|组织|实施|落实){{0,2}}{_ORGAN}"
_SUPPORTING_NOUN = rf"(?:配合|协助|协同|协办|会办|参与|参加|协作)(?:责任|实施|落实)?{_ORGAN}"
_RESPONSIBLE_NOUN = rf"(?:主要|第一|具体|直接|共同)?(?:责任|负责|承办|落实|实施|主管){_ORGAN}"

_WORK = r"(?:负责|落实|实施|组织实施|抓落实|抓好落实|贯彻落实|办理|推进|做好)"
_LEADING_WORK = rf"(?:负责)?(?:共同|联合|分别)?牵头(?!人)(?:{_WORK}|协调|抓总|组织|完成)*"
_LEAD = rf"(?:为|是)?(?:{_LEAD_NOUN})|{_LEADING_WORK}|主办(?!人)|主责|抓总|负总责"
_LEAD += r"|(?:统筹(?:协调|推进|负责)?|为主)(?=\s*$)|\A[主牵]\Z"
_SUPPORTING = (
    rf"(?:为|是)?(?:{_SUPPORTING_NOUN})"
    r"|(?:负责|积极|密切|共同|全力)?(?<![不未])(?:协同配合|协助配合|参与配合|配合|协助|协同(?!创新)|参与|(?<![政科文侨残])协办(?!公)|(?<![委员联协合])会办(?!公))(?!人)"
    rf"(?:{_WORK}|完成)*"
    r"|(?:参加|为辅)(?=\s*$)|\A[协配辅]\Z"
)
_SHARE = r"(?:按照?|根据|依据|依|结合|在)?(?:各自|工作)?(?:职责|职能)(?:分工|范围内?|任务)*|按照?(?:任务|工作)?分工"
_RESPONSIBLE = (
    rf"(?:为|是)?(?:{_RESPONSIBLE_NOUN})"
    rf"|(?:{_SHARE})(?:分别|共同|各自|具体)?(?:分工)?(?:{_WORK}|完成)*"
    r"|(?:分别|共同|具体|联合|各自|分工|直接|组织|主要)?"
    rf"(?:负责(?!人)|承办(?!人)|{_WORK}(?![人办处科组室局])|完成(?!情况))+|\A责\Z"
)

ROLE_WORD = re.compile(rf"(?P<lead>{_LEAD})|(?P<supporting>{_SUPPORTING})|(?P<responsible>{_RESPONSIBLE})")
OF_SEVERAL = re.compile(r"(?:负责)?(?:共同|联合|分别|各自)")
"""Words of part in brackets that are said of more than the name before."""
ROLE_NOUN = re.compile(
    rf"(?P<lead>{_LEAD_NOUN})|(?P<supporting>{_SUPPORTING_NOUN})|(?P<responsible>{_RESPONSIBLE_NOUN})"
)

_TIME_LABEL = r"(?:完成|办结|办理|落实|推进|工作|整改)?(?:时限|时间|期限|时间节点|时限要求|截止日期|日期)"
_PERSON_LABEL = (
    r"(?:责任|分管|牵头|负责|包保|联系|具体责任|经办|挂钩)(?:领导|人员?|同志)|负责人|联系(?:电话|方式)|电话|备注"
)
_OVERSEER_LABEL = r"(?:业务)?(?:指导|督导|督办|督查|监督|监管|验收|考核|审核)(?:责任)?(?:单位|部门|科室|领导)"
"""Who looks on and owes nothing of the work."""
OVERSEER = re.compile(_OVERSEER_LABEL)
_BARE_ROLE = r"总?牵头|主办|主责|责任|负责|承办|落实|实施|配合|协助|协同|协办|会办|参与|参加"
_OTHER_NOUN = rf"(?:其他|其它|相关|有关)(?:责任|牵头|承办|配合|协办|参与){_ORGAN}"
LABEL = re.compile(
    rf"(?P<label_role>{_renamed(ROLE_NOUN, 'noun_')}|{_OTHER_NOUN}|{_BARE_ROLE})(?:[{SPACES}]*[:：])"
    rf"|(?P<label_noun>{_renamed(ROLE_NOUN, 'bare_')})(?:$|[{SPACES}]+|(?:为|是)[:：]?(?!$))"
    rf"|(?P<label_time>{_TIME_LABEL})"
    rf"(?:[{SPACES}]*[:：]|[{SPACES}]*$|[{SPACES}]+(?=[\d一二三四五六七八九十今本年每长持]))"
    rf"|(?P<label_person>{_PERSON_LABEL})(?:[{SPACES}]*[:：])"
    rf"|(?P<label_overseer>{_OVERSEER_LABEL})(?:[{SPACES}]*[:：])"
)
"""A label at the start of a phrase; without a colon it must be a noun (牵头单位) set off by its end or a space."""

LABEL_INSIDE = re.compile(
    rf"(?:{_OTHER_NOUN}|{_renamed(ROLE_NOUN, 'inside_')}|{_TIME_LABEL}|{_OVERSEER_LABEL}|{_PERSON_LABEL})"
    rf"[{SPACES}]*[:：]"
)
"""A label amid a phrase, which only a colon distinguishes from 'A、B牵头单位'."""

_CHINESE_NUMBER = r"[一二两三四五六七八九十百]{1,5}"
_COUNTED = (
    r"(?:牵头|责任|配合|成员|相关|有关|县直|市直)?"
    r"(?:部门|单位|乡镇|镇街|乡|镇|街道|园区|县区|企业|机构|学校|委办局|科室|地)"
)
AND_SO_ON = re.compile(
    rf"等(?: ?(?P<count>\d{{1,4}}|{_CHINESE_NUMBER}) ?(?P<more>余|多)?[个家所]?{_COUNTED}"
    rf"|(?P<of_role>{_renamed(ROLE_NOUN, 'etc_')})"
    r"|(?:多个|若干|其他)?(?:成员)?(?:部门|单位|机构)|(?![级次于待额值距同候]))"
    r"|…+|\.{3,}"
)

_JOINS = rf"以及|及(?!其)|和|与|会同|[/／&＆+＋]|[{SPACES}]+"
MARKER = re.compile(
    rf"(?P<label>{_unnamed(LABEL_INSIDE)})"
    rf"|(?P<etc>{_unnamed(AND_SO_ON)})"
    rf"|(?P<role>{_unnamed(ROLE_WORD)})"
    rf"|(?P<time>{TIME})"
    rf"|(?P<join>{_JOINS})"
    r"|(?P<colon>[:：])"
    rf"|(?P<group>{GROUP}|[{re.escape(OPENING)}])"
)
"""What may end a name within a phrase. Whether it does depends on what stands before it."""

LEADING = re.compile(r"(?:(?:并|具体|主要|分别|其中|另)?由|其中(?=[:：,，])|请|以及|及(?!其)|和|与|并|会同)")
UNOPENED_NUMBERING = re.compile(r"\d{1,2}[)）]")
NUMBERING = re.compile(r"\d{1,2}[.．、)）](?!\d)|[①-⑳⑴-⒇⒈-⒛]|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）]")

# 各县、市、区政府 and 各乡镇、街道 are one collective each; the look-ahead keeps 各乡镇、县直有关单位 apart.
_END_OF_NAME = rf"(?=$|[{SPACES}、,，;；。\n\r等和及与按牵负配协参共分落{GROUP}{re.escape(CLOSING)}])"
_HIGH = r"(?:自治区|直辖市|自治州|自治县|[省市县区旗州盟地])"
_LOW = r"(?:乡镇|镇街|街道办事处|街道|园区|社区|乡|镇|村)"
_OF_HIGH = r"(?:(?:人民)?政府|管委会|党委(?:政府)?|[\u4e00-\u9fff]{1,10}?[局委办])?"
_OF_LOW = r"(?:(?:人民)?政府|办事处|管委会|党委(?:政府)?|党工委)?"
LEVEL_LIST = re.compile(
    rf"(?:各{_HIGH}(?:[、和及]{_HIGH})+{_OF_HIGH}|各{_LOW}(?:[、和及]{_LOW})+{_OF_LOW}){_END_OF_NAME}"
)

EXCEPT = re.compile(r"不含|不包括|不包含|除(?!四害)")
"""Begins the names of units that owe nothing."""
EXCEPTED = re.compile(r"(?:外|不参[与加]|不在(?:内|此列))(?:的.*)?\Z")
"""Ends the names of units that owe nothing: 甲镇、乙镇除外."""

OF_LEVEL = re.compile(r"(?:各?(?:乡镇|乡|镇|街道|园区|开发区|社区|村|区|县|市)?(?:人民政府|政府|办事处|管委会))")
"""An office that any place of a level has: 街道办事处, 管委会. In brackets behind a collective it widens that."""
SYMBOL_SIGNS = "★☆●○◆◇■□▲△※*＊#＃•〓"
SYMBOLS = re.compile(rf"[{SYMBOL_SIGNS}]{{1,3}}")
NOTHING = re.compile(r"[-—–－―_]+|无")
"""Stands where no unit is named."""
LONGEST_NAME = 60


def role_of(match: re.Match[str], prefix: str = "") -> Role | None:
    """The part in the work that a match of this module's patterns names."""
    return next((role for role in Role if match.groupdict().get(prefix + role.value)), None)


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def number_of(text: str) -> int:
    """12, 三, 十二, 二十五, 一百零三 as a number."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit
