"""How large the registers are that are measured, and how their units behave."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Checklists of tasks, each owed by some units in some periods."""

    checklists: int
    tasks: int  # of each checklist
    units_in_task: int
    periods: int = 1
    every: int = 30  # days from the last day of one period to that of the next
    first_due: int = 30  # days from today to the last day of the first period; below 0, it has passed
    starts_before: int = 19  # a period's first day, in days before its last
    counties: int = 1
    units_in_county: int = 36
    standing: int = 0  # of each checklist's tasks, the last ones: they have no last day
    open_permille: int = 120  # of what has fallen due
    early_permille: int = 0  # of what has not, how much is done
    passes_review: bool = False  # half of the claims wait two days for the office, which is a span of its own
    updates: int = 2  # of each obligation that was begun
    more_updates_percent: int = 0  # of the obligations, how many have one more
    big_tasks: int = 0  # of the first checklist, beyond the usual; unit 1 has a part in each and does little of it
    audience: str = "units"
    is_judged: bool = False  # there are findings, and later days that were asked for

    @property
    def all_tasks(self) -> int:
        return self.checklists * self.tasks + self.big_tasks

    @property
    def units(self) -> int:
        return self.counties * self.units_in_county


# what design.md §5 measured with: 34 kB of JSON; unit n owes obligation n
SMALL = Shape(
    checklists=1, tasks=20, units_in_task=10, units_in_county=500, starts_before=60, updates=0, audience="public"
)

# the auditors' checklists: 10,000 obligations each
OVERSIGHT = Shape(
    checklists=50,
    tasks=25,
    units_in_task=36,
    periods=12,
    first_due=-335,
    standing=2,
    passes_review=True,
)


def large(obligations: int) -> Shape:
    """A share of the whole country: 30 obligations a task, quarterly over two and a half years; 15 % are open and half
    of those overdue. One checklist has a fifth of it, and one unit has a part in each of that checklist's tasks and
    is late with most: so there are a thousand pages of both, today and a year ago.
    """
    tasks = max(obligations // 30, 33)
    big = max(tasks // 5, 33)
    checklists = (tasks - big) // 100
    return Shape(
        checklists=checklists,
        tasks=100 if checklists else 0,
        units_in_task=3,
        periods=10,
        every=91,
        first_due=-800,
        starts_before=85,
        counties=max(obligations // 3000, 1),
        units_in_county=40,
        open_permille=46,
        early_permille=200,
        updates=3,
        more_updates_percent=62,
        big_tasks=big,
        is_judged=True,
    )
