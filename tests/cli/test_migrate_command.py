"""What `duban migrate` says of findings that an older version opened."""

import pytest

from app.config import Settings
from app.database.engine import Database
from app.migrate import downgrade
from app.updates.finding_models import Finding
from tests.cli.conftest import Run
from tests.conftest import County, FakeClock
from tests.updates.test_findings import CLAIMED, close, finish, open_as_an_older_version_did

BEFORE = "e93b71d04c58"


@pytest.mark.own_database
def test_the_last_days_that_findings_moved_are_printed(
    county: County, settings: Settings, database: Database, now: FakeClock, run: Run
) -> None:
    """Of an open one once, as it is moved back; of a closed one each time, as it stays."""
    auditor = county.as_role("auditor")
    for name in ("城关镇", "河口镇"):
        finish(county.as_unit(name), county.obligation(1, name)["id"], now, CLAIMED["late"])
    now.set("2024-02-01")
    closed, still_open = (county.obligation(1, name)["id"] for name in ("城关镇", "河口镇"))
    open_as_an_older_version_did(database, closed)
    close(county.as_unit("城关镇"), auditor, 1, now, answered="2024-02-10", closed="2024-02-12")
    open_as_an_older_version_did(database, still_open)
    with database.session(writes=True) as session:
        session.get_one(Finding, 1).claim_held = None
    downgrade(settings, BEFORE)
    said, again = run("migrate").stdout.splitlines(), run("migrate").stdout.splitlines()

    assert said == [
        "finding 2 is open: its work is due on 2023-12-31 again, not on 2024-02-29",
        f"finding 1 is closed: obligation {closed} was due on 2023-12-31 and counts by 2024-02-29, as was recorded",
    ]
    assert again == said[1:]
