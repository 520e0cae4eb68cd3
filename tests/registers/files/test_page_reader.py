"""Reading a page's text. Most pages here are small and made for one truth; the real one is read where it is at hand."""

import datetime
import random

import pytest

from app.registers.files.page_reader import read_page
from app.registers.files.reading import RegisterReading, TaskReading, UnreadablePage
from tests.registers.real_page import needs_input, real_page, sample_page

HEADS = "某县2025年重点工作清单\n\n发布时间:2025-03-04 10:00\n\n工作内容\n\n工作要求\n\n责任单位\n\n完成情况\n\n"
FIRST = "做好第一件事情,按季度公布结果。"
SECOND = "做好第二件事情,按月公布结果。"


def page(*cells: str, heads: str = HEADS) -> str:
    return heads + "\n\n".join(cells)


def rows(*cells: str) -> list[TaskReading]:
    return [task for section in read_page(page("一、甲", *cells)).sections for task in section.tasks]


def lines_of(reading: RegisterReading) -> list[str]:
    """Every line of the reading, wherever it stands."""
    texts = [reading.title, *reading.surroundings, *reading.unread]
    for section in reading.sections:
        texts.append(section.title)
        for task in section.tasks:
            texts += [task.requirement, task.units_text, task.completion]
    return sorted(line.strip() for text in texts for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("text", [pytest.param(real_page, marks=needs_input), sample_page])
class TestRealAndSamplePageAlike:
    def test_has_ten_sections_and_23_tasks(self, text: object) -> None:
        assert callable(text)
        reading = read_page(text())

        assert [len(section.tasks) for section in reading.sections] == [4, 3, 2, 3, 2, 2, 1, 1, 3, 2]

    def test_one_row_has_an_empty_units_cell(self, text: object) -> None:
        assert callable(text)
        tasks = [task for section in read_page(text()).sections for task in section.tasks]

        assert [i for i, task in enumerate(tasks) if not task.units_text] == [13]

    def test_every_row_has_a_requirement_and_a_completion(self, text: object) -> None:
        assert callable(text)

        assert all(t.requirement and t.completion for s in read_page(text()).sections for t in s.tasks)

    def test_nothing_is_unread_or_doubtful(self, text: object) -> None:
        assert callable(text)
        reading = read_page(text())

        assert (reading.unread, reading.notes) == ((), ())

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: "\ufeff" + text,
            lambda text: text.replace("\n", "\r\n"),
            lambda text: text.replace("\n", " \t\n"),
            lambda text: text.replace("\n", "\n\n"),
            lambda text: text.replace("\n\xa0\n", "\n\n"),
            lambda text: "\n".join("\t" + line for line in text.split("\n")),
            lambda text: "\n".join(line for line in text.split("\n") if line),
            lambda text: text[text.index("【") : text.rindex("下载") - 2],
            lambda text: text.replace("浏览次数:", "浏览次数:7213"),
        ],
        ids=["bom", "crlf", "trailing", "doubled", "nbsp", "indented", "no-blank-lines", "no-surroundings", "counter"],
    )
    def test_how_the_page_was_saved_does_not_change_the_fingerprint(self, text: object, change: object) -> None:
        assert callable(text)
        assert callable(change)

        assert read_page(change(text())).fingerprint() == read_page(text()).fingerprint()


@needs_input
def test_the_real_pages_title_year_and_date_are_read() -> None:
    reading = read_page(real_page())

    assert (reading.title, reading.year, reading.published_on) == (
        "霍邱县2023年度政务公开重点工作清单落实情况",
        2023,
        datetime.date(2023, 5, 31),
    )


@needs_input
def test_every_line_of_the_real_page_is_somewhere_in_the_reading() -> None:
    heads = {"工作内容", "工作要求", "责任单位", "完成情况"}
    lines = [line.strip() for line in real_page().replace("【重点工作落实情况】", "【重点工作落实情况】\n").split("\n")]

    assert lines_of(read_page(real_page())) == sorted(line for line in lines if line and line not in heads)


@needs_input
def test_a_damaged_page_is_read_with_all_its_lines_or_refused() -> None:
    lines = real_page().split("\n")
    for seed in range(150):
        chance = random.Random(seed)  # noqa: S311
        damaged = [line for line in lines[17:] if chance.random() > 0.02]
        text = "\n".join(lines[:17] + damaged)
        try:
            reading = read_page(text)
        except UnreadablePage:
            continue

        printed = [line.strip() for line in text.split("\n") if line.strip()]
        # Four heads are not in the reading, and the title's line is two texts there.
        assert len(lines_of(reading)) == len(printed) - 4 + 1


def test_a_row_is_a_requirement_its_units_and_its_completion() -> None:
    assert rows(FIRST, "教育局、财政局", "已公布") == [TaskReading(FIRST, "教育局、财政局", "已公布")]


def test_lines_without_a_blank_between_them_are_one_cell() -> None:
    assert rows(FIRST, "教育局\n财政局", "已公布") == [TaskReading(FIRST, "教育局\n财政局", "已公布")]


def test_a_blank_in_place_of_units_is_an_empty_cell() -> None:
    assert rows(FIRST, "\xa0", "已公布", SECOND, "教育局", "正在做") == [
        TaskReading(FIRST, "", "已公布"),
        TaskReading(SECOND, "教育局", "正在做"),
    ]


def test_a_blank_between_units_and_completion_belongs_to_no_cell() -> None:
    assert rows(FIRST, "教育局", "\xa0", "已公布") == [TaskReading(FIRST, "教育局", "已公布")]


def test_a_blank_in_place_of_a_completion_is_an_empty_cell() -> None:
    assert rows(FIRST, "教育局", "\xa0", SECOND, "财政局", "正在做") == [
        TaskReading(FIRST, "教育局", ""),
        TaskReading(SECOND, "财政局", "正在做"),
    ]


def test_the_last_row_may_lack_its_completion() -> None:
    assert rows(FIRST, "教育局") == [TaskReading(FIRST, "教育局", "")]


def test_units_that_do_not_read_as_units_are_noted() -> None:
    reading = read_page(page("一、甲", FIRST, "全县上下", "已公布"))

    assert (reading.sections[0].tasks[0].units_text, len(reading.notes)) == ("全县上下", 1)


def test_tabs_divide_a_line_into_cells() -> None:
    heads = "某县2025年重点工作清单\n工作内容\t工作要求\t责任单位\t完成情况\n"
    text = heads + f"一、甲\t{FIRST}\t教育局\t已公布\n\t{SECOND}\t\t正在做\n"

    assert [section.tasks for section in read_page(text).sections] == [
        (TaskReading(FIRST, "教育局", "已公布"), TaskReading(SECOND, "", "正在做"))
    ]


def test_a_numbered_cell_inside_a_later_section_is_not_a_section() -> None:
    reading = read_page(page("一、甲", FIRST, "教育局", "好", "二、乙", SECOND, "财政局", "一、已公布"))

    assert [section.title for section in reading.sections] == ["一、甲", "二、乙"]


def test_a_section_number_left_out_is_noted() -> None:
    reading = read_page(page("一、甲", FIRST, "教育局", "好", "三、丙", SECOND, "财政局", "好"))

    assert (len(reading.sections), len(reading.notes)) == (2, 1)


def test_lines_after_the_last_row_that_nobody_knows_are_unread() -> None:
    reading = read_page(page("一、甲", FIRST, "教育局", "已公布", "本页由某人整理"))

    assert reading.unread == ("本页由某人整理",)


def test_a_line_above_the_table_that_nobody_knows_is_unread() -> None:
    assert read_page("特此公布\n\n" + page("一、甲", FIRST, "教育局", "好")).unread == ("特此公布",)


def test_the_column_label_and_the_sites_name_are_not_part_of_the_title() -> None:
    text = (
        page("一、甲", FIRST, "教育局", "好")
        .replace("某县2025年", "【专栏】某县2025年")
        .replace("清单\n", "清单_某县人民政府网\n", 1)
    )
    reading = read_page(text)

    assert (reading.title, reading.surroundings[:2]) == ("某县2025年重点工作清单", ("【专栏】", "_某县人民政府网"))


def test_a_year_in_chinese_digits_is_read() -> None:
    assert read_page(page("一、甲", FIRST, "教育局", "好").replace("2025年", "二〇二五年", 1)).year == 2025


def test_a_day_that_is_not_in_the_calendar_is_not_a_date_and_noted() -> None:
    reading = read_page(page("一、甲", FIRST, "教育局", "好").replace("2025-03-04", "2025-02-30"))

    assert (reading.published_on, len(reading.notes)) == (None, 1)


def test_a_changed_completion_changes_the_fingerprint() -> None:
    before, after = (read_page(page("一、甲", FIRST, "教育局", done)) for done in ("已公布", "未公布"))

    assert before.fingerprint() != after.fingerprint()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", None, "column heads"),
        ("工作内容\n\n工作要求\n\n责任单位\n\n", 1, "完成情况"),
        (page("做事"), 13, "numbered section title"),
        (HEADS, None, "numbered section title"),
        (page("一、甲", FIRST, "教育局", "好", "财政局", SECOND, "好"), 21, "rows of requirement"),
        (page("一、甲", FIRST, "已公布", "二、乙", SECOND, "财政局", "好"), 15, "rows of requirement"),
        (page("一、甲", FIRST, "教育局", "一段", "二段", "三段", SECOND, "财政局", "好"), 21, "rows of requirement"),
    ],
)
def test_a_page_that_would_have_to_be_guessed_at_is_refused_with_its_line(
    text: str, line: int | None, says: str
) -> None:
    with pytest.raises(UnreadablePage, match=says) as refused:
        read_page(text)

    assert refused.value.line == line


@pytest.mark.parametrize(
    "text", ["\x00" * 1000, "\ud800", "> " * 400_000, "-" * 400_000, "\t" * 400_000, "\n" * 400_000]
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePage):
        read_page(text)
