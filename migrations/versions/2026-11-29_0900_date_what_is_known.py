"""date what is known: when a span was recorded, who was told of a checklist, from which day work is owed

Revision: 6e0b3f9a27c4
Follows: 4f6a2b90c7d1

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import or_

revision: str = "6e0b3f9a27c4"
down_revision: str | Sequence[str] | None = "4f6a2b90c7d1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STANDING = {
    "first_due_on": "DATE",
    "report_every_days": "INTEGER",
    "held_on": "DATE",
    "finding_answered_on": "DATE",
    "suspended_on": "DATE",
    "voided_at": "MOMENT",
}
COLUMNS = {
    "task": {"starts_on": "DATE"},
    "assignment": {"starts_on": "DATE"},
    "obligation": STANDING,
    "obligation_span": {"starts_on": "DATE", **STANDING, "recorded_at": "MOMENT", "end_recorded_at": "MOMENT"},
}
TABLES = ("checklist_span", "former_section")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1000


def upgrade() -> None:
    # Columns are added in place: SQLite would make the whole table anew otherwise.
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.replace('MOMENT', moment)}")
    op.create_table(
        "checklist_span",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("units", "public", name="audience", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("yellow_days", sa.Integer(), nullable=False),
        sa.Column("red_days", sa.Integer(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_span_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_span")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checklist_span_checklist_id", "checklist_span", ["checklist_id", "from_at"])
    op.create_index(
        "uq_checklist_span_current",
        "checklist_span",
        ["checklist_id"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )
    op.create_table(
        "former_section",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("task_id", BIG, nullable=False),
        sa.Column("section_id", BIG, nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_former_section_checklist_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_former_section_task_id")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_former_section_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_section")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_former_section_task_id", "former_section", ["task_id", "until_at"])
    _read_journal()


def _read_journal() -> None:  # noqa: PLR0912  one pass over the journal
    """When each span, and its end, was recorded: the moment of the entry that has it first, where that is another one
    than the span itself says. And what the new columns and tables held, where they were here before and taken away."""
    begun: set[int] = set()
    ended: set[int] = set()
    moments: dict[str, dict[int, datetime]] = {"recorded_at": {}, "end_recorded_at": {}}
    held: dict[str, dict[int, dict[str, Any]]] = {table: {} for table in (*COLUMNS, *TABLES)}
    for at, images in _entries(op.get_bind()):
        for image in images.get("obligation_span", ()):
            for seen, name, dates in ((begun, "recorded_at", "from_at"), (ended, "end_recorded_at", "to_at")):
                if image[dates] is not None and image["id"] not in seen:
                    seen.add(image["id"])
                    if image[dates] != at:
                        moments[name][image["id"]] = datetime.fromisoformat(at).astimezone(UTC)
        for table, columns in COLUMNS.items():
            for image in images.get(table, ()):
                if values := {name: _value(name, image[name]) for name in columns if name in image}:
                    held[table][image["id"]] = dict.fromkeys(set(columns) - set(moments)) | values
        for table in TABLES:
            for image in images.get(table, ()):
                held[table][image["id"]] = {name: _value(name, value) for name, value in image.items()}
    for name, dated in moments.items():
        _update("obligation_span", [name], {id_: {name: at} for id_, at in dated.items()})
    for table, columns in COLUMNS.items():
        _update(table, set(columns) - set(moments), held[table])
    for table in TABLES:
        for values in held[table].values():
            op.get_bind().execute(_table(table, values).insert().values(values))


def _update(table: str, names: Iterable[str], rows: dict[int, dict[str, Any]]) -> None:
    held = _table(table, ["id", *names])
    update = held.update().where(held.c.id == sa.bindparam("of"))
    values = [{"of": id_, **row} for id_, row in rows.items()]
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        op.get_bind().execute(update.values({name: sa.bindparam(name) for name in some[0] if name != "of"}), some)


def _table(name: str, columns: Iterable[str]) -> sa.TableClause:
    """A table with the types of its columns, which their names tell."""
    kinds: dict[str, Any] = {"_at": sa.DateTime(timezone=True), "_on": sa.Date()}
    return sa.table(name, *(sa.column(one, kinds.get(one[-3:])) for one in columns))


def _value(name: str, value: Any) -> Any:
    if value is None or not name.endswith(("_at", "_on")):
        return value
    return datetime.fromisoformat(value).astimezone(UTC) if name.endswith("_at") else date.fromisoformat(value)


def _entries(connection: sa.Connection) -> Iterator[tuple[str, dict[str, list[dict[str, Any]]]]]:
    """The moment of every entry, and the images of rows that it has, by table."""
    entry = sa.table("journal_entry", *map(sa.column, ("stream", "seq", "envelope", "payload")))
    query = sa.select(entry.c.stream, entry.c.seq, entry.c.envelope, entry.c.payload)
    about = or_(entry.c.stream.like("checklist:%"), entry.c.stream.like("catalogue:%"))
    last = ("", 0)
    while True:  # some at a time: other rows are changed meanwhile
        behind = sa.tuple_(entry.c.stream, entry.c.seq) > sa.tuple_(*(sa.literal(one) for one in last))
        rows = connection.execute(
            query.where(about, entry.c.payload.is_not(None), behind)
            .order_by(entry.c.stream, entry.c.seq)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        for row in rows:
            yield json.loads(row.envelope)["at"], json.loads(row.payload)["rows"]
        last = (rows[-1].stream, rows[-1].seq)


def downgrade() -> None:
    op.drop_table("former_section")
    op.drop_table("checklist_span")
    for table, columns in COLUMNS.items():
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
