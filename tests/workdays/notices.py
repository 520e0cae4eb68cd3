"""A notice for 2027 such as the State Council publishes late in 2026; the days are invented."""

from datetime import date, timedelta

OFF = [
    ("元旦", "2027-01-01", 3),
    ("春节", "2027-02-05", 8),
    ("清明节", "2027-04-03", 3),
    ("劳动节", "2027-05-01", 5),
    ("端午节", "2027-06-09", 1),
    ("中秋节", "2027-09-15", 1),
    ("国庆节", "2027-10-01", 7),
]
MADE_UP = [("春节", "2027-01-30"), ("春节", "2027-02-20"), ("劳动节", "2027-05-08"), ("国庆节", "2027-10-09")]


def days_off() -> list[tuple[str, str]]:
    return [
        (name, (date.fromisoformat(first) + timedelta(days=passed)).isoformat())
        for name, first, length in OFF
        for passed in range(length)
    ]


def as_csv() -> str:
    lines = [f"{day},休,{name}" for name, day in days_off()] + [f"{day},班,{name}" for name, day in MADE_UP]
    return "\n".join(["day,is_working,name", *lines]) + "\n"


def as_json() -> list[dict[str, object]]:
    off = [{"day": day, "is_working": False, "name": name} for name, day in days_off()]
    return off + [{"day": day, "is_working": True, "name": name} for name, day in MADE_UP]


def as_ics() -> str:
    events = [
        event(f"{name}（休）", first, date.fromisoformat(first) + timedelta(days=length)) for name, first, length in OFF
    ]
    events += [event(f"{name}（班）", day) for name, day in MADE_UP]
    return ics(*events, event("元宵节", "2027-02-20"))


def event(summary: str, first: str, end: date | None = None, more: str = "") -> str:
    last = f"DTEND;VALUE=DATE:{end:%Y%m%d}\n" if end else ""
    return f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:{first.replace('-', '')}\n{last}SUMMARY:{summary}\n{more}END:VEVENT\n"


def ics(*events: str) -> str:
    return "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n"
