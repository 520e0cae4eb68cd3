"""The finder of days after a period that comes round: 季后15日内, 每季度终了后10日内, 每月结束后5日内."""

import re

from app.languages.messages import say
from app.registers.requirements.cadence_words import UNITS
from app.registers.requirements.finds import Doubt, Finds, Limit
from app.registers.requirements.numerals import CHINESE, SMALL, whole
from app.registers.requirements.reading import ScheduleKind
from app.registers.requirements.text import Prose, Taken

_AFTER = re.compile(
    rf"(?:每(?:一?个)?|[本当各]|(?<![\d{CHINESE}几数个满近过上下同后是期]))(?P<unit>月|季度?|半年|年)度?"
    rf"(?:(?:(?:终了|结束|期满)(?:之|以)?后?|终后)|(?<=[月季])后|(?<=季度)后|(?<=每半年)后|(?<=每年)后)"
    rf"的?(?:首月|次月)?(?P<day>{SMALL})(?:(?P<working>个?工作日)|个?自然日|[日天])(?:(?:之|以)?[内前])"
)


def find_after_periods(prose: Prose, finds: Finds, taken: Taken) -> None:
    """Adds limits by a day of the next period, and marks their characters as read. No schedule counts working days."""
    for match in _AFTER.finditer(prose.text):
        taken.take(*match.span())
        kind, day = UNITS[match["unit"][0]], whole(match["day"])
        if match["working"] or not 1 <= day <= (28 if kind is ScheduleKind.MONTHLY else 31):
            finds.doubts.append(Doubt(*match.span(), say("no schedule of this kind")))
        else:
            month = None if kind is ScheduleKind.MONTHLY else 1
            finds.limits.append(Limit(*match.span(), kind, 0.8, month=month, day=day))
