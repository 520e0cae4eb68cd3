"""The arrows between the rooms, and between the files inside a room: who may import whom."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import app

ROOT = Path(app.__file__).parent

# From left to right. A room may import itself and what stands in a line above its own.
LAYERS = [
    ["languages"],
    ["addresses", "setting_types", "clock", "errors"],
    ["config"],
    ["shapes"],
    ["paging", "storage"],
    ["database"],
    ["edge"],
    ["journal"],
    ["access"],
    ["fastpath"],
    ["workdays"],
    ["units"],
    ["checklists"],
    ["obligations"],
    ["tasks"],
    ["updates"],
    ["oversight"],
    ["notices"],
    ["registers"],
    ["pages"],
    ["vocabulary"],
    ["models", "migrate"],
    ["operations"],
    ["openapi"],
    ["main"],
    ["cli"],
]
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
ROOTS = ("setting_types", "config", "clock", "errors")

# What a file inside a room may not import, by the end of its name: `task_queries` is one of the queries.
FORBIDDEN = {
    "models": {"queries", "actions", "routes", "schemas", "deps"},
    "schemas": {"queries", "actions", "routes", "deps"},
    "queries": {"actions", "routes", "deps"},
    "deps": {"actions", "routes"},
    "actions": {"routes", "deps"},
}

# The folders of `registers`, and which of the others each may import. Nothing that a pure one imports, be it far away,
# knows a database or the web: what a file, a cell or a sentence says is read from its text alone.
REGISTERS: dict[str, set[str]] = {
    "cells": set(),
    "requirements": set(),
    "files": {"cells"},
    "exports": {"files"},  # the line by which a file of our own is known
    "imports": {"cells", "requirements", "files", "exports"},  # what an export says is no change of the checklist
}
PURE = ("cells", "requirements", "files")
WEB = {"fastapi", "starlette"}


class Arrow(NamedTuple):
    """One import: `source` imports `target`; both without the leading `app.`."""

    source: str
    target: str

    @property
    def rooms(self) -> tuple[str, str]:
        return self.source.partition(".")[0], self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.source} imports {self.target}"


def modules() -> dict[str, Path]:
    """Every module of the application: `access.routes` and its file."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


MODULES = modules()


def imports_of(source: str, tree: ast.AST) -> Iterator[Arrow]:
    """The application's own modules that one imports, wherever in the file, under `if` or in a function too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively; write the whole name"
            targets = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            head, _, name = target.partition(".")
            if head == "app":
                yield Arrow(source, name if name in MODULES else name.rpartition(".")[0])


@cache
def arrows() -> list[Arrow]:
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
    return [arrow for name, tree in trees.items() for arrow in imports_of(name, tree)]


def kind(module: str) -> str:
    """`obligations.task_queries` is one of the `queries`."""
    return module.rpartition(".")[2].rpartition("_")[2]


def folder(module: str) -> str:
    """`registers.cells.reader` lies in `cells`; what lies in another room, in none."""
    room, _, rest = module.partition(".")
    return rest.partition(".")[0] if room == "registers" else ""


def listed(some: list[Arrow]) -> str:
    return "\n".join(sorted(str(arrow) for arrow in some))


def test_every_module_stands_in_a_room() -> None:
    rooms = {name.partition(".")[0] for name in MODULES}

    assert rooms == set(RANK)


def test_every_import_is_of_a_module_that_exists() -> None:
    unknown = [arrow for arrow in arrows() if arrow.target not in MODULES]

    assert len(arrows()) > 100
    assert not unknown, listed(unknown)


def test_a_room_imports_only_itself_and_rooms_to_its_left() -> None:
    wrong = [arrow for arrow in arrows() if len({*arrow.rooms}) == 2 and RANK[arrow.rooms[1]] >= RANK[arrow.rooms[0]]]

    assert not wrong, listed(wrong)


@pytest.mark.parametrize("root", ROOTS)
def test_the_roots_import_no_room_but_the_languages(root: str) -> None:
    wrong = [arrow for arrow in arrows() if arrow.rooms[0] == root and arrow.rooms[1] not in {*ROOTS, "languages"}]

    assert not wrong, listed(wrong)


def test_only_main_imports_routes() -> None:
    wrong = [arrow for arrow in arrows() if kind(arrow.target) == "routes" and arrow.source != "main"]

    assert not wrong, listed(wrong)


@pytest.mark.parametrize("source", FORBIDDEN)
def test_inside_the_rooms_each_kind_of_file_imports_only_what_it_may(source: str) -> None:
    wrong = [arrow for arrow in arrows() if kind(arrow.source) == source and kind(arrow.target) in FORBIDDEN[source]]

    assert not wrong, listed(wrong)


def test_no_two_modules_import_each_other_in_a_ring() -> None:
    left = {name: {arrow.target for arrow in arrows() if arrow.source == name} for name in MODULES}
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]

    assert not left, f"these import each other: {sorted(left)}"


def test_models_know_no_web_framework() -> None:
    wrong = [name for name, path in MODULES.items() if kind(name) == "models" and WEB & {*outside_imports(path)}]

    assert not wrong, wrong


def test_of_the_registers_only_routes_and_deps_know_the_web_framework() -> None:
    known = {name for name, path in MODULES.items() if folder(name) and WEB & {*outside_imports(path)}}

    assert known
    assert {kind(name) for name in known} == {"routes", "deps"}


def test_every_file_of_the_registers_lies_in_one_of_their_folders() -> None:
    registers = {name for name in MODULES if name.startswith("registers.")}

    assert {folder(name) for name in registers} == set(REGISTERS)


def test_the_folders_of_the_registers_import_one_way() -> None:
    wrong = [
        arrow
        for arrow in arrows()
        if (source := folder(arrow.source)) and arrow.rooms[1] == "registers"
        if (target := folder(arrow.target)) != source and target not in REGISTERS[source]
    ]

    assert not wrong, listed(wrong)


@pytest.mark.parametrize("pure", PURE)
def test_a_reader_reaches_no_database_and_no_web_framework(pure: str) -> None:
    reached = {name for name in MODULES if folder(name) == pure}
    while more := {arrow.target for arrow in arrows() if arrow.source in reached} - reached:
        reached |= more
    wrong = [
        f"{name} imports {module}"
        for name in sorted(reached - {"errors.constraints", "clock"})  # they open no connection
        for module in {*outside_imports(MODULES[name])} & {*WEB, "sqlalchemy", "sqlmodel"}
    ]

    assert not wrong, wrong
    assert not {name for name in reached if name.startswith("database.")}


def outside_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
