"""The demo: the sample in `app/registers/sample`, some weeks into its year."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from app.access.actions import create_key, has_keys
from app.access.actors import OPERATOR, Actor, prefix_of
from app.access.models import ActorRole, ApiKey
from app.access.schemas import KeyCreate
from app.checklists.models import Audience, Checklist, Task
from app.checklists.schedules import OnDay
from app.clock import SHANGHAI, local_day
from app.config import Settings
from app.database.engine import Database
from app.errors import AlreadyExists
from app.languages.messages import say
from app.migrate import upgrade
from app.obligations.models import Obligation
from app.obligations.publication_actions import publish
from app.registers.files.reader import read_register
from app.registers.imports.checklist_actions import import_register
from app.tasks.actions import change_task
from app.tasks.schemas import TaskChange
from app.units.directory_file import import_directory, read_directory
from app.units.models import Unit, UnitKind
from app.updates.models import Claim
from app.updates.posting import post_update
from app.updates.schemas import EvidenceWrite, StatusUpdateCreate

SAMPLE = Path(__file__).parent.parent / "registers" / "sample"
COUNTY = "341522"
TOWNSHIP = "白莲乡人民政府"  # one that has not completed task 2


ROLES = (ActorRole.REPORTER, ActorRole.COORDINATOR, ActorRole.AUDITOR, ActorRole.ADMIN)
KEYS = Path("demo.keys")  # lines for a shell, so that requests are pasted as they are printed


def prepare_demo(settings: Settings, *, port: int, at: datetime) -> str:
    """Migrate, fill, and return what to paste: a key for each role and three commands. An earlier demo's register is
    shown again, with the same keys.

    Raises:
        AlreadyExists: the database is in use by something else than this demo.
    """
    url = make_url(settings.database_url)
    if url.drivername == "sqlite" and url.database == "demo.db" and not KEYS.exists():
        for suffix in ("", "-wal", "-shm"):  # its own file, whose keys are lost
            Path(f"demo.db{suffix}").unlink(missing_ok=True)
    upgrade(settings)
    database = Database(settings)
    try:
        with database.session(writes=True) as session:
            if not has_keys(session):
                _Demo(session, at).run()
            elif not _has_all_keys(session):
                raise AlreadyExists(say("this database is in use; give the demo an empty one by DUBAN_DATABASE_URL"))
            return _instructions(session, f"http://127.0.0.1:{port}")
    finally:
        database.close()


def _stored_keys() -> dict[str, str]:
    """The demo's keys by the names of their roles."""
    lines = KEYS.read_text("ascii").splitlines() if KEYS.exists() else []
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def _has_all_keys(session: Session) -> bool:
    prefixes = {prefix_of(key) for key in _stored_keys().values()}
    found = session.exec(select(ApiKey).where(col(ApiKey.prefix).in_(prefixes), col(ApiKey.revoked_at).is_(None)))
    return len(found.all()) == len(ROLES)


class _Demo:
    def __init__(self, session: Session, at: datetime) -> None:
        self.session = session
        self.at = at
        self.today = local_day(at)

    def run(self) -> None:
        self._import(self._days_ago(40))
        for number, days in ((2, -12), (10, -20), (12, -3), (16, 5)):
            self._state_last_day(number, self.today + timedelta(days=days), self._days_ago(39))
        for day, number, names, state in self._reports():
            self._report(day, number, names, state)
        self._make_keys()

    def _days_ago(self, days: int) -> datetime:
        return datetime.combine(self.today - timedelta(days=days), time(9), SHANGHAI)

    def _import(self, at: datetime) -> None:
        units = read_directory((SAMPLE / "units.csv").read_bytes())
        import_directory(self.session, units, COUNTY, name="霍邱县", by=OPERATOR, at=at)
        # late enough that what was due three weeks ago lies in the register's year
        page_on = self.today - timedelta(days=60)
        text = (SAMPLE / "register.txt").read_text("utf-8").format(year=page_on.year, published_on=page_on)
        report = import_register(self.session, read_register(text.encode()), COUNTY, by=OPERATOR, at=at, soon=7)
        self.checklist = self.session.get_one(Checklist, report.checklist_id)
        since = self.checklist.starts_on
        publish(self.session, self.checklist, Audience.PUBLIC, by=OPERATOR, at=at, starts_on=since)
        tasks = select(Task).where(col(Task.checklist_id) == self.checklist.id)
        self.tasks = {task.number: task for task in self.session.exec(tasks)}
        self.units = {unit.name: unit for unit in self.session.exec(select(Unit))}

    def _state_last_day(self, number: int, day: date, at: datetime) -> None:
        task = self.tasks[number]
        change_task(
            self.session,
            task,
            TaskChange(revision=task.revision, schedule=OnDay(due_on=day)),
            by=OPERATOR,
            at=at,
            roll=True,
        )

    def _reports(self) -> Iterable[tuple[int, int, list[str], Claim]]:
        """(days ago, task, units, what they claim), oldest first: on time, late, and some of them never."""
        townships = [unit.name for unit in self.units.values() if unit.kind is UnitKind.TOWNSHIP]
        done, working = Claim.COMPLETED, Claim.IN_PROGRESS
        return [
            (30, 2, ["税务局", "经信局"], working),
            (28, 10, ["人社局", "住建局"], working),
            (25, 10, townships[:20], done),
            (22, 10, ["住建局"], done),
            (18, 2, ["税务局"], done),
            (14, 2, townships[:24], done),
            (9, 10, townships[20:26], done),
            (7, 2, ["经信局", *townships[24:27]], done),
            (4, 12, townships[:12], done),
            (2, 12, ["卫健委"], working),
            (1, 16, ["政府办"], working),
        ]

    def _report(self, days_ago: int, number: int, names: list[str], state: Claim) -> None:
        for name in names:
            unit = self.units[name]
            owed = select(Obligation).where(
                col(Obligation.task_id) == self.tasks[number].id, col(Obligation.unit_id) == unit.id
            )
            obligation = self.session.exec(owed).first()
            if obligation is None:
                continue
            actor = Actor(ActorRole.REPORTER, COUNTY, frozenset({unit.id}), who="demo")
            words = "已完成,相关信息已公开。" if state is Claim.COMPLETED else "正在推进,已完成信息梳理。"
            report = StatusUpdateCreate(
                state=state,
                percent=None if state is Claim.COMPLETED else 40,
                narrative=f"{name}:{words}",
                evidence=[EvidenceWrite(url="https://example.gov.cn/gongkai/1.html", title="公开页面")],
            )
            at = self._days_ago(days_ago)
            on = local_day(at)
            post_update(self.session.connection(), obligation.id, report, by=actor, at=at, arrived_on=on)

    def _make_keys(self) -> None:
        lines = [f"export {role.upper()}={self._key(role)}" for role in ROLES]
        KEYS.touch(0o600)
        KEYS.write_text("\n".join(lines) + "\n", "ascii")

    def _key(self, role: ActorRole) -> str | None:
        units = [self.units[TOWNSHIP].id] if role is ActorRole.REPORTER else []
        wanted = KeyCreate(name=f"demo {role}", role=role, jurisdiction=COUNTY, units=units)
        return create_key(self.session, wanted, by=OPERATOR, at=self.at).key


def _instructions(session: Session, base: str) -> str:
    keys = _stored_keys()
    checklist = session.exec(select(Checklist).order_by(col(Checklist.id)).limit(1)).one()
    task = session.exec(select(Task).where(col(Task.checklist_id) == checklist.id, col(Task.number) == 2)).one()
    township = session.exec(select(Unit).where(col(Unit.name) == TOWNSHIP)).one()
    shown = "\n".join(f"  {name:<12} {key}" for name, key in keys.items())
    update = '{"state": "in_progress", "percent": 60, "narrative": "已完成六成,正在核对。"}'
    api = f"{base}/api/v1"
    return f"""
{checklist.title}, as everybody sees it: {base}/board/{checklist.id}
The desk of {township.name}: {base}/desk
  the key to type there: {keys["REPORTER"]}
The office's desk: {base}/office
  the key to type there: {keys["COORDINATOR"]}

Keys, which `. ./{KEYS}` puts into variables of a shell (the reporter speaks for {township.name}):
{shown}

Where each unit stands with task 2, three of them:
  curl -s '{api}/obligations?task={task.id}&limit=3' -H 'Authorization: Bearer {keys["AUDITOR"]}'
A township reports:
  curl -s '{api}/tasks/{task.id}/units/{township.id}/updates' \
-H 'Authorization: Bearer {keys["REPORTER"]}' -H 'Content-Type: application/json' -d '{update}'
What is overdue:
  curl -s '{api}/overdue?limit=5' -H 'Authorization: Bearer {keys["AUDITOR"]}'

{base}/docs shows the rest. Ctrl-C ends it. The next demo goes on from here; without {KEYS} it begins anew.
"""
