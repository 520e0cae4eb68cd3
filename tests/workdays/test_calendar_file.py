"""Files of days: what is read, and what is refused by line."""

from datetime import date, timedelta

import pytest

from app.errors import UnreadableCalendar
from app.workdays.calendar_file import CalendarFile, read_calendar
from tests.workdays import notices
from tests.workdays.notices import event, ics


def read(text: str, encoding: str = "utf-8") -> CalendarFile:
    return read_calendar(text.encode(encoding))


def marks(text: str) -> list[tuple[str, bool, str | None]]:
    return [(str(one.day), one.is_working, one.name) for one in read(text).days]


def refused(text: str) -> list[str]:
    with pytest.raises(UnreadableCalendar) as refusal:
        read(text)
    return [place for place, _ in refusal.value.fields] or [refusal.value.detail]


def why(text: str) -> list[str]:
    with pytest.raises(UnreadableCalendar) as refusal:
        read(text)
    return [str(reason) for _, reason in refusal.value.fields] or [str(refusal.value.detail)]


def csv(*lines: str) -> str:
    return "\n".join(["day,is_working,name", *lines])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_as_spreadsheets_save_it(encoding: str) -> None:
    found = read(notices.as_csv().replace("\n", "\r\n"), encoding)

    assert len(found.days) == 32
    assert {one.name for one in found.days} == {name for name, *_ in notices.OFF}


def test_an_ics_says_the_same_as_the_csv_of_the_same_notice() -> None:
    found = read(notices.as_ics())
    names = {one.day: (one.is_working, (one.name or "")[:2]) for one in found.days}

    assert names == {one.day: (one.is_working, (one.name or "")[:2]) for one in read(notices.as_csv()).days}
    assert found.ignored == 1  # 元宵节


@pytest.mark.parametrize("day", ["2027-01-01", "2027/1/1", "2027年1月1日"])
def test_a_day_is_read_as_people_write_it(day: str) -> None:
    assert marks(csv(f"{day},休,元旦")) == [("2027-01-01", False, "元旦")]


@pytest.mark.parametrize(("mark", "is_working"), [("班", True), ("TRUE", True), ("休", False), ("0", False)])
def test_worked_or_not_is_read_as_people_write_it(mark: str, is_working: bool) -> None:
    assert marks(csv(f"2027-01-01,{mark},")) == [("2027-01-01", is_working, None)]


def test_heads_may_be_chinese_and_a_note_may_say_where_it_is_from() -> None:
    (one,) = read("日期,班/休,名称,备注\n2027-01-01,休,元旦,国办发明电〔2026〕7号\n").days

    assert (one.name, one.note) == ("元旦", "国办发明电〔2026〕7号")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("2027-02-30,休,", "line 3"),
        ("2027-1/2,休,", "line 3"),
        ("1999-01-01,休,", "line 3"),
        (",休,", "line 3"),
        ("2027-01-02,,", "line 3"),
        ("2027-01-02,也许,", "line 3"),
        ("2027-01-02,休,元旦,多", "line 3"),
        ("2027/1/1,班,", "line 3"),
        ("2027-01-02,休,元\x00旦", "line 3"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(line: str, place: str) -> None:
    assert refused(csv("2027-01-01,休,元旦", line)) == [place]


def test_all_bad_lines_are_named_at_once() -> None:
    assert refused(csv("x,休,", "2027-01-01,休,", "2027-01-02,x,")) == ["line 2", "line 4"]


@pytest.mark.parametrize(
    "text", ["", "\n", "day,name\n", "day,is_working,name\n", "a\nb", 'day,is_working,name\n"2027']
)
def test_what_is_not_a_list_of_days_is_refused(text: str) -> None:
    assert refused(text)


def test_bytes_that_are_not_text_are_rejected() -> None:
    with pytest.raises(UnreadableCalendar, match="UTF-8"):
        read_calendar(b"\xff\xff\x00\x81")


@pytest.mark.parametrize(
    ("summary", "is_working", "name"),
    [
        ("春节（休）", False, "春节"),
        ("春节(班)", True, "春节"),
        ("[休] 国庆节", False, "国庆节"),
        ("国庆节假期 第1天/共8天", False, "国庆节"),
        ("春节补班", True, "春节"),
        ("春节调休上班", True, "春节"),
        ("清明放假调休", False, "清明"),
        ("国庆节、中秋节放假", False, "国庆节、中秋节"),
        ("休", False, None),
    ],
)
def test_a_summary_says_worked_or_not_and_on_whose_account(summary: str, is_working: bool, name: str | None) -> None:
    assert marks(ics(event(summary, "2027-02-05"))) == [("2027-02-05", is_working, name)]


def test_the_end_of_an_event_is_the_day_after_its_last() -> None:
    (off,) = [one for one in notices.OFF if one[0] == "清明节"]

    assert [day for day, *_ in marks(notices.as_ics()) if day.startswith("2027-04")] == [
        "2027-04-03",
        "2027-04-04",
        "2027-04-05",
    ]
    assert off[1:] == ("2027-04-03", 3)


def test_a_cancelled_event_says_nothing() -> None:
    text = ics(event("元旦（休）", "2027-01-01"), event("元旦（班）", "2027-01-02", more="STATUS:CANCELLED\n"))

    assert [day for day, *_ in marks(text)] == ["2027-01-01"]


@pytest.mark.parametrize(
    "bad",
    [
        event("元旦调休", "2027-01-02"),
        event("元旦放假，周日上班", "2027-01-02"),
        event("元旦（休）", "2027-01-02", more="RRULE:FREQ=YEARLY\n"),
        event("元旦（休）", "2027-13-02"),
        event("元旦（班）", "2027-01-01"),
        event("元旦（休）", "1999-01-01"),
        event("元旦（休）", "2027-01-02").replace("VALUE=DATE:20270102", "VALUE=DATE-TIME:20270102T090000"),
        event("元旦（休）", "2027-01-02").replace("DTSTART;VALUE=DATE:20270102\n", ""),
        event("元旦（休）", "2027-01-02", more="DTEND;VALUE=DATE:20270101\n"),
        event("元旦（休）", "2027-01-02", more="DTEND;VALUE=DATE:20271231\n"),
    ],
)
def test_a_bad_event_is_refused_by_the_number_of_its_first_line(bad: str) -> None:
    assert refused(ics(event("元旦（休）", "2027-01-01"), bad)) == ["line 7"]


def test_an_event_covers_sixty_days_at_most() -> None:
    def lasting(days: int) -> str:
        return ics(event("停工（休）", "2027-01-01", date(2027, 1, 1) + timedelta(days=days)))

    assert [day for day, *_ in marks(lasting(60))][::59] == ["2027-01-01", "2027-03-01"]
    assert why(lasting(61)) == [
        "covers 61 days; the end is the day after the last, and at most 60 days after the start"
    ]


def test_an_icalendar_may_begin_with_empty_lines_and_end_in_small_letters() -> None:
    text = "\n \n" + ics(event("元旦（休）", "2027-01-01")).replace("BEGIN:VCALENDAR", "begin:vcalendar")

    assert marks(text) == [("2027-01-01", False, "元旦")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (csv("2027-02-30,休,"), "'2027-02-30' is not a day; write it as 2027-02-13"),
        (csv(" ,休,"), "'' is not a day; write it as 2027-02-13"),
        (csv("2027-01-02, 也许 ,"), "is_working is '也许'; give 班 or 休 (or true or false)"),
        (
            csv("2027-01-02,休,元旦,多"),
            "has more cells than the first line; put a name that contains a comma in quotes",
        ),
        (csv("2027-01-01,休,", "2027/1/1,班,"), "2027-01-01 is already in line 2; name each day once"),
        (ics(event("元旦调休", "2027-01-02")), "元旦调休 does not say which: write 班 or 休"),
        (
            ics(event("元旦放假，周日上班", "2027-01-02")),
            "元旦放假，周日上班 says both 班 and 休; make two events of it",
        ),
        (csv("1999-01-01,休,"), "day: the calendar has no such day; give one from 2000-01-01 to 2199-12-31"),
        (
            "day,name\n",
            "the first line must be day,is_working,name (and, if wanted, note); it is day,name",
        ),
        ("day,is_working,name\n", "the file marks no day as worked or off; mark days with 班 or 休"),
        (
            csv('2027-01-01,休,"元旦'),
            "line 2 is not CSV (unexpected end of data); check its quotation marks",
        ),
        (
            ics(event("元旦（休）", "2027-01-02", more="RRULE:FREQ=YEARLY\n")),
            "is repeated; each year's notice names its own days, so write each as an event of its own",
        ),
        (
            ics(event("元旦（休）", "2027-01-02", more="RDATE:20280102\n")),
            "is repeated; each year's notice names its own days, so write each as an event of its own",
        ),
        (
            ics(event("元旦（休）", "2027-01-02").replace("DTSTART;VALUE=DATE:20270102\n", "")),
            "its first and last day cannot be read; write DTSTART;VALUE=DATE:20270213",
        ),
        (
            ics(event("元旦（休）", "2027-01-02").replace("VALUE=DATE:20270102", "VALUE=DATE-TIME:20270102T090000")),
            "has hours; make it an all-day event (DTSTART;VALUE=DATE:20270213)",
        ),
        (
            ics(event("元旦（休）", "2027-01-02", date(2027, 1, 2))),
            "covers 0 days; the end is the day after the last, and at most 60 days after the start",
        ),
        (
            ics(event("元旦（休）", "2027-01-01")).replace("BEGIN:VEVENT", "BEGIN:VE\n VENT"),
            "an event does not begin with BEGIN:VEVENT on one line; export the file anew",
        ),
    ],
)
def test_each_fault_has_its_sentence(text: str, reason: str) -> None:
    assert why(text) == [reason]


def test_the_sentence_of_a_file_names_the_first_ten_lines_that_are_wrong() -> None:
    with pytest.raises(UnreadableCalendar) as refusal:
        read(csv(*["x,休,"] * 11))

    one = "'x' is not a day; write it as 2027-02-13"
    assert refusal.value.detail == "; ".join(f"line {number}: {one}" for number in range(2, 12))
    assert len(refusal.value.fields) == 11


@pytest.mark.parametrize(
    "text",
    [
        ics(),
        ics(event("元宵节", "2027-02-20")),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        "BEGIN:VCALENDAR\nhello\nEND:VCALENDAR\n",
        ics() * 2,
        ics(event("元旦（休）", "2027-01-01")).replace("VALUE=DATE", "VALUE=DATE,DATE"),
        ics(event("元旦（休）", "2027-01-01")).replace("BEGIN:VEVENT", "BEGIN:VE\n VENT"),
    ],
)
def test_what_is_not_a_calendar_of_days_off_is_refused(text: str) -> None:
    assert refused(text)
