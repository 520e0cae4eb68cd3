"""The finder of quantities to reach or to stay below: 至少十个, 不低于4%, 95%以上, 压缩至3个工作日, 新建两所."""

import re
from decimal import Decimal

from app.registers.requirements.comparisons import AFTER, AT_LEAST, AT_MOST, EXACTLY, bounds, comparison
from app.registers.requirements.finds import Finds, Quantity
from app.registers.requirements.numerals import NO_MORE, NUMBER, number_of
from app.registers.requirements.text import Prose, Taken

_MEASURE = (
    r"个百分点|个?(?:法定)?工作日|个?小时|分钟|个月|万?美元|元|人次|家次|人天|车次|车皮|件次|户次|批次|场次|班次|架次|标箱"
    r"|平方公里|平方千米|平方米|立方米|公里|千米|米|亩|公顷|公斤|吨|千瓦时|千瓦|兆瓦|度(?=电)|标准煤|课时|学时|微克/立方米|毫克/升|斤|克|升"
    r"|[名人户家个项件次期场轮回条篇处座所台套辆部份张本册支对班位批头只株棵宗起例门堂天日倍层栋幢间盏杆块面组类种样笔幅档届讲站村镇度颗艘架列段口尾羽节字单票]"
)
_TO = r"(?:至|到|[-—~]{1,2})"
_NUMBER = re.compile(
    rf"(?P<share>百分之)?(?P<low>{NUMBER})(?P<low_scale>[万亿千百](?!分))?(?P<mark>[%‰])?"
    rf"(?:{_TO}(?P<high_share>百分之)?(?P<high>{NUMBER}))?(?P<scale>[万亿千百]{{1,2}}(?!分))?{NO_MORE}"
    rf"(?P<about>余|多(?=[{'个家名户人件项次亩条处元'}]))?(?P<measure>[%‰]|{_MEASURE})?(?P<after>{AFTER})?"
)
_WORDS = rf"(?P<words>(?:{AT_LEAST}|{AT_MOST})(?:{AT_LEAST}|{AT_MOST})?)(?:在|为|有)?"
# 达标率不低于95%: the words right before the number count before 达, from which others stand between.
_COMPARED = (re.compile(rf"{_WORDS}(?P<between>)$"), re.compile(rf"{_WORDS}(?P<between>[^\d,;。:、{{}}]{{1,12}})$"))
_RATE = re.compile(
    r"(?:率|占比|比例|比重|权重|增速|覆盖面|满意度|知晓度|增长|增幅|提高|提升|提升了|增加|下降|降低|压减|减少|压缩|节约|完成|降幅)(?:为|达|到|在|约|值)*$"
)
_EXACT_SHARE = re.compile(r"(?:权重|占比|比重|占|比例)(?:为|定为|是)?$")
_MADE = re.compile(
    r"新建|改建|扩建|续建|建设|建成|打造|培育|创建|新增|举办|开展|组织|召开|选树|评选|推出|引进|招引|改造|挑选|选出|遴选|培训|培养|实施|完成|开办|发展|设立"
    r"|种植|栽植|整治|修复|清理|拆除|化解|签约|开工|竣工|投资|实现|争取|推广|认定|申报|建立|刊发|编发|编印|制作|创作|孵化|配备|安装|投放|救助|帮扶|资助|走访|解决|办好|办理|新改扩建|再(?=新|建)|新(?=开|签|改|培|招|引)"
)
_OF_A_LIST = re.compile(
    r"(?:国家|省|市(?!场)|县|上级|上述|(?<![元亩人户家名模米吨头平及])以上|其中|共|共计|合计|总共|清单|上年|评价|明确的?|确定的?|列出的?|提出的?)[^\d,;。]{0,4}$"
    r"|(?:等|第|前|已|各|这|该|不[足满到])$"
)
_DONE = re.compile(r"(?:已|累计)[^\d,;。]{0,4}$")
_LIST_NOUN = re.compile(
    r"(?:重点|具体|工作|主要|一级|二级|改革|提升|年度|目标|硬|量化|考核)*(?:工作|任务|指标|要求|措施|举措|内容|制度|机制|行动|规定|事项|原则|标准|问题|环节|方面)"
)
# 10亿元以上项目2个: what size the counted things have.
_SIZED = re.compile(
    rf"(?={NUMBER}[个家项户])"
    r"|的?[\u4e00-\u9fff]{0,6}?(?:企业|项目|工程|单位|建筑|园区|基地|超市|合同|合作社|大户|老[年人]|[厂场站店库村])"
)
_SIZES = re.compile(r".*(?:元|亩|公顷|平方公里|平方米|立方米|公里|米|吨|千瓦|兆瓦|头|只|人)")
# 由15个工作日压缩至5个: where a change begins.
_CHANGED_FROM = re.compile(r"(?:由|从)(?:原来|目前|现有|现在|上年)?的?$")
_CHANGED_TO = re.compile(rf"[^\d,;。]{{0,8}}(?:至|到|为)(?={NUMBER})")
_MAY_BE_NUMBERED = re.compile(r"[1-9]\d?\.\d")
_NOT_MADE = frozenset(["日", "天", "度", "人天", "站", "面", "类", "种", "步", "字", "层", "分钟", "小时", "个小时"])
_EXACTLY = re.compile(rf"{EXACTLY}$")
_ALL = re.compile(r"(?<!非)全覆盖")
_HUNDRED = Decimal(100)
_REACH = 16


def find_targets(prose: Prose, finds: Finds, taken: Taken) -> None:
    """Adds the quantities that the text asks for; a number of what is there already, or in another list, is none."""
    for match in _NUMBER.finditer(prose.text):
        if taken.covers(*match.span()) or prose.text[match.start() - 1 : match.start()] in ("第", "等"):
            continue
        quantity = _read(match, prose)
        if quantity:
            finds.quantities.append(quantity)
            taken.take(quantity.start, quantity.end)
    shares = {prose.clause(quantity.start) for quantity in finds.quantities if quantity.metric == "%"}
    for match in _ALL.finditer(prose.text):
        if prose.clause(match.start()) not in shares:
            finds.quantities.append(Quantity(*match.span(), "%", 0.5, at_least=_HUNDRED))


def _read(match: re.Match[str], prose: Prose) -> Quantity | None:
    if match.start() == prose.sentence(match.start())[0] and _MAY_BE_NUMBERED.match(match["low"]):
        return None  # 1.95%以上: the first item, or 1.95?
    begin, _ = prose.clause(match.start())
    before = prose.text[max(begin, match.start() - _REACH) : match.start()]
    low, high, metric = _value(match)
    if low is None or match["about"] or (_CHANGED_FROM.search(before) and _CHANGED_TO.match(prose.text, match.end())):
        return None
    is_size = (match["after"] or "").endswith(("以上", "以下")) and _SIZES.fullmatch(metric or "")
    if is_size and _SIZED.match(prose.text, match.end()):
        return None
    compared = next(filter(None, (words.search(before) for words in _COMPARED)), None)
    after = match["after"] or ""
    is_share_of = metric == "%" and compared and compared["between"].endswith(("的", "数", "量", "额"))
    if (
        compared
        and compared["between"]
        and not is_share_of
        and "至少" not in compared["words"]
        and "最多" not in compared["words"]
    ):
        compared = None
    kind = comparison(compared["words"] if compared else "", after)
    start = match.start() - (len(compared[0]) if compared else 0)
    if metric is None:
        noun = re.search(r"([\u4e00-\u9fff]{2,6})$", before[: len(before) - len(compared[0])]) if compared else None
        if not noun or prose.text[match.end() : match.end() + 1] not in ("", ",", ";", "。", "、", "\n"):
            return None
        return Quantity(start, match.end(), noun[1], 0.4, **bounds(kind, low, high))
    if kind:
        return Quantity(start, match.end(), metric, 0.7 if after == "左右" else 0.9, **bounds(kind, low, high))
    if metric in ("%", "‰", "个百分点"):
        return _share(match, before, low, high, metric)
    return _counted(match, before, prose, low, high, metric)


def _value(match: re.Match[str]) -> tuple[Decimal | None, Decimal | None, str | None]:
    """The number or both ends of a range, and the metric; 2万亩 is 20000 亩, money keeps its 万元."""
    low, high = number_of(match["low"]), number_of(match["high"]) if match["high"] else None
    metric = "%" if match["share"] else match["measure"] or match["mark"]
    if match["share"] and match["measure"]:
        return None, None, None
    if match["share"] and match["low"] == "百":
        return _HUNDRED, None, "%"
    scale = match["scale"] or match["low_scale"] or ""
    if low is None or (match["high"] and high is None):
        return None, None, None
    if metric in ("元", "美元", "万美元") and scale:
        return low, high, scale + metric
    for one in scale:
        factor = {"万": 10**4, "亿": 10**8, "千": 10**3, "百": 10**2}[one]
        low, high = low * factor, high * factor if high is not None else None
    return low, high, metric


def _share(match: re.Match[str], before: str, low: Decimal, high: Decimal | None, metric: str) -> Quantity | None:
    rate = _RATE.search(before)
    if not rate and not (low == _HUNDRED and metric == "%") and not _EXACT_SHARE.search(before):
        return None
    is_exact = _EXACT_SHARE.search(before) is not None and low != _HUNDRED
    start = match.start() - (len(rate[0]) if rate else 0)
    return Quantity(start, match.end(), metric, 0.7, **bounds("exactly" if is_exact else "at_least", low, high))


def _counted(
    match: re.Match[str], before: str, prose: Prose, low: Decimal, high: Decimal | None, metric: str
) -> Quantity | None:
    made = list(_MADE.finditer(before))
    if not made or low < 2 or _OF_A_LIST.search(before[made[-1].end() :]) or _DONE.search(before[: made[-1].start()]):
        return None
    if metric in ("项", "个", "条", "类") and _LIST_NOUN.match(prose.text, match.end()):
        return None
    if metric in _NOT_MADE:
        return None
    kind = "exactly" if _EXACTLY.search(before) else None
    return Quantity(match.start(), match.end(), metric, 0.6, **bounds(kind, low, high))
