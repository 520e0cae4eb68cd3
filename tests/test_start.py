"""What a start imports: what only some requests, the tick or a command need waits until then."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import app


def imported_by_functions() -> Iterator[str]:
    for file in Path(app.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from imported_in(function)


def imported_in(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


def test_a_start_does_not_import_what_functions_import_for_themselves() -> None:
    waits = set(imported_by_functions()) - sys.stdlib_module_names
    told = "import sys, app.cli; print(*sys.modules)"
    command = [sys.executable, "-c", told]
    started = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  ours

    assert waits & set(started.stdout.split()) == set()
