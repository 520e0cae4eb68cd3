"""Prepared statements, compiled once: building a large one takes longer than running it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import FunctionType
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import BindParameter, ClauseElement, Column, Connection, Dialect, Table, bindparam, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

from app.database import statements
from app.database.outages import leads_to_standby

Values = tuple[Any, ...] | dict[str, Any]
Row = TypeVar("Row", bound=SQLModel)


def value(name: str, type_: Any = None) -> BindParameter[Any]:
    """A parameter of a statement, bound when it runs."""
    return bindparam(name, None, type_=type_)


class Prepared:
    """A statement's text for one database, and the values to run it with.

    Rows have the driver's values: on SQLite a day is text and JSON is text, an enum is its value on both.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect, schema: str | None = None) -> None:
        """Args:
        schema: of the tables, for a connection that may not look for them there by itself.
        """
        self._statement, self._dialect, self._schema = statement, dialect, schema

    @cached_property
    def _ready(self) -> "_Ready":
        """Compiled at first use: compiling all at the start would delay it."""
        named: dict[str, Any] = {}
        if self._schema is not None:
            named = {"schema_translate_map": {None: self._schema}, "render_schema_translate": True}
        compiled = self._statement.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True}, **named)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(self._statement)
        processors = {
            name: bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)
            for name, bind in compiled.binds.items()
        }
        to_driver = [(name, processor) for name, processor in processors.items() if processor is not None]
        fixed = dict(compiled.params)
        left_open = [(name, processor) for name, processor in to_driver if fixed.get(name) is None]
        order = compiled.positiontup if compiled.positional else None
        return _Ready(str(compiled), order, left_open, _for_driver(to_driver, fixed))

    @property
    def text(self) -> str:
        """As the driver takes it."""
        return self._ready.text

    def values(self, **open_values: Any) -> Values:
        """What the driver takes beside the text."""
        ready = self._ready
        whole = _for_driver(ready.to_driver, ready.fixed | open_values)
        return whole if ready.order is None else tuple(map(whole.__getitem__, ready.order))

    def run(self, connection: Connection, **open_values: Any) -> list[Any]:
        """Execute it and return its rows. It bypasses SQLAlchemy's results, which take longer to make than most rows
        to find; the watchers of statements are called.

        Raises:
            DBAPIError: as SQLAlchemy would.
        """
        text, values, taken = self._ready.text, self.values(**open_values), connection.connection
        cursor, info = taken.cursor(), taken.info
        try:
            begun = statements.begin(info)
            cursor.execute(text, values)
            statements.end(info, text, values, begun)
            return list(cursor.fetchall()) if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as broken:
            dialect = connection.dialect
            if dialect.is_disconnect(broken, taken, cursor) or leads_to_standby(broken):
                connection.invalidate(broken)
            driver_error = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(
                text, values, broken, driver_error, hide_parameters=True, dialect=dialect
            ) from broken
        finally:
            cursor.close()


_Converters = Sequence[tuple[str, Callable[[Any], Any]]]


class _Ready(NamedTuple):
    text: str
    order: Sequence[str] | None  # of the values, where the driver takes them by their places
    to_driver: _Converters  # of the values that are left open
    fixed: dict[str, Any]  # the values that are not left open


def _for_driver(to_driver: _Converters, values: dict[str, Any]) -> dict[str, Any]:
    """The same values, converted in their place."""
    for name, convert in to_driver:
        if (given := values.get(name)) is not None:
            values[name] = convert(given)
    return values


class PreparedTable(Generic[Row]):
    """The rows of one table, read and written without a session, through statements that are compiled once each.

    Its rows behave like the model's, without SQLAlchemy's instrumentation: setting an attribute costs as for any
    object, and one that was never read is an AttributeError.
    """

    def __init__(self, model: type[Row], dialect: Dialect, only: Sequence[str] = ()) -> None:
        """Args:
        only: the columns to read, where the rows are not written.
        """
        mapper: Any = inspect(model)
        self._dialect = dialect
        self._row = _unwatched(model)
        self.table: Table = mapper.local_table
        self.columns: Sequence[Column[Any]] = [one for one in self.table.columns if not only or one.key in only]
        self._keys = [column.key for column in self.columns]
        converters = {
            column.key: column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self.columns
        }
        self._from_driver = [(key, convert) for key, convert in converters.items() if convert is not None]
        optional = {name: one for name, one in model.model_fields.items() if not one.is_required()}
        self._constant = {
            name: one.default
            for name, one in optional.items()
            if one.default_factory is None and isinstance(one.default, Hashable)
        }
        self._made = [(name, one) for name, one in optional.items() if name not in self._constant]
        self._number = self.table.autoincrement_column
        self._primary = frozenset(column.key for column in self.table.primary_key)
        self._updates: dict[frozenset[str], Prepared] = {}

    def next(self, cells: Iterator[Any]) -> Row:
        """A row from the driver's values for `columns`, in their order."""
        row: Any = self._row()
        row.__dict__ = values = dict(zip(self._keys, cells, strict=False))
        for key, convert in self._from_driver:
            if values[key] is not None:
                values[key] = convert(values[key])
        return row  # type: ignore[no-any-return]

    def insert(self, connection: Connection, row: Row) -> None:
        """Insert a new row and set its number."""
        values = vars(row)
        done = self._insert.run(connection, **{place: values[key] for place, key in self._given})
        if self._number is not None:
            values[self._number.key] = done[0][0]

    @cached_property
    def _given(self) -> Sequence[tuple[str, str]]:
        """The parameters of an insert: name of the parameter, column."""
        return [(_PLACE + column.key, column.key) for column in self.columns if column is not self._number]

    @cached_property
    def _insert(self) -> Prepared:
        insert: Any = self.table.insert().values(_open([self.table.c[key] for _, key in self._given]))
        return Prepared(insert if self._number is None else insert.returning(self._number), self._dialect)

    def make(self, **values: Any) -> Row:
        """A new row; columns that are not given have the model's defaults."""
        row: Any = self._row()
        row.__dict__ = self._constant | values
        for name, field in self._made:
            if name not in values:
                row.__dict__[name] = field.get_default(call_default_factory=True)
        return row  # type: ignore[no-any-return]

    @staticmethod
    def values(row: Row) -> dict[str, Any]:
        """The current values of a row."""
        return dict(vars(row))

    def update(self, connection: Connection, row: Row, before: Mapping[str, Any]) -> None:
        """Update the changed columns of a row."""
        now = vars(row)
        changed = frozenset([key for key, value in before.items() if now[key] != value])
        if not changed:
            return
        if changed not in self._updates:
            self._updates[changed] = self._update(changed)
        self._updates[changed].run(connection, **{_PLACE + key: now[key] for key in changed | self._primary})

    def _update(self, changed: frozenset[str]) -> Prepared:
        statement = self.table.update().values(_open([column for column in self.columns if column.key in changed]))
        for column in self.table.primary_key:
            statement = statement.where(column == value(_PLACE + column.key, column.type))
        return Prepared(statement, self._dialect)


_PLACE = "its_"  # SQLAlchemy reserves the columns' own names


def _open(columns: Iterable[Column[Any]]) -> dict[str, BindParameter[Any]]:
    return {column.key: value(_PLACE + column.key, column.type) for column in columns}


def _unwatched(model: type[SQLModel]) -> type:
    """A class with a model's methods, unknown to SQLAlchemy and Pydantic."""
    own = [parent for parent in model.__mro__ if issubclass(parent, SQLModel) and parent is not SQLModel]
    members = {
        name: member
        for parent in reversed(own)
        for name, member in vars(parent).items()
        if isinstance(member, FunctionType | property | classmethod | staticmethod) and not name.startswith("__")
    }
    constants = {name: getattr(model, name) for name in model.__class_vars__ if hasattr(model, name)}
    return type(model.__name__, (), {**members, **constants, "__table__": inspect(model).local_table})
