"""The words that offices print above a register's columns, by what they mean."""

import re
from typing import Literal

Column = Literal["section", "requirement", "units", "completion", "time", "number", "other"]

# What is to be done stands in one column or in several. Where it is several, the wider word is the section and the
# narrower the requirement; where it is one, that is the requirement, whatever its word.
_KIND = (
    r"(?:承诺|提案|建议|反馈|巡察|巡视|审计|检查|季度|月度|阶段|活动|改进|提升|预期|核心|关键"
    r"|工作|重点|主要|目标|年度|本年度|全年|任务|建设|改革|整改|具体|项目|专项|总体|阶段性?|推进|落实|实施|创建|督办|督查|交办|议定"
    r"|承办|民生|攻坚|发展|会议|公开|细化|保障|20\d\d年)"
)
CLASS = re.compile(
    r"(?:工作|任务|项目|事项|问题|所属|所在|指标)?(?:类别|分类|类型|板块|领域|门类|大类|条线|方面|种类)|专项(?:行动|名称)?"
)
"""A class of tasks, which never is what is to be done while a column of more words stands beside it."""
WIDE = re.compile(
    rf"(?:工作|重点|主要|公开|目标)内容|{CLASS.pattern}|重点(?:工作|领域)|工作(?:领域|项目)|总体(?:要求|目标)|一级指标|(?:重点)?工程|行动"
)
MIDDLE = re.compile(
    rf"{_KIND}{{0,3}}(?:任务|事项|实事|项目|问题|工作)(?:内容|名称|事项|清单|描述|表现|目标)?|(?:存在|发现|反馈|突出)的?(?:主要|具体|突出)?问题"
    rf"|{_KIND}{{1,2}}(?:内容|要点)|建设(?:规模及)?内容(?:及规模)?|二级指标|指标|议题|主题|要点"
)
NARROW = re.compile(
    rf"{_KIND}{{0,2}}(?:要求|举措|措施|标准|做法|目标)|具体(?:工作)?(?:任务|内容|事项)|细化(?:分工|任务|措施|举措)|三级指标"
)
SHARING = re.compile(r"(?:任务|责任|职责|工作|部门|具体)分工(?:情况)?")
"""Who does what: units where no other column names them, else what is to be done."""
_WORK = (
    r"(?:责任|牵头|承办|负责|落实|配合|主办|协办|会办|主责|参与|协助|协同|实施|参加|建设|主管|执行|组织|承担|办理"
    r"|推进|整改)"
)
_BODY = r"(?:单位|部门|科室|处室|股室|科|股|主体|机构|镇街|镇办|乡镇)"
_UNITS = re.compile(
    rf"(?:主要|第一|其他|其它|具体|直接|共同|任务|项目|工作|承接|市级|县级|区级|[省市县区]直|本级|对应|相关)?{_WORK}{{1,4}}{_BODY}"
    rf"(?:[及和与、/](?:其?(?:责任|负责|联系)(?:人|领导)|{_WORK}{{0,2}}{_BODY}))*|总?牵头|主办|协办|承办|配合|责任|部门|科室|股室|处室"
)
_COMPLETION = re.compile(
    r".{0,12}(?:完成|落实|进展|推进|办理|实施|整改|工作|任务)(?:进展)?(?:情况|进度|进展|成效|时限及情况)|(?:工作|目前|最新|当前)(?:进展|进度)"
    r"|.{0,8}(?:进展|完成)情况(?:及.{0,8})?|形象进度|(?:督查|办理|落实|整改|办结)结果|销号情况"
)
_TIME = re.compile(
    r"(?:完成|办结|办理|落实|推进|工作|整改|任务|建设|实施|计划|预计|目标|销号|截止|起止|报送|达标|责任|竣工|活动){0,2}"
    r"(?:时限|期限|时间节点|时间进度|时间安排|截止日期|时间|日期|节点)(?:要求|安排)?|进度(?:要求|安排)"
)
_NUMBER = re.compile(r"(?:任务|项目|事项)?(?:序号|编号)|序|号|项次|[Nn][Oo][.．]?")
_LEADERS = (
    r"(?:整改|分管|牵头|责任|包保|联系|挂点|包联|挂钩|主要|直接|具体|单位|部门|县级|市级|区级|镇级|[省市县区镇]){0,3}"
)
_OTHER = re.compile(
    rf"备注|附注|说明|备注说明|{_LEADERS}(?:领导|责任人|负责人|联系人|联络员|经办人)|联系(?:方式|电话)|电话|(?:工作|任务|文件|政策)?(?:依据|来源)"
    r"|公开(?:方式|渠道)|(?:考核)?分值|评分|得分|序时进度|是否(?:完成|销号)|完成标志|佐证(?:材料)?|附件|开工时间|(?:计划|年度|总)?投资|金额|(?:建设)?(?:地点|规模|性质)"
)


def breadth(word: str) -> int | None:
    """How much a word for what is to be done takes in: 0 a class or a field of work, 1 a task, 2 what it requires."""
    return next((place for place, words in ((2, NARROW), (0, WIDE), (1, MIDDLE)) if words.fullmatch(word)), None)


def column_of_word(word: str) -> Column | None:
    """The column that a head's word names by itself, or None."""
    for column, pattern in _NAMED:
        if pattern.fullmatch(word):
            return column
    wide = breadth(word)
    return None if wide is None else "requirement" if wide else "section"


_NAMED: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("units", SHARING),
    ("units", _UNITS),
    ("completion", _COMPLETION),
    ("time", _TIME),
    ("number", _NUMBER),
    ("other", _OTHER),
)
