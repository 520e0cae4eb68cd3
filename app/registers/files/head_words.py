"""The words in the heads of a register's columns, by their meaning."""

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
_MATTER = (
    r"(?:任务|事项|实事|项目|工程|问题|清单|议题|主题|案由|标题|题目|诉求|隐患|风险点?|短板|指标|条款内容|大事|要事)"
)
MIDDLE = re.compile(
    rf"{_KIND}{{0,3}}(?:任务|事项|实事|项目|问题|工作)(?:内容|名称|事项|清单|描述|表现|目标)?|(?:存在|发现|反馈|突出)的?(?:主要|具体|突出)?问题"
    rf"|{_KIND}{{1,2}}(?:内容|要点|安排)|建设(?:规模及)?内容(?:及规模)?|二级指标|议题|主题|要点|事由"
    rf"|.{{0,8}}{_MATTER}(?:的?(?:内容|名称|事项|清单|描述|表现|分解|点))?(?:[及和与](?:举措|措施|要求|目标|标准))?"
    r"|.{0,6}内容|(?!单位|部门|企业|公司|机构|人员|学校).{2,8}名称"
)
NARROW = re.compile(
    rf"{_KIND}{{0,2}}(?:要求|举措|措施|标准|做法|目标)|具体(?:工作)?(?:任务|内容|事项)|细化(?:分工|任务|措施|举措)|三级指标"
    r"|.{0,6}(?:要求|举措|措施|做法|标准|目标)|(?:年度|工作|实施|推进|建设|整改)计划"
)
SHARING = re.compile(r"(?:任务|责任|职责|工作|部门|具体)分工(?:情况)?|责任落实")
"""Who does what: units where no other column names them, else what is to be done."""
_WORK = (
    r"(?:责任|牵头|承办|负责|落实|配合|主办|协办|会办|主责|参与|协助|协同|实施|参加|建设|主管|执行|组织|承担|办理"
    r"|推进|整改|公开|承诺|经办|承接|起草|制定|编制|支持|包抓|项目|业主|处理|解决|完成)"
)
_BODY = r"(?:单位|部门|科室|处室|股室|科|股|主体|机构|镇街|镇办|乡镇)"
_UNITS = re.compile(
    rf"(?:主要|第一|其他|其它|具体|直接|共同|任务|项目|工作|承接|市级|县级|区级|[省市县区]直|本级|对应|相关)?{_WORK}{{1,4}}{_BODY}"
    rf"(?:[及和与、/](?:其?(?:责任|负责|联系)(?:人|领导)|{_WORK}{{0,2}}{_BODY}))*"
    r"|总?牵头|主办|协办|承办|配合|责任|部门|科室|股室|处室|责任清单|(?:项目|建设)业主"
)
_COMPLETION = re.compile(
    r".{0,12}(?:完成|落实|进展|推进|办理|实施|整改|工作|任务|反馈)(?:进展)?(?:情况|进度|进展|成效|时限及情况)|(?:工作|目前|截至目前|最新|当前|本[周月季]度?|阶段性?)(?:工作)?(?:进展|进度)"
    r"|.{0,8}(?:进展|完成)情况(?:及.{0,8})?|形象进度|(?:督查|办理|落实|整改|办结)结果|销号情况"
)
_TIME = re.compile(
    r".{0,6}(?:时限|期限|时间节点|时间进度|时间安排|进度安排|截止日期|时间|日期)(?:(?:要求|安排|清单)|[及和与]进度)?"
    r"|(?:关键|重要|完成)?节点|进度要求|月份"
)
_NUMBER = re.compile(r"(?:任务|项目|事项)?(?:序号|编号)|序|号|项次|条目|[Nn][Oo][.．]?")
_LEADERS = (
    r"(?:整改|分管|牵头|责任|包保|联系|挂点|包联|挂钩|主要|直接|具体|单位|部门|县级|市级|区级|镇级|[省市县区镇]){0,3}"
)
_OTHER = re.compile(
    rf"备注|附注|说明|备注说明|{_LEADERS}(?:领导|责任人|负责人|联系人|联络员|经办人|承办人|牵头人|同志)|联系(?:方式|电话)|电话"
    r"|(?:工作|任务|文件|政策)?(?:依据|来源)"
    r"|公开(?:方式|渠道)|(?:考核)?分值|评分|得分|序时进度|是否(?:完成|销号)|完成标志|佐证(?:材料)?|附件|(?:计划|年度|总)?投资|金额|(?:建设)?(?:地点|规模|性质)"
    # words that end like a register's column but are not one
    r"|(?:评分|计分|扣分|考核|评价|验收|补助|收费|奖补)标准|(?:目标|指标|任务)[值数]"
    r"|(?:计划|预计|拟|要求)?(?:交办|下达|立项|受理|收文|来文|印发|发文|发布|公布|更新|开始|启动|开工|开建|进场|实际.{0,4})(?:时间|日期)(?!节点)"
    r"|(?:会议|批示|议定|研究|部署|签批|登记|立案|发现|反映|来访|通报)(?:.{0,4}[及和与])?(?:时间|日期)"
    r"|(?:来文|发文|收文|验收|督导|监督|督办|督查|考核|评价|审核|审批|申报|报送|填报|受益|印发|检查|提出|交办|下达|工作)"
    rf"(?:来源)?{_BODY}"
    r"|下一步.*|存在(?:的?主要)?困难.*|(?:成果|完成)形式|领导批示|(?:资金|经费).*|.{2,4}(?:对象|方式|渠道)"
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
    ("other", _OTHER),
    ("units", SHARING),
    ("units", _UNITS),
    ("completion", _COMPLETION),
    ("time", _TIME),
    ("number", _NUMBER),
)
