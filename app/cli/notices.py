"""The command `duban notices`."""

from datetime import datetime
from typing import Annotated

import typer

from app import clock
from app.access.actors import OPERATOR
from app.cli.terminal import console, database_session
from app.notices.queries import preview
from app.notices.schemas import PreviewQuery

app = typer.Typer(no_args_is_help=True, help="Reminders and messages.")


@app.callback()
def notices() -> None:
    """Reminders and messages."""


@app.command("preview")
def notices_preview(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="today without it")] = None,
) -> None:
    """List the reminders of a day, their receivers and reasons, as if every ladder were on."""
    wanted = PreviewQuery(day=day and day.date())
    with database_session(writes=False) as session:
        found = preview(session, OPERATOR, wanted, today=clock.today())
    if not found.is_working:
        console().print(f"{found.day} is a day off; nothing would be sent")
    for one in found.items:
        who = one.unit_name or f"{one.receiver} {one.jurisdiction}"
        console().print(f"{who}: {len(one.lines) + one.more} obligations, {one.contacts} contacts", markup=False)
        for line in one.lines:
            what = f"  obligation {line.obligation_id}, last day {line.due_on}, rung {line.rung}, {line.colour}"
            console().print(what, markup=False)
        if one.more:
            console().print(f"  and {one.more} more")
    console().print(f"{len(found.items)} messages")
