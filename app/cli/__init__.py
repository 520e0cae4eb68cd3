"""The command `duban`. Its user is at the server itself and is trusted as an admin."""

from typing import Annotated

import typer

from app.operations.memory import growing

with growing():  # a tenth of the start of a server
    from app.cli import (
        backing_up,
        clock,
        evidence,
        exporting,
        heads,
        importing,
        keys,
        migrating,
        moving,
        notices,
        reading,
        serving,
        ticking,
        units,
        verifying,
        workdays,
    )

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="督办: registers of key tasks, kept alive.",
)
units_app = typer.Typer(no_args_is_help=True, help="The directory of units.")
calendar_app = typer.Typer(no_args_is_help=True, help="The calendar of working days.")
clock_app = typer.Typer(no_args_is_help=True, help="The clock, where journals are dated ahead of it.")
key_app = typer.Typer(no_args_is_help=True, help="API keys.")
app.add_typer(units_app, name="units")
app.add_typer(calendar_app, name="calendar")
app.add_typer(key_app, name="key")
app.add_typer(clock_app, name="clock")
app.add_typer(evidence.app, name="evidence")
app.add_typer(heads.app, name="heads")
app.add_typer(notices.app, name="notices")


@app.callback()
def duban(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=serving.version, help="its version")
    ] = False,
) -> None:
    del version  # the callback has said it


app.command("serve")(serving.serve)
app.command("openapi")(serving.openapi)
app.command("migrate")(migrating.migrate)
app.command("demo")(serving.demo)
app.command("import")(importing.import_file)
app.command("export")(exporting.export_file)
app.command("read-cell")(reading.read_cell)
app.command("read-requirement")(reading.read_requirement)
app.command("tick")(ticking.tick)
app.command("verify")(verifying.verify)
app.command("backup")(backing_up.backup)
app.command("restore")(backing_up.restore)
app.command("drill")(backing_up.drill)
app.command("move")(moving.move_to_postgresql)
units_app.command("import")(units.units_import)
units_app.command("list")(units.units_list)
units_app.command("export")(units.units_export)
calendar_app.command("import")(workdays.calendar_import)
clock_app.command("accept")(clock.clock_accept)
key_app.command("create")(keys.key_create)
key_app.command("list")(keys.key_list)
key_app.command("revoke")(keys.key_revoke)
