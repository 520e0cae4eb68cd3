"""The preparation of a requirement's text: characters folded, spaces removed, false limits masked.

Every place in it leads back to the printed text, so that all that is proposed can show its words.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

LONGEST = 20_000
MASK = "\ufffc"

# Full-width ASCII by block; the rest are the signs that clerks' keyboards mix.
_FOLD = {0xFF01 + i: chr(0x21 + i) for i in range(94)} | {ord(a): b for a, b in zip("﹪–―─~∼", "%——―~~", strict=True)}
_SPACES = frozenset(" \u3000\xa0\u2002\u2003\u2009\u200b\ufeff")

_YEARS = r"(?:(?<!\d)\d{4}|[〇○零一二三四五六七八九]{4})"
_NUMERAL = r"[\d一二两三四五六七八九十百]"
_NEVER = re.compile(
    "|".join(
        [
            r"《[^《》\n]{0,200}》",
            r"“[^“”\n]{1,20}”|‘[^‘’\n]{1,20}’|「[^「」\n]{1,20}」|\"[^\"\n]{1,20}\"",
            r"[\[(〔【]\d{4}[\])〕】](?:第)?\d{1,5}号",
            rf"第{_NUMERAL}{{1,5}}(?:号(?:文件|文|令|公告)?|[条款项章节届批次轮期方名位]|个(?!月)|阶段|(?=\ufffc))",
            r"十[一二三四五六]五(?!个|家|项|名|户|次|天|日|处|条|件|万|%|所|场|期)(?:规划|时期|期间|末)?",
            rf"(?:自|从)?{_YEARS}年(?:{_NUMERAL}{{1,3}}月)?(?:{_NUMERAL}{{1,3}}日)?(?:以来|来(?!临)|至今|以后)",
            rf"(?:近|过去|最近|此前|连续|(?<![底末日号旬月内之以提])前){_NUMERAL}{{1,3}}个?(?:年|月|周|天|日|次)(?:来|内|间|以来)?",
            rf"{_NUMERAL}{{1,3}}年(?:行动|计划|规划|方案|攻坚)",
            r"(?:7[×xX*])?24小时(?!(?:之|以)?内)",
            r"(?<!\d)1(?:2345|2315|2328|2333|2355|2393|2380|2388)(?![\d%个家项名户次件条人.])",
            r"(?<!\d)1(?:10|19|20|22)(?=报警|急救|指挥|联动|接警|电话)",
            r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9})(?!\d)",
            r"三公(?:经费|支出)?|三定|三资|三农|三支一扶|三重一大|三会一课|三同时|三区三线|两不愁|三保障|两化|两会|双随机",
            r"一网(?:通办|统管|办)?|一窗|一件事|一业一证|一次(?:办|性)|(?:最多|只|仅)跑一次|一老一小|一岗双责|一企一策",
            r"[一两二三四五六七八九十]个(?:责任|维护|意识|自信|不摘|结合|毫不动摇|务必|坚持|确保|转变|文明|必须)",
            r"[三四五六七八九十]项(?:规定|要求|机制|制度|工程|原则|行动|职责|改革)",
            r"四好农村路|五公开|六稳|六保|百姓|千方百计|万众|第一时间|一体化|进一步|统一|一律|一致|一般",
        ]
    )
)
"""Book titles, quoted slogans, numbers of documents and telephones, stretches of the past, names with numerals."""

_JANUARY = re.compile(r"(?<![\d万亿千百])元(?=月)")
# A line that a narrow column ends within words: 6⏎月底前, or behind a sign that goes on.
_WRAP = re.compile(
    r"(?<=[、,(])\s{0,9}\n\s{0,9}|\s{0,3}\n\s{0,3}(?=[、,;。)%])|(?<=[底末日号旬度])\s{0,3}\n\s{0,3}(?=[前内止])"
    r"|(?<=\d)\s{0,3}\n\s{0,3}(?=[年月日号旬个家项户名所条次场%‰万亿千百天周亩元])"
    r"|(?<=\d年)\s{0,3}\n\s{0,3}(?=\d{1,2}月)|(?<=\d月)\s{0,3}\n\s{0,3}(?=\d{1,2}[日号]|[底末]|[上中下]旬)"
)
_CLAUSE_END = re.compile(r"(?<!\d),|,(?!\d{3})|[;。!?:\n\r\t()|…]")
_SENTENCE_END = re.compile(r"[。!?\n\r]")


def folded(text: str) -> str:
    """The text with full-width digits and signs in half width and lines that go on joined, each in its place."""
    return _WRAP.sub(lambda wrap: " " * len(wrap[0]), text.translate(_FOLD))


@dataclass(slots=True)
class Prose:
    """`text` is what patterns read; `words` gives back what is printed there."""

    printed: str
    text: str = ""
    folded: str = ""
    _places: list[int] = field(default_factory=list)
    _clauses: list[int] = field(default_factory=list)
    _sentences: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        printed = _JANUARY.sub("一", folded(self.printed))
        for place, character in enumerate(printed):
            if character not in _SPACES or self._divides_digits(printed, place):
                self._places.append(place)
        self.folded = "".join(printed[place] for place in self._places)
        self.text = _NEVER.sub(lambda match: MASK * len(match[0]), self.folded)
        self._clauses = [match.start() for match in _CLAUSE_END.finditer(self.text)]
        self._sentences = [match.start() for match in _SENTENCE_END.finditer(self.text)]

    @staticmethod
    def _divides_digits(text: str, place: int) -> bool:
        return text[place - 1 : place].isdecimal() and text[place + 1 : place + 2].isdecimal()

    def words(self, start: int, end: int) -> tuple[str, int]:
        """The printed characters from `start` to `end` of `text`, and where they begin in print."""
        first = self._places[start]
        return self.printed[first : self._places[end - 1] + 1], first

    def clause(self, at: int) -> tuple[int, int]:
        return self._around(self._clauses, at)

    def sentence(self, at: int) -> tuple[int, int]:
        return self._around(self._sentences, at)

    def _around(self, ends: list[int], at: int) -> tuple[int, int]:
        before = bisect_right(ends, at - 1) if at else 0
        after = bisect_left(ends, at)
        return (ends[before - 1] + 1 if before else 0, ends[after] if after < len(ends) else len(self.text))


@dataclass(slots=True)
class Taken:
    """The characters that are already read, so that no number is read twice."""

    _marks: bytearray

    @classmethod
    def none_of(cls, prose: Prose) -> "Taken":
        return cls(bytearray(len(prose.text)))

    def take(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\x01" * (end - start)

    def covers(self, start: int, end: int) -> bool:
        return 1 in self._marks[start:end]
