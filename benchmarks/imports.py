"""How long `duban import` takes for a large register, how many statements it runs and how much memory it takes.

Makes a directory and two registers of its own: in one each row names the collective of all townships, in the other the
townships by name. Each is imported by the command in a process of its own, on SQLite and on PostgreSQL, and the journal
is verified afterwards. Ends with an error where it takes longer than it may, or where a row is missing.

python -m benchmarks.imports
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.databases import opened, places
from benchmarks.verdicts import Verdicts, at_most

COUNTY = "341522"
TOWNSHIPS = 30
ROWS = 1_999  # with the column heads as many as a table may have
IN_SECTION = 100
SECONDS, MEGABYTES = 60, 250
REQUIREMENT = "梳理第{number}项政务服务事项的办事指南,核对材料、时限、费用与窗口电话,有变动的当天同步更新并公布。"


def townships() -> list[str]:
    return [f"第{number}镇人民政府" for number in range(1, TOWNSHIPS + 1)]


def write_directory(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        table = csv.writer(opened_file)
        table.writerow(["kind", "code", "name", "aliases"])
        table.writerows(["township", "", name, ""] for name in townships())


def write_register(file: Path, rows: int, units: str) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        table = csv.writer(opened_file)
        table.writerow(["工作内容", "工作要求", "责任单位", "完成情况"])
        for number in range(1, rows + 1):
            section = f"第{(number - 1) // IN_SECTION + 1}部分"
            table.writerow([section, REQUIREMENT.format(number=number), units, ""])


def import_in_this_process(file: str, said: str) -> None:
    """Run the command, and leave a file that says what it took."""
    from sqlalchemy import Engine, event

    statements = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    from app.cli import app

    app(["import", file, "--jurisdiction", COUNTY, "--yes"], standalone_mode=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    took = {"statements": statements, "peak": used.ru_maxrss / 1024, "cpu": used.ru_utime + used.ru_stime}
    Path(said).write_text(json.dumps(took), "utf-8")


def duban(url: str, *arguments: str) -> None:
    command = [sys.executable, "-c", "from app.cli import app; app()", *arguments]
    subprocess.run(command, env=os.environ | {"DUBAN_DATABASE_URL": url}, stdout=subprocess.DEVNULL, check=True)  # noqa: S603


def imported(url: str, file: Path) -> dict[str, float]:
    """Seconds of the whole command and of its process, statements, and MB of peak memory."""
    said = file.with_suffix(".json")
    command = [sys.executable, "-m", "benchmarks.imports", "--import", str(file), "--said", str(said)]
    begun = perf_counter()
    subprocess.run(command, env=os.environ | {"DUBAN_DATABASE_URL": url}, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    measured: dict[str, float] = json.loads(said.read_text("utf-8"))
    return measured | {"seconds": perf_counter() - begun}


def counts(url: str) -> Iterator[tuple[str, int]]:
    from sqlalchemy import text

    with opened(url) as database, database.reading() as connection:
        for table in ("task", "assignment", "obligation", "obligation_span", "journal_entry"):
            yield table, connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--import", dest="file", help=argparse.SUPPRESS)
    parser.add_argument("--said", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.file:
        import_in_this_process(options.file, options.said)
        return
    verdicts = Verdicts()
    shapes = {"a collective of 30 townships": "各乡镇人民政府", "30 townships by name": "、".join(townships())}
    with TemporaryDirectory() as folder, places() as found:
        directory, register = Path(folder) / "units.csv", Path(folder) / "2023年重点工作清单.csv"
        write_directory(directory)
        for number, (shape, units) in enumerate(shapes.items()):
            write_register(register, options.rows, units)
            for place in found:
                verdicts.heading(f"{place.name}: {options.rows:,} rows of {shape}")
                url = place.make(f"import_{number}")
                duban(url, "units", "import", str(directory), "--jurisdiction", COUNTY)
                took = imported(url, register)
                verdicts.say("seconds", took["seconds"], at_most(SECONDS))
                verdicts.say("seconds of the command's own process", took["cpu"], None)
                verdicts.say("statements", took["statements"], None)
                verdicts.say("peak memory, MB", took["peak"], at_most(MEGABYTES))
                for table, count in counts(url):
                    verdicts.say(table, count, None)
                begun = perf_counter()
                duban(url, "verify")
                verdicts.say("seconds to verify", perf_counter() - begun, None)
    verdicts.end()


if __name__ == "__main__":
    main()
