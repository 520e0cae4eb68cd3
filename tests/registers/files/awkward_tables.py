"""Tables as clerks draw them, each with what must be read. Where nothing else is said, in every form of file."""

from dataclasses import dataclass, field

from app.registers.files.reading import TaskReading

Sections = dict[str, list[TaskReading]]
EVERY = frozenset(["xlsx", "xls", "docx", "html", "csv", "tsv"])
MERGING = EVERY - {"csv", "tsv"}
"""The forms that say which cells are merged."""


@dataclass(frozen=True)
class Awkward:
    drawing: str
    sections: Sections
    unread: tuple[str, ...] = ()
    left_out: dict[str, list[int]] = field(default_factory=dict)  # columns, tables and texts, and beside which rows
    notes: tuple[str, ...] = ()  # words that the notes must have
    forms: frozenset[str] = field(default=EVERY)


def one(requirement: str, units: str = "教育局", completion: str = "", time: str = "") -> TaskReading:
    return TaskReading(requirement, units, completion, time)


TITLE = "某县2025年重点工作清单"

# What every pair of words for what is to be done comes to: section, requirement.
SUBJECTS = [
    ("工作内容", "工作要求"),
    ("重点任务", "具体要求"),
    ("主要任务", "工作措施"),
    ("重点任务", "工作举措"),
    ("工作任务", "工作要求"),
    ("工作内容", "重点任务"),
    ("类别", "工作任务"),
    ("重点工作", "具体任务"),
    ("任务类别", "工作内容"),
    ("工作事项", "具体措施"),
    ("工 作 内 容", "工作要求(可附页)"),
]
ALONE = ["工作内容", "重点任务", "主要任务", "工作任务", "工作要求", "具体要求", "工作措施", "任务", "事项"]
UNITS = [
    "责任单位",
    "牵头单位",
    "责任科室",
    "责任部门",
    "承办单位",
    "主办单位",
    "责 任 单 位",
    "责任单位(排名不分先后)",
]
TIMES = ["完成时限", "时限要求", "完成时间", "时间节点", "办结时限", "时限", "完成期限", "时间要求"]
COMPLETIONS = ["完成情况", "进展情况", "落实情况", "工作进展", "推进情况", "工作进展情况", "截至6月底进展情况"]

AWKWARD = {
    "section titles are merged rows": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|<|<|<
|做一|教育局|好
二、乙|<|<|<
|做二|财政局|
""",
        {"一、甲": [one("做一", completion="好")], "二、乙": [one("做二", "财政局")]},
    ),
    "section titles are a first column": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
^|做二|财政局|
二、乙|做三|教育局|
""",
        {"一、甲": [one("做一", completion="好"), one("做二", "财政局")], "二、乙": [one("做三")]},
    ),
    "section titles are a first column without numbers": Awkward(
        TITLE
        + """
类别|工作任务|责任单位
优化环境|做一|教育局
^|做二|财政局
稳定就业|做三|教育局
""",
        {"优化环境": [one("做一"), one("做二", "财政局")], "稳定就业": [one("做三")]},
    ),
    "section titles are paragraphs above the tables": Awkward(
        TITLE
        + """
一、甲
工作要求|责任单位|完成情况
做一|教育局|好

二、乙
工作要求|责任单位|完成情况
做二|财政局|
""",
        {"一、甲": [one("做一", completion="好")], "二、乙": [one("做二", "财政局")]},
    ),
    "section titles are numbered rows of the sheet between tables": Awkward(
        TITLE
        + """
工作要求|责任单位|完成情况
一、甲||
做一|教育局|好

二、乙
工作要求|责任单位|完成情况
做二|财政局|
""",
        {"一、甲": [one("做一", completion="好")], "二、乙": [one("做二", "财政局")]},
        forms=EVERY - {"docx", "html"},
    ),
    "a paragraph without number above the table is a title, and noted": Awkward(
        TITLE
        + """
优化营商环境
工作要求|责任单位|完成情况
做一|教育局|好
""",
        {"优化营商环境": [one("做一", completion="好")]},
        notes=("优化营商环境",),
    ),
    "section titles have their number in a column of its own": Awkward(
        TITLE
        + """
序号|重点任务|责任单位|完成时限
一|助力优化营商环境|<|<
1|做一|教育局|6月底
二|稳定就业|<|<
2|做二|财政局|
""",
        {"一、助力优化营商环境": [one("做一", time="6月底")], "二、稳定就业": [one("做二", "财政局")]},
    ),
    "no sections at all": Awkward(
        TITLE
        + """
序号|重点任务|责任单位|完成时限
1|做一|教育局|6月底
2|做二|财政局|长期
""",
        {"某县2025年重点工作清单": [one("做一", time="6月底"), one("做二", "财政局", time="长期")]},
        notes=("no sections",),
    ),
    "one head over category and task": Awkward(
        TITLE
        + """
序号|重点任务|<|责任单位
1|优化环境|做一|教育局
2|^|做二|财政局
""",
        {"优化环境": [one("做一"), one("做二", "财政局")]},
        forms=MERGING,
    ),
    "category, task and measure": Awkward(
        TITLE
        + """
类别|重点任务|工作措施|责任单位
优化环境|做一|开会|教育局
^|^|发文|财政局
""",
        {
            "优化环境": [
                one("重点任务:做一\n工作措施:开会"),
                one("重点任务:做一\n工作措施:发文", "财政局"),
            ]
        },
        forms=MERGING,
    ),
    "lead and supporting columns": Awkward(
        TITLE
        + """
工作内容|工作要求|牵头单位|配合单位|完成情况
一、甲|做一|教育局|财政局、人社局|好
^|做二|司法局||
""",
        {"一、甲": [one("做一", "牵头单位:教育局\n配合单位:财政局、人社局", "好"), one("做二", "牵头单位:司法局")]},
    ),
    "one cell over lead and supporting columns has neither label": Awkward(
        TITLE
        + """
工作内容|工作要求|牵头单位|配合单位
一、甲|做一|各乡镇人民政府|<
""",
        {"一、甲": [one("做一", "各乡镇人民政府")]},
        forms=MERGING,
    ),
    "heads of two levels": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|<|完成情况
^|^|牵头单位|配合单位|^
一、甲|做一|教育局|财政局|好
""",
        {"一、甲": [one("做一", "牵头单位:教育局\n配合单位:财政局", "好")]},
    ),
    "heads of two levels whose upper level names no units": Awkward(
        TITLE
        + """
序号|任务|<|责任分工|<|时限要求
^|工作内容|工作要求|牵头单位|责任科室|^
1|一、甲|做一|教育局|督查科|6月
""",
        {"一、甲": [one("做一", "牵头单位:教育局\n责任科室:督查科", time="6月")]},
    ),
    "completion by quarters": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况|<
^|^|^|一季度|二季度
一、甲|做一|教育局|已开会|已发文
""",
        {"一、甲": [one("做一", completion="一季度:已开会\n二季度:已发文")]},
    ),
    "heads on every page, with the title and page numbers": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
第1页 共2页|<|<|<
某县2025年重点工作清单(续)|<|<|<
工作内容|工作要求|责任单位|完成情况
一、甲|做二|财政局|
""",
        {"一、甲": [one("做一", completion="好"), one("做二", "财政局")]},
        forms=MERGING,
    ),
    "title and date in rows of the table, notes below": Awkward(
        """
某县2025年重点工作清单|<|<|<
填报单位:政府办|<|填报日期:2025年3月4日|<
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
注:本表由政府办解释|<|<|<
填表人:张三|<|审核人:李四|<
""",
        {"一、甲": [one("做一", completion="好")]},
        unread=("填报单位:政府办", "填报日期:2025年3月4日"),
        left_out={"注:本表由政府办解释": [], "填表人:张三": [], "审核人:李四": []},
        forms=EVERY - {"html"},
    ),
    "a short line at the table's end is no section": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
以上任务由政府办督办|<|<|<
""",
        {"一、甲": [one("做一", completion="好")]},
        left_out={"以上任务由政府办督办": []},
    ),
    "empty rows and columns": Awkward(
        TITLE
        + """
|||||
|工作内容|工作要求||责任单位|完成情况
|||||
|一、甲|做一||教育局|好
|||||
||做二||财政局|
""",
        {"一、甲": [one("做一", completion="好"), one("做二", "财政局")]},
    ),
    "several tables": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|教育局

重点任务|具体要求|责任单位|落实情况
二、乙|做二|财政局|好
""",
        {"一、甲": [one("做一")], "二、乙": [one("做二", "财政局", "好")]},
    ),
    "tables that are no register": Awkward(
        TITLE
        + """
乡镇|电话
城关镇|6081234

工作内容|工作要求|责任单位
一、甲|做一|教育局
""",
        {"一、甲": [one("做一")]},
        left_out={"乡镇": []},
    ),
    "a requirement over rows of several units": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
^|^|财政局|正在做
^|做二|司法局|
""",
        {"一、甲": [one("做一", "教育局\n财政局", "好\n正在做"), one("做二", "司法局")]},
    ),
    "units over several rows": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一|教育局|好
^|做二|^|正在做
""",
        {"一、甲": [one("做一", completion="好"), one("做二", completion="正在做")]},
        forms=MERGING,
    ),
    "a cell merged in both directions": Awkward(
        TITLE
        + """
工作内容|工作要求|牵头单位|配合单位|完成情况
一、甲|做一|教育局|<|好
^|做二|^|^|正在做
""",
        {"一、甲": [one("做一", completion="好"), one("做二", completion="正在做")]},
        forms=MERGING,
    ),
    "unit cells in lines": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|教育局↵财政局↵ 司法局
""",
        {"一、甲": [one("做一", "教育局\n财政局\n司法局")]},
    ),
    "labels in brackets": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|教育局(牵头)、财政局、人社局(配合)
""",
        {"一、甲": [one("做一", "教育局(牵头)、财政局、人社局(配合)")]},
    ),
    "labels before the units": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|牵头单位:教育局↵配合单位:财政局、各乡镇人民政府
""",
        {"一、甲": [one("做一", "牵头单位:教育局\n配合单位:财政局、各乡镇人民政府")]},
    ),
    "circled numbers in a cell": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|①做一;②做二;③做三|①教育局②财政局|①好②正在做
""",
        {"一、甲": [one("①做一;②做二;③做三", "①教育局②财政局", "①好②正在做")]},
    ),
    "numbered paragraphs in a requirement are no sections": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|一、开会。↵二、发文。|教育局
""",
        {"一、甲": [one("一、开会。\n二、发文。")]},
    ),
    "columns of remarks and persons are left out": Awkward(
        TITLE
        + """
序号|工作内容|工作要求|责任单位|责任人|备注
1|一、甲|做一|教育局|张三|市级任务
""",
        {"一、甲": [one("做一")]},
        left_out={"责任人": [1], "备注": [1]},
    ),
    "a rule for the whole register, in a note": Awkward(
        TITLE
        + """
(注:责任单位列第一位者为牵头单位)
工作内容|工作要求|责任单位
一、甲|做一|教育局、财政局
""",
        {"一、甲": [one("做一", "教育局、财政局")]},
        unread=("(注:责任单位列第一位者为牵头单位)",),
        notes=("列第一位者为牵头单位",),
        forms=EVERY - {"html"},
    ),
    "a rule for the whole register, in a head": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位(排在第一位的为牵头单位)
一、甲|做一|教育局、财政局
""",
        {"一、甲": [one("做一", "教育局、财政局")]},
        notes=("排在第一位的为牵头单位",),
    ),
    "no one responsible": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成情况
一、甲|做一||好
""",
        {"一、甲": [one("做一", "", "好")]},
    ),
    "columns in another order": Awkward(
        TITLE
        + """
责任单位|完成时限|工作要求|工作内容
教育局|6月底|做一|一、甲
""",
        {"一、甲": [one("做一", time="6月底")]},
    ),
    "one time over several rows": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成时限
一、甲|做一|教育局|全年
^|做二|财政局|^
""",
        {"一、甲": [one("做一", time="全年"), one("做二", "财政局", time="全年")]},
        forms=MERGING,
    ),
    "several times beside one requirement": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成时限
一、甲|做一|教育局|6月底
^|^|财政局|9月底
""",
        {"一、甲": [one("做一", "教育局\n财政局", time="6月底\n9月底")]},
    ),
}
AWKWARD |= {
    "sums are no tasks": Awkward(
        TITLE
        + """
序号|工作任务|责任单位|完成时限
1|做一|教育局|6月底
小计|1项||
2|做二|财政局|9月底
合计|共2项任务||
""",
        {TITLE: [one("做一", time="6月底"), one("做二", "财政局", time="9月底")]},
        notes=("'小计 1项'", "'合计 共2项任务'", "no sections"),
    ),
    "sums in merged rows": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|教育局
总　计：共 1 项|<|<
""",
        {"一、甲": [one("做一")]},
        notes=("总",),
        forms=MERGING,
    ),
    "who filled it in, below": Awkward(
        TITLE
        + """
工作任务|责任单位|完成时限
做一|教育局|6月底
填表人：张三|审核：李四|日期：2025年3月1日
""",
        {TITLE: [one("做一", time="6月底")]},
        left_out={"填表人：张三": [], "审核：李四": [], "日期：2025年3月1日": []},
        notes=("no sections",),
    ),
    "a task that speaks of sums is a task": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|合计新建3所学校|教育局
""",
        {"一、甲": [one("合计新建3所学校")]},
    ),
    "same as above": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位|完成时限
一、甲|做一|教育局、财政局|6月底
同上|做二|同上|〃
二、乙|做三|司法局|同 上
^|做四|（同上）|长期
""",
        {
            "一、甲": [one("做一", "教育局、财政局", time="6月底"), one("做二", "教育局、财政局", time="6月底")],
            "二、乙": [one("做三", "司法局", time="6月底"), one("做四", "司法局", time="长期")],
        },
        notes=("一、甲", "教育局、财政局", "6月底", "6月底", "司法局"),
        forms=MERGING,
    ),
    "same requirement, another unit": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|教育局
一、甲|同上|财政局
""",
        {"一、甲": [one("做一", "教育局\n财政局")]},
        notes=("做一",),
    ),
    "nothing stands above": Awkward(
        TITLE
        + """
工作内容|工作要求|责任单位
一、甲|做一|同上
""",
        {"一、甲": [one("做一", "同上")]},
    ),
}
AWKWARD |= {
    f"{section} over {requirement}": Awkward(
        TITLE + f"\n序号|{section}|{requirement}|责任单位\n1|一、甲|做一|教育局", {"一、甲": [one("做一")]}
    )
    for section, requirement in SUBJECTS
}
AWKWARD |= {
    f"{word} alone": Awkward(
        TITLE + f"\n{word}|责任单位|完成情况\n一、甲|<|<\n做一|教育局|好", {"一、甲": [one("做一", completion="好")]}
    )
    for word in ALONE
}
AWKWARD |= {
    f"{word} for units": Awkward(TITLE + f"\n工作内容|工作要求|{word}\n一、甲|做一|教育局", {"一、甲": [one("做一")]})
    for word in UNITS
}
AWKWARD |= {
    f"{word} for the time": Awkward(
        TITLE + f"\n工作要求|责任单位|{word}\n一、甲|<|<\n做一|教育局|6月", {"一、甲": [one("做一", time="6月")]}
    )
    for word in TIMES
}
AWKWARD |= {
    f"{word} for completion": Awkward(
        TITLE + f"\n工作要求|责任单位|{word}\n一、甲|<|<\n做一|教育局|好", {"一、甲": [one("做一", completion="好")]}
    )
    for word in COMPLETIONS
}
