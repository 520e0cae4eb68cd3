"""The finder of days that are not last days (a validity, a season), and of turns of the year (年初、年底各一次)."""

import re

from app.languages.messages import Message, say
from app.registers.requirements.finds import Finds, Limit
from app.registers.requirements.numerals import NUMBER, whole
from app.registers.requirements.points import Point
from app.registers.requirements.reading import ScheduleKind
from app.registers.requirements.text import Prose, Taken

_VALID = (
    r"(?:有效期|试行期|施行期|执行期|任期|聘期|合同期|租赁?期|服务期|[质保]{2}期|有效|施行|执行|试行|生效|延[续长])"
)
_VALID_UNTIL = re.compile(rf"{_VALID}(?:[限为自从至到:(,\d一二两三四五六年月日个起]|截止|截至)*$")
_UNTIL = re.compile(r"(?:至|到|截止|截至)$")
_ENDS_BY_ITSELF = re.compile(
    r"[止起]?,?(?:自动|自行|同时|予以|即行|起)?(?:废止|失效|作废|到期|届满|期满|停止(?:执行|施行))"
)
_SEASON = re.compile(
    r"(?:[旺淡雨旱]季|[主非]?汛期|防火期|戒严期|禁[渔火牧]期|休渔期|封[山湖]期|(?:采暖|供暖|取暖|灌溉|枯水|丰水|产卵|采收|繁殖|高峰)[期季]"
    r"|春耕|三夏|三秋|秋收|农忙|春运|暑[期假]|寒假|假期|长假|黄金周|节假?日|[春夏秋冬]季|季节|期间|时段|高温天气?)[(:,]?(?:即|为|从|自)?$"
)
_ROUND_THE_CLOCK = re.compile(r"\)?(?:期间|时段)?,?(?:[每逐][日天周]|全天|昼夜|值[守班]|24小时)")
_SPAN = re.compile(r"[至到~—]|[月日号]-")
_TURN = r"(?:年初|年中|年[底末]|[上下]半年|[春夏秋冬]季?|第?[一二三四1-4]季度|第[一二三四](?=[、和]第))"
_TURNS = re.compile(
    rf"(?:每年|全年|一年)?(?P<turns>{_TURN}(?:[、,和及与]?{_TURN}){{1,5}})(?:[两二三四]季|度)?(?:前|内)?(?:均|各|分别)"
    rf"(?P<between>[^\d,;。]{{0,12}}?)(?P<times>{NUMBER})(?:次|轮|场|期|遍|回)"
)


def find_turns(prose: Prose, finds: Finds, taken: Taken) -> None:
    """Adds what is due at several turns of the year: 年初、年底各一次 is twice a year, by no one day."""
    for match in _TURNS.finditer(prose.text):
        turns = re.findall(_TURN, match["turns"])
        times = whole(match["times"]) * len(turns)
        if not 1 < times <= 24:
            continue
        is_halves = set(turns) == {"上半年", "下半年"} and times == 2
        kind = ScheduleKind.HALF_YEARLY if is_halves else ScheduleKind.TIMES_PER_YEAR
        finds.limits.append(Limit(*match.span(), kind, 0.8, times=None if is_halves else times))
        taken.take(*match.span())


def no_last_day(point: Point, prose: Prose) -> Message | None:
    """Why a day is nobody's last day; None where it may be one."""
    before = prose.folded[max(0, prose.sentence(point.start)[0], point.start - 30) : point.start]
    after = prose.folded[point.end : point.end + 16]
    is_span = _SPAN.search(prose.folded, point.start, point.end) is not None
    if _ENDS_BY_ITSELF.match(after) or (_VALID_UNTIL.search(before) and (is_span or _UNTIL.search(before))):
        return say("the end of a validity is not a last day")
    if is_span and (_SEASON.search(before) or _ROUND_THE_CLOCK.match(after)):
        return say("a season has no last day; set the schedule by hand")
    return None
