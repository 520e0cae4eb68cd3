"""The route that reads a register file without an import."""

from app import clock
from app.access.deps import RegisterEditor
from app.access.routing import api_router
from app.database.session import SessionDep, reads_only
from app.edge.route_table import waiting
from app.languages.catalogue import said_in
from app.languages.negotiation import LanguageDep
from app.registers.imports import reading_queries
from app.registers.imports.deps import PAGE_BODY, PageAsReadDep
from app.registers.imports.reading_schemas import CellReadingPublic, CellToRead, ReadingPublic
from app.registers.requirements.schemas import RequirementReadingPublic, RequirementText, requirement_reading

router = api_router("/registers", tags=["registers"])


@router.post("/readings", openapi_extra=PAGE_BODY)
@reads_only
@waiting
def read_register(
    sent: PageAsReadDep, actor: RegisterEditor, session: SessionDep, language: LanguageDep
) -> ReadingPublic:
    """Read the page of a register, its HTML or its text, as an import would, and write nothing.

    The response has the reading of each row and the questions before an import.
    """
    return said_in(language, reading_queries.read_page(session, sent, by=actor, today=clock.today()))


@router.post("/cell-readings")
@reads_only
def read_cell(actor: RegisterEditor, wanted: CellToRead, session: SessionDep) -> CellReadingPublic:
    """Read a cell of responsible units, as `duban read-cell` does, and write nothing."""
    return reading_queries.read_cell(session, wanted, by=actor)


@router.post("/requirement-readings")
@reads_only
def read_requirement(actor: RegisterEditor, wanted: RequirementText, language: LanguageDep) -> RequirementReadingPublic:
    """Propose time limits and quantities from the prose of a task, as `duban read-requirement` does; nothing is
    written, and nothing is guessed into a schedule."""
    return said_in(language, requirement_reading(wanted))
