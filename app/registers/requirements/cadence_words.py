"""The patterns of recurring times: how often, on which day, how many times."""

import re

from app.registers.requirements.comparisons import AFTER, AT_LEAST, AT_MOST
from app.registers.requirements.numerals import NUMBER, SMALL
from app.registers.requirements.reading import ScheduleKind

_TO = r"(?:至|到|[-—~]{1,2})"
_BEFORE = r"(?:(?:之|以)?前(?!\d)|(?:之|以)?内)?"
_TURNS = r"(?:次|期|场次|场|轮|回|遍|批次)"
_COUNTED = "次期场轮回遍批个天项家件条篇份小名人户"
_HALF_DAY = r"上午|下午|下班|早上?|晚上?"
CADENCE = re.compile(
    rf"每(?:一?个|1个?|一)?(?P<unit>月度?|季度?(?!节)|半年度?|年度?(?![级龄轻])|周|星期|旬|[日天]|学期)"
    rf"|每(?P<number>{SMALL})个?(?P<of>月|季度|年|周|天|日|小时)"
    r"|按(?P<by>月度?|季度?(?!节)|半年度?|年度?(?![级龄轻])|周|星期|旬|[日天])|逐(?P<each>月|季度?|周|日)"
    r"|(?<![第一二三四五六七八九十\d])(?P<short>一个?月|一个?季度?|半年|一年|一周)"
    rf"(?=(?:(?:至少|不少于)[^\d,;。]{{0,6}}?)?[1一两二三四]{_TURNS}|一(?:调度|通报|更新|公开|评估|检查|总结|考核|排名|督查|会商|研判|汇报|点评|碰头))"
    r"|(?P<uneven>每半个?月|半月(?=(?:一|至少)?(?:次|调度|通报|报|会商|研判)))"
    r"|(?P<two_months>(?:每个?|逐)双月|每?隔一?个?月|双月(?=[一1]次|至少|召开|调度|通报|报送))"
    r"|(?<![\d一二三四五六七八九十每按逐半双])(?P<called>月|季度?)度?(?=例会|调度|通报|点评|报制度)"
    r"|(?<![\d一二三四五六七八九十个本当次上下])(?P<month_end>月底(?:之|以)?前|月末(?:(?:之|以)?前)?)"
    r"|(?<![第一二三四1-4每按上下本])(?P<quarter_end>季度?末)(?:(?:之|以)?前)?"
    r"|(?P<next_month>[次下翌当]月)(?=\d|[一二三四五六七八九十廿]|上旬|中旬|下旬|底|初)"
)
UNITS = {
    "周": ScheduleKind.WEEKLY,
    "星": ScheduleKind.WEEKLY,
    "旬": ScheduleKind.TEN_DAYS,
    "月": ScheduleKind.MONTHLY,
    "季": ScheduleKind.QUARTERLY,
    "半": ScheduleKind.HALF_YEARLY,
    "年": ScheduleKind.YEARLY,
}
# 每周一 is more often once a week (每周一调度) than every Monday (每周一前); 每周三次, 每周五天 count.
IN_WEEK = re.compile(
    rf"的?(?:末|底|最后一[日天])?(?:(?:周|星期)?(?P<weekday>[二三四五六](?![{_COUNTED}])|日(?![常均程])|(?<=星期)天"
    rf"|一(?={_HALF_DAY}|(?:之|以)?前)))?(?:{_HALF_DAY})?{_BEFORE}(?P<more>[、和及与至到](?:周|星期)?[一二三四五六日天])?"
)
WEEKDAYS = "一二三四五六日"
IN_TEN_DAYS = re.compile(rf"的?(?:末|底)?{_BEFORE}")
IN_MONTH = re.compile(
    rf"(?:的|{_TO}|月|次月|下月)?(?:(?:{SMALL}[日号]?{_TO})?(?P<day>{SMALL})[日号]|(?P<third>[上中下])旬|(?:月)?(?P<part>[底末]))?{_BEFORE}"
)
IN_QUARTER = re.compile(
    rf"的?(?:(?P<last>末月|最后一?个?月)|(?P<first>首个?月)|第?(?P<nth>[一二三1-3])个?月)?的?"
    rf"(?:(?P<day>{SMALL})[日号]|(?P<third>[上中下])旬|(?P<part>[底末]))?{_BEFORE}"
)
IN_YEAR = re.compile(
    rf"的?(?:(?:{SMALL}月(?:{SMALL}[日号])?{_TO})?(?P<month>{SMALL})月份?(?:(?P<day>{SMALL})[日号]|(?P<third>[上中下])旬|[底末])?"
    rf"|年?[底末终]){_BEFORE}"
)
ALSO = re.compile(r"[、和及与]")
COUNT = re.compile(
    rf"(?P<before>(?:{AT_LEAST}|{AT_MOST}){{0,2}})[^\d,;。]{{0,14}}?(?P<low>{NUMBER})(?:{_TO}(?P<high>{NUMBER}))?(?P<turns>{_TURNS})"
    rf"(?P<after>{AFTER})?"
)
IN_A_YEAR = re.compile(
    rf"(?:全年度?|年度内?|年内|一年内?|今年|本年度?|(?P<year>(?<!\d)\d{{4}})年度?)(?P<between>[^\d,;。]{{0,24}}?)(?P<before>(?:{AT_LEAST}|{AT_MOST}){{0,2}})"
    rf"(?P<low>{NUMBER})(?:{_TO}(?P<high>{NUMBER}))?(?P<turns>{_TURNS})(?P<after>{AFTER})?"
)
DAY_OF_THIRD = {"上": 10, "中": 20, "下": None}
LONGEST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS = {1: ScheduleKind.MONTHLY, 3: ScheduleKind.QUARTERLY, 6: ScheduleKind.HALF_YEARLY, 12: ScheduleKind.YEARLY}
