"""The routes of exports."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from app import clock
from app.access.deps import ObligationReader, Reader
from app.access.routing import api_router
from app.checklists.deps import VisibleChecklist
from app.database.session import SessionDep
from app.edge.attachments import attachment
from app.registers.exports import queries
from app.registers.exports.formats import MEDIA_TYPES, FileFormat, pieces, size_of, written
from app.registers.exports.schemas import PrintedRegisterQuery, RegisterQuery
from app.registers.exports.table import OutTable

router = api_router(tags=["registers"])
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the file",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()},
    }
}


@router.get("/checklists/{checklist_id}/register", response_class=Response, responses=FILES)
def export_register(
    checklist: VisibleChecklist,
    query: Annotated[PrintedRegisterQuery, Query()],
    actor: Reader,
    session: SessionDep,
    response: Response,
) -> StreamingResponse:
    """The register as the county publishes it: sections, requirements, units as printed, 完成情况.

    Where the office wrote none, that is composed from what its units have completed.
    """
    table = queries.printed_register(session, actor, checklist, query.stand(clock.today()), query.units)
    return _sent(table, query.format, response)


@router.get("/checklists/{checklist_id}/working-register", response_class=Response, responses=FILES)
def export_working_register(
    actor: ObligationReader,
    checklist: VisibleChecklist,
    query: Annotated[RegisterQuery, Query()],
    session: SessionDep,
    response: Response,
) -> StreamingResponse:
    """台账: a row for each obligation that you may read, with its last day, its state and the last report."""
    table = queries.working_register(session, actor, checklist, query.stand(clock.today()))
    return _sent(table, query.format, response)


def _sent(table: OutTable, form: FileFormat, response: Response) -> StreamingResponse:
    file = written(table, form)
    headers = {
        "Content-Disposition": attachment(f"{table.title}.{form}", f"register.{form}"),
        "Content-Length": str(size_of(file)),
    }
    return StreamingResponse(pieces(file), media_type=MEDIA_TYPES[form], headers=dict(response.headers) | headers)
