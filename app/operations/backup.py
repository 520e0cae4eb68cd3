"""The backups: the database at one moment, its files of evidence, and a manifest of the content."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import func, inspect, make_url, select, text
from sqlmodel import Session, SQLModel

from app.access.actors import OPERATOR
from app.config import Settings
from app.database.engine import Database
from app.database.schemas import current_schema, make_schema
from app.errors import FileDamaged, StorageUnavailable, Unavailable
from app.journal.rows import canonical, digest
from app.journal.verification import verify
from app.journal.walking import Fault, Head
from app.migrate import newest_revision, require_this_version
from app.oversight.journal_queries import heads_of_visible
from app.storage import Storage, storage_of
from app.storage.folder import Folder
from app.updates.evidence_queries import damaged_files, stored_files

MANIFEST = "manifest.json"
FILES = "files"
_CHECKSUM = "sha256"


class BackupFailed(Exception):
    """A backup cannot be made, read or restored."""


class Manifest(BaseModel):
    """The content of a backup, read from the same state of the database that was copied."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    program: str
    made_at: datetime
    kind: Literal["sqlite", "postgresql"]
    schema_name: str | None = None  # on PostgreSQL; a backup of an older version has all schemas
    revision: str
    database: str  # the SHA-256 of the database's file
    heads: dict[str, Head]
    rows: dict[str, int]  # by table
    files: list[str]  # the SHA-256 of each file of evidence

    @property
    def database_name(self) -> str:
        return f"database.{'sqlite' if self.kind == 'sqlite' else 'dump'}"

    def write(self, folder: Path) -> None:
        content = self.model_dump(mode="json")
        whole = content | {_CHECKSUM: digest(canonical(content))}
        (folder / MANIFEST).write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises:
        BackupFailed: it is missing, or one byte of it was changed.
        """
        try:
            content = orjson.loads((folder / MANIFEST).read_bytes())
            checksum = content.pop(_CHECKSUM)
            manifest = cls.model_validate_json(orjson.dumps(content))
        except (OSError, ValueError, ValidationError, KeyError, TypeError, AttributeError) as broken:
            raise BackupFailed(f"{folder / MANIFEST} cannot be read: {broken}") from broken
        if digest(canonical(content)) != checksum:
            raise BackupFailed(f"{folder / MANIFEST} was altered: its contents do not have its own sha256")
        return manifest


def make_backup(settings: Settings, folder: Path, *, at: datetime) -> Manifest:
    """Write a backup into a new folder while the server goes on. It leaves no folder if it fails.

    The files come after the database, so that every file that the database names is there.

    Raises:
        BackupFailed: the folder is there already, the database or a file cannot be read, or pg_dump is missing.
    """
    if folder.exists():
        raise BackupFailed(f"{folder} is there already; give the name of a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as temporary:
            arriving = Path(temporary) / folder.name
            arriving.mkdir()
            with _copied(settings, arriving) as (session, kind):
                manifest = _manifest(session, kind, at)
            _copy_files(storage_of(settings), Storage(Folder(arriving / FILES)), manifest.files)
            manifest = manifest.model_copy(update={"database": _hash_of(arriving / manifest.database_name)})
            manifest.write(arriving)
            os.replace(arriving, folder)
    except (OSError, StorageUnavailable) as broken:
        raise BackupFailed(f"the backup cannot be written: {broken}") from broken
    return manifest


class Restored(NamedTuple):
    manifest: Manifest
    faults: list[Fault]  # where the restored database or its files differ from the backup


def restore_backup(folder: Path, settings: Settings) -> Restored:
    """Restore a backup into an empty database and an empty folder, and compare them with its manifest.

    Raises:
        BackupFailed: the backup is damaged, of another version or another kind of database, or the place is not empty.
            Nothing was written.
    """
    manifest, storage = Manifest.read(folder), storage_of(settings)
    database, url = folder / manifest.database_name, make_url(settings.database_url)
    if manifest.kind != url.get_backend_name():
        raise BackupFailed(f"the backup is of {manifest.kind}; DUBAN_DATABASE_URL names another kind of database")
    if manifest.revision != newest_revision():
        raise BackupFailed(
            f"the backup was made by version {manifest.program} at {manifest.revision}; restore it with that version, "
            "then run `duban migrate` with this one"
        )
    if not database.is_file() or _hash_of(database) != manifest.database:
        raise BackupFailed(f"{database} is missing or altered")
    stored = Storage(Folder(folder / FILES))
    if damaged := [sha256 for sha256 in manifest.files if not stored.has(sha256)]:
        raise BackupFailed(f"{len(damaged)} files are missing or altered, the first is {damaged[0]}")
    _require_empty(settings)
    if manifest.kind == "sqlite":
        _copy_sqlite(database, Path(str(url.database)))
    else:
        only_whole = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        into = _into_schema(settings, manifest.schema_name)
        _run_postgres("pg_restore", settings, *only_whole, *into, str(database))
    _copy_files(stored, storage, manifest.files)
    return Restored(manifest, _differences(settings, manifest))


@contextmanager
def target_for_drill(settings: Settings, folder: Path) -> Iterator[Settings]:
    """An empty database beside the other one and an empty folder. Both are deleted at the end.

    Raises:
        BackupFailed: the user of the database may not create one.
    """
    url, storage = make_url(settings.database_url), str(folder / "storage")
    if url.get_backend_name() == "sqlite":
        yield settings.model_copy(update={"database_url": f"sqlite:///{folder / 'drill.sqlite'}", "storage": storage})
        return
    name = f"duban_drill_{os.urandom(6).hex()}"
    _run_postgres("psql", settings, "--quiet", "--command", f'CREATE DATABASE "{name}"')
    try:
        uri = url.set(database=name).render_as_string(hide_password=False)
        yield settings.model_copy(update={"database_url": uri, "storage": storage})
    finally:
        _run_postgres("psql", settings, "--quiet", "--command", f'DROP DATABASE "{name}"')


@contextmanager
def _copied(settings: Settings, folder: Path) -> Iterator[tuple[Session, str]]:
    """The database's file in a folder, and a session that sees the state that was copied."""
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    if kind == "sqlite":
        copy = folder / "database.sqlite"
        _copy_sqlite(Path(str(url.database)), copy)
        settings = settings.model_copy(update={"database_url": f"sqlite:///{copy}"})
    with closing(Database(settings)) as database, database.session(writes=False) as session:
        _require_this_version(session)
        if kind != "sqlite":
            snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar()
            shape = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
            only = f'--schema="{current_schema(session.connection())}"'
            _run_postgres("pg_dump", settings, *shape, only, f"--file={folder / 'database.dump'}")
        yield session, kind


def _require_this_version(session: Session) -> None:
    try:
        require_this_version(session)
    except Unavailable as other:
        raise BackupFailed(str(other.detail)) from other


def _manifest(session: Session, kind: str, at: datetime) -> Manifest:
    return Manifest(
        program=version("duban"),
        made_at=at,
        kind="sqlite" if kind == "sqlite" else "postgresql",
        schema_name=None if kind == "sqlite" else current_schema(session.connection()),
        revision=newest_revision(),
        database="",
        heads=heads_of_visible(session, OPERATOR),
        rows=_rows(session),
        files=sorted(stored_files(session)),
    )


def _rows(session: Session) -> dict[str, int]:
    tables = SQLModel.metadata.sorted_tables
    return {str(table.name): session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def _differences(settings: Settings, manifest: Manifest) -> list[Fault]:
    """Where a restored database and its files differ from the manifest."""
    with closing(Database(settings)) as database, database.session(writes=False) as session:
        report = verify(session, {stream: head.hash for stream, head in manifest.heads.items()})
        faults = [*report.faults, *damaged_files(session, storage_of(settings))]
        found = _rows(session)
    for table, count in manifest.rows.items():
        if found.get(table) != count:
            faults.append(Fault(table, f"it has {found.get(table)} rows; the backup's manifest says {count}"))
    return faults


def _require_empty(settings: Settings) -> None:
    with closing(Database(settings)) as database, database.session(writes=False) as session:
        if inspect(session.connection()).get_table_names():
            raise BackupFailed("the database has tables; a backup is restored into an empty one only")
    if next(storage_of(settings).names(), None) is not None:
        raise BackupFailed(f"{settings.storage} is not empty; files are restored into an empty folder or bucket only")


def _into_schema(settings: Settings, name: str | None) -> list[str]:
    """What lets pg_restore fill one schema, which is made if it is not there."""
    if name is None:
        return []
    with closing(Database(settings)) as database, database.session(writes=True) as session:
        make_schema(session.connection(), name)
        if current_schema(session.connection()) != name:
            raise BackupFailed(f"the backup is of schema {name}; restore it with DUBAN_SCHEMA={name}")
    return [f"--schema={name}"]


def _copy_sqlite(source: Path, target: Path) -> None:
    """As it is at one moment, also while others write (SQLite's online backup)."""
    if not source.is_file():
        raise BackupFailed(f"the database {source} does not exist")
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _copy_files(source: Storage, target: Storage, names: list[str]) -> None:
    for sha256 in names:
        try:
            target.put(source.read(sha256))
        except FileDamaged as damaged:
            raise BackupFailed(f"file {sha256}: {damaged.detail}") from damaged


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _run_postgres(program: str, settings: Settings, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database. The password is passed in the environment, since every user
    of the machine can read the arguments."""
    if not settings.prepared_statements:
        raise BackupFailed(
            f"{program} changes its session, which a pooler gives to others: give the address of PostgreSQL itself in "
            "DUBAN_DATABASE_URL, without DUBAN_PREPARED_STATEMENTS"
        )
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is not installed here; it comes with PostgreSQL's client programs")
    url = make_url(settings.database_url)
    uri = url.set(drivername="postgresql", password=None).render_as_string()
    environment: Mapping[str, Any] = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603
        [found, f"--dbname={uri}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()}")
