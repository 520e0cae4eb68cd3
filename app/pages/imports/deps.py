"""What the forms of an import send, and the import that an address names."""

import json
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, File, Form, Request
from pydantic import BaseModel
from sqlmodel import Session

from app.access.deps import found_before
from app.access.keys import FoundKey
from app.access.permissions import Permission
from app.access.sessions.own_forms import check_own_form
from app.access.sessions.page_deps import get_page_found
from app.database.session import SessionDep
from app.edge.forms import Upload, file_name
from app.pages.days import typed_day
from app.pages.deps import PageEditor
from app.pages.forms import shaped, whole_number
from app.registers.files.given import NOTHING_GIVEN
from app.registers.imports.models import RegisterImport
from app.registers.imports.queries import get_import
from app.registers.imports.reading_queue import ReadingQueue
from app.registers.imports.schemas import CommitQuery, ImportAnswers
from app.registers.imports.sent_register import SentRegister, read_sent
from app.shapes import JurisdictionCode, RowId


class RegisterForm(BaseModel):
    file: Upload
    jurisdiction: JurisdictionCode


class AnswersForm(BaseModel):
    answer: list[str] = []  # each a whole ImportAnswer as JSON, as the page offered it, or nothing
    column: list[str] = []  # what each column of the table is, from the left
    title: str = ""
    year: str = ""

    def answers(self) -> ImportAnswers:
        """In the order of the page, by which it finds out what an error is about.

        Raises: InvalidRequest.
        """
        said: list[Any] = [{"columns": self._columns()}] if any(self.column) else []
        said += [{"title": self.title}] if self.title.strip() else []
        said += [{"year": whole_number(self.year)}] if self.year.strip() else []
        said += [loaded(one) for one in self.answer if one]
        return shaped(ImportAnswers, answers=said)

    def _columns(self) -> dict[str, list[int] | None]:
        named: dict[str, list[int] | None] = {"requirement": None}  # rejected with words of its own
        for place, name in enumerate(self.column, start=1):
            if name:
                named[name] = [*(named.get(name) or []), place]
        return named


class CommitForm(BaseModel):
    preview: str = ""
    proposals: str = ""
    starts_on: str = ""

    def query(self) -> CommitQuery:
        return shaped(CommitQuery, preview=self.preview, proposals=self.proposals, starts_on=typed_day(self.starts_on))


def loaded(text: str) -> Any:
    """What no page offered is for the shape to reject."""
    try:
        return json.loads(text)
    except ValueError:
        return text


RegisterFormDep = Annotated[RegisterForm, File()]
AnswersFormDep = Annotated[AnswersForm, Form()]
CommitFormDep = Annotated[CommitForm, Form()]


def _import(import_id: RowId, actor: PageEditor, session: SessionDep) -> RegisterImport:
    return get_import(session, actor, import_id)


def _find(request: Request, session: Session) -> FoundKey:
    return get_page_found(request, session, BackgroundTasks())


async def _sent_register(request: Request, form: RegisterFormDep) -> SentRegister:
    editor = await found_before(request, Permission.EDIT_REGISTER, _find)
    await check_own_form(request)
    queue: ReadingQueue = request.app.state.reading_queue
    sent = await form.file.read(), file_name(form.file), queue.soffice, NOTHING_GIVEN
    return await queue.read(editor.key_id or 0, read_sent, *sent)


PageImport = Annotated[RegisterImport, Depends(_import)]
# Named first in a route: a file is read before the session begins, so that who waits has no connection.
SentOnPage = Annotated[SentRegister, Depends(_sent_register)]
