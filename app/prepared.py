"""Statements for hot paths, compiled once: building and compiling a large one takes longer than the database does."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, Dialect, bindparam
from sqlalchemy.sql.compiler import SQLCompiler

Values = tuple[Any, ...] | dict[str, Any]


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
