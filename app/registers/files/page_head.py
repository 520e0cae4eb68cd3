"""The reader of the lines above a register's table: title, year, date, and the site's navigation."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from app.languages.messages import Message, say
from app.registers.files.own_note import OwnNote, own_note, own_title

_YEAR = re.compile(r"(?<!\d)(?P<digits>20\d\d)(?!\d)|(?P<hanzi>二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})(?=年)")
_FROM, _TO = r"(?:20\d\d|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})", r"\s*年?\s*[-—－–~～至到]+\s*"
# Another's title, unless it is this one's (印发《…清单》); years from one to another.
_NOT_ITS_OWN = re.compile(
    rf"(?<!印发)(?<!发布)(?<!公布)(?<!下发)(?!^\s*《[^《》]*》\s*$)《[^《》]*》|{_FROM}{_TO}(?:{_FROM}|\d\d(?=学?年))"
)
_HANZI_DIGITS = {char: str(i) for i, char in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○Oo", "0")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_LONGEST_TITLE = 300
_LONGEST_LINE = 2000  # of which more is not looked at
_SUBJECT = re.compile(r"清单|台账|台帐|要点|任务|工作|分解表|进展")
_NAVIGATION = re.compile(r"[>›»＞].*[>›»＞]|^(?:当前)?位置[:：]|^您(?:现在)?(?:的|所在|当前)|^(?:网站)?首页")
_COUNTERS = re.compile(
    r"浏览(?:次数|量)|点击(?:次数|量|数)|阅读(?:次数|量)|发布(?:时间|日期)|信息来源|来源[:：]|字体|文字大小|背景色|索引号|打印"
)
_COLUMN_LABEL = re.compile(r"\s*(?:【[^】]{0,40}】|\[[^\]]{0,40}\]|〔[^〕]{0,40}〕)\s*(?=\S)")
_REGISTER = re.compile(
    r"(?![(（]?[一二三四五六七八九十\d]{1,3}[)）、.．])[^。；;:：,，]{2,50}"
    r"(?:清单|台账|台帐|要点|方案|分解表|分工表|一览表|任务表|责任表|推进表|任务书|任务分解|任务分工)(?:[(（][^()（）]{1,20}[)）])?"
)
_BARE_YEAR = re.compile(r"[(（]?(?P<year>20\d\d年|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2}年)度?[)）]?")
_A_DAY = re.compile(r".{0,8}?(?:20\d\d|二[〇○零Oo0]..)[年\-./][\d一二三四五六七八九十]{1,3}[月\-./].{0,5}")
_DASHES = re.compile(r"[-_|–—]+")
_SITE_WORD = re.compile(r"政府|政务|门户|信息公开|网站?|平台")
_LONGEST_SITE_NAME = 60
_DATE = re.compile(
    r"(?:发布|发文|成文|公开|生成|更新)?(?:时间|日期)(?:\s*[:：])?\s*(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class PageHead:
    """`title` is "" and `year` None where they cannot be read. `surroundings` and `unread` together are the lines that
    are neither title nor part of it."""

    title: str
    year: int | None
    published_on: date | None
    surroundings: tuple[str, ...]
    unread: tuple[str, ...]
    notes: tuple[Message, ...]


def read_head(lines: Sequence[str], name: str = "") -> PageHead:
    """Read the lines around the table. `name`: of the file, which is its title where no line is.

    The title is the first line with a year that names a register (清单, 台账, 工作 …), without the column label in 【】
    and the site's name; it is not a crumb of navigation nor the line of counters. Without such a line, it is one that
    ends in the word for a register, and its year stands in the line before or in one of its own (（2026年度）). Our own
    exports say what it is.
    """
    if (note := own_note(lines)) and (title := own_title(lines)) and (year := note.year or year_in(title)):
        left = tuple(line for line in lines if not line.startswith(title) and OwnNote.read(line) is None)
        return PageHead(title, year, note.published_on, (note.text,), left, ())
    published_on, notes = _published_on(lines)
    found = _with_year(lines) or _without_year(lines) or _Title((), name if _is_name(name) else "", year_in(name))
    if found.year is None:
        found = found._replace(year=next(filter(None, map(_bare_year, lines)), None) or year_in(name))
    surroundings: list[str] = [*found.decoration]
    unread: list[str] = []
    for line in lines:
        if line not in found.lines and _bare_year(line) is None:
            (surroundings if is_site(line) else unread).append(line)
    return PageHead(found.title, found.year, published_on, tuple(surroundings), tuple(unread), notes)


class _Title(NamedTuple):
    """`lines`: those that are the title, or print it again. `decoration`: what the site added to it."""

    lines: Collection[str]
    title: str
    year: int | None
    decoration: tuple[str, ...] = ()


def _with_year(lines: Sequence[str]) -> _Title | None:
    candidates = [line for line in lines if may_be_title(line)]
    titles = [line for line in candidates if _SUBJECT.search(line) or _ends(line)]
    if not titles:
        # two lines of one title: 某县2026年 and 重点工作清单
        return next((_joined(one, other) for one, other in pairwise(lines) if one in candidates and _ends(other)), None)
    title, decoration = split_title(titles[0])
    same = {line for line in candidates if line == titles[0] or split_title(line)[0] == title}
    return _Title(same, title, year_in(title), decoration)


def _joined(one: str, other: str) -> _Title:
    return _Title({one, other}, f"{one.strip()}{other.strip()}", year_in(one))


def _without_year(lines: Sequence[str]) -> _Title | None:
    title = next((line for line in lines if _ends(line)), None)
    if title is not None:
        return _Title({title}, title.strip(), None)
    others = [line for line in lines if may_be_title(line)]
    return None if not others else _Title({others[0]}, others[0].strip(), year_in(others[0]))


def names_register(line: str) -> bool:
    """Whether a line ends in the word for a register, as its title does: it is short, and no sentence."""
    return _ends(line) or (may_be_title(line) and _SUBJECT.search(line) is not None)


def _ends(line: str) -> bool:
    squeezed = "".join(line.split())
    return _REGISTER.fullmatch(squeezed) is not None and not is_site(line)


def _is_name(name: str) -> bool:
    """Whether a file's name says what is in it: 新建文档 does not."""
    return bool(_SUBJECT.search(name) or year_in(name) is not None)


def _bare_year(line: str) -> int | None:
    """The year of a line that has nothing else: （2026年度）."""
    bare = _BARE_YEAR.fullmatch(_squeezed(line))
    return year_in(bare["year"]) if bare else None


def may_be_title(line: str) -> bool:
    """Whether a line has a year of its own, as a register's title should, and more than that, and is not the site's."""
    if len(line) > _LONGEST_TITLE or year_in(line) is None or is_site(line):
        return False
    squeezed = _squeezed(line)
    return not _BARE_YEAR.fullmatch(squeezed) and not _A_DAY.fullmatch(squeezed)


def _squeezed(line: str) -> str:
    return "".join(line.split()).translate(_HALF_WIDTH)


def year_in(line: str) -> int | None:
    """The first year of a line that is its own: not one within 《》, nor of a span (2024—2026年)."""
    match = _YEAR.search(_NOT_ITS_OWN.sub("《》", line.translate(_HALF_WIDTH)))
    if match is None:
        return None
    return int(match["digits"] or "".join(_HANZI_DIGITS.get(char, char) for char in match["hanzi"]))


def split_title(line: str) -> tuple[str, tuple[str, ...]]:
    """A title line as the register's own name and what the site added: 【重点工作】… and …_某县人民政府网."""
    label = _COLUMN_LABEL.match(line)
    rest = line[label.end() :] if label else line
    name = rest[: _before_site(rest)]
    site = rest[len(name) :]
    if year_in(name) is None:
        return line.strip(), ()
    added = (label[0] if label else "", site)
    return name.strip(), tuple(part.strip() for part in added if part)


def _before_site(line: str) -> int:
    """Where the site's names begin that a page adds behind dashes to its title: …_重点领域_某县人民政府网."""
    end = len(line)
    for dashes in reversed(list(_DASHES.finditer(line))):
        part = line[dashes.end() : end]
        if len(part) > _LONGEST_SITE_NAME or (part and not _SITE_WORD.search(part)):
            break
        end = dashes.start()
    return end


def is_site(line: str) -> bool:
    """Whether a line belongs to the site around the register: navigation, counters, dates of publication."""
    return bool(_NAVIGATION.search(line, 0, _LONGEST_LINE) or _COUNTERS.search(line, 0, _LONGEST_LINE))


def _published_on(lines: Sequence[str]) -> tuple[date | None, tuple[Message, ...]]:
    for line in lines:
        if match := _DATE.search(line, 0, _LONGEST_LINE):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])), ()
            except ValueError:
                return None, (say("the page's date is not a day of the calendar: {day}", day=match[0]),)
    return None, (say("the page states no date of publication"),)
