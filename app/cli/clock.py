"""The command `duban clock`."""

from app import clock
from app.access.actors import OPERATOR
from app.cli.terminal import console, database_session
from app.journal.dated_ahead import accept


def clock_accept() -> None:
    """Record that the clock is right and journals are dated ahead of it, so that their registers can change again."""
    with database_session(writes=True) as session:
        found = accept(session, by=OPERATOR.who, at=clock.now())
    for one in found:
        console().print(f"{one.stream.name} is dated {clock.shown(one.head_at)}", markup=False)
    console().print(f"{len(found)} journals accepted as dated ahead")
