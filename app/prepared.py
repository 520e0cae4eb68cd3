"""Statements for hot paths, compiled once: building and compiling a large one takes longer than the database does."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, ClauseElement, Column, Connection, Dialect, Table, bindparam, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

Values = tuple[Any, ...] | dict[str, Any]
Row = TypeVar("Row", bound=SQLModel)


def value(name: str, type_: Any = None) -> BindParameter[Any]:
    """A place in a statement that is left open until it runs."""
    return bindparam(name, None, type_=type_)


class Prepared:
    """A statement's text for one database, and the values to run it with.

    Rows come as the driver gives them: on SQLite a day is text and JSON is text, an enum is its value on both.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(statement)
        self.text = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self._to_driver: dict[str, Callable[[Any], Any]] = {}
        for name, bind in compiled.binds.items():
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None:
                self._to_driver[name] = processor
        self._fixed = {name: self._given(name, value) for name, value in compiled.params.items()}

    def _given(self, name: str, value: Any) -> Any:
        to_driver = self._to_driver.get(name)
        return value if to_driver is None or value is None else to_driver(value)

    def values(self, **open_values: Any) -> Values:
        """What the driver takes beside the text."""
        if not open_values and self._order is None:
            return self._fixed
        whole = self._fixed | {name: self._given(name, value) for name, value in open_values.items()}
        return whole if self._order is None else tuple([whole[name] for name in self._order])

    def run(self, connection: Connection, **open_values: Any) -> list[Any]:
        """Execute it, and answer its rows. It goes past SQLAlchemy's results, which take longer to make than most rows
        to find; who listens to what a connection executes hears of it.

        Raises:
            DBAPIError: as SQLAlchemy would.
        """
        values, dialect = self.values(**open_values), connection.dialect
        cursor = connection.connection.cursor()
        told = (connection, cursor, self.text, values, SimpleNamespace(), False)
        try:
            connection.dispatch.before_cursor_execute(*told)
            cursor.execute(self.text, values)
            connection.dispatch.after_cursor_execute(*told)
            return list(cursor.fetchall()) if cursor.description else []
        except dialect.loaded_dbapi.Error as broken:
            if dialect.is_disconnect(broken, connection.connection, cursor):
                connection.invalidate(broken)
            driver_error = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(
                self.text, values, broken, driver_error, hide_parameters=True, dialect=dialect
            ) from broken
        finally:
            cursor.close()


class PreparedTable(Generic[Row]):
    """The rows of one table, read and written without a session, through statements that are compiled once each."""

    def __init__(self, model: type[Row], dialect: Dialect) -> None:
        mapper: Any = inspect(model)
        self._manager, self._dialect = mapper.class_manager, dialect
        self.table: Table = mapper.local_table
        self.columns: Sequence[Column[Any]] = list(self.table.columns)
        self._from_driver = [
            (column.key, column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in self.columns
        ]
        self._number = self.table.autoincrement_column
        given = [column for column in self.columns if column is not self._number]
        insert: Any = self.table.insert().values(_open(given))
        self._insert = Prepared(insert if self._number is None else insert.returning(self._number), dialect)
        self._given = [column.key for column in given]
        self._updates: dict[frozenset[str], Prepared] = {}

    def next(self, cells: Iterator[Any]) -> Row:
        """A row from what the driver gave for `columns`, in their order."""
        row: Row = self._manager.new_instance()
        own = zip(self._from_driver, cells, strict=False)
        instance_dict(row).update(
            [(key, cell if cell is None or convert is None else convert(cell)) for (key, convert), cell in own]
        )
        return row

    def insert(self, connection: Connection, row: Row) -> None:
        """Write a new row, and give it its number."""
        held = instance_dict(row)
        done = self._insert.run(connection, **{_PLACE + key: held[key] for key in self._given})
        if self._number is not None:
            instance_dict(row)[self._number.key] = done[0][0]

    def make(self, **values: Any) -> Row:
        """A new row that is told all its columns but its number: quicker than the model, which looks for defaults."""
        row: Row = self._manager.new_instance()
        instance_dict(row).update(values)
        return row

    @staticmethod
    def values(row: Row) -> dict[str, Any]:
        """What a row holds now."""
        return dict(instance_dict(row))

    def update(self, connection: Connection, row: Row, before: Mapping[str, Any]) -> None:
        """Write what of a row is not as it was before."""
        now = instance_dict(row)
        changed = frozenset(key for key, value in before.items() if now[key] != value)
        if not changed:
            return
        keys = {column.key for column in self.table.primary_key}
        if changed not in self._updates:
            self._updates[changed] = self._update(changed)
        self._updates[changed].run(connection, **{_PLACE + key: now[key] for key in changed | keys})

    def _update(self, changed: frozenset[str]) -> Prepared:
        statement = self.table.update().values(_open([column for column in self.columns if column.key in changed]))
        for column in self.table.primary_key:
            statement = statement.where(column == value(_PLACE + column.key, column.type))
        return Prepared(statement, self._dialect)


_PLACE = "its_"  # SQLAlchemy keeps the columns' own names to itself


def _open(columns: Iterable[Column[Any]]) -> dict[str, BindParameter[Any]]:
    return {column.key: value(_PLACE + column.key, column.type) for column in columns}
