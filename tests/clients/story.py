"""What a script does first: list, filter, page, post, upload, and decide by the code of a problem.

The client is openapi-python-client's, made from the document with its own defaults.
"""

from io import BytesIO

from generated_client import AuthenticatedClient
from generated_client.api.obligations import list_obligations
from generated_client.api.updates import add_evidence, post_update
from generated_client.models import (
    Claim,
    EvidenceFile,
    EvidencePublic,
    ObligationPublic,
    Problem,
    ProblemCode,
    StatusUpdateCreate,
    StatusUpdatePublic,
)
from generated_client.types import UNSET, File


def owed(api: AuthenticatedClient) -> list[ObligationPublic]:
    """All that the caller's unit still owes, a page at a time."""
    found: list[ObligationPublic] = []
    cursor: str | None = None
    while True:
        page = list_obligations.sync(client=api, open_=True, limit=2, cursor=cursor or UNSET)
        if page is None or isinstance(page, Problem):
            raise RuntimeError(page)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return found


def advice(problem: Problem) -> str:
    match problem.code:
        case ProblemCode.OBLIGATION_CLOSED:
            return f"closed: {problem.type_}"
        case ProblemCode.INVALID_REQUEST:
            return ", ".join(wrong.field for wrong in problem.errors)
        case _:
            return problem.detail


def story(base_url: str, key: str) -> dict[str, object]:
    """A unit reports the first obligation that it owes, shows a file for it, and reports it once more."""
    with AuthenticatedClient(base_url=base_url, token=key) as api:
        obligations = owed(api)
        first = obligations[0].id
        report = StatusUpdateCreate(state=Claim.COMPLETED, narrative="已按月公开。")
        posted = post_update.sync(first, client=api, body=report)
        assert isinstance(posted, StatusUpdatePublic)
        file = File(payload=BytesIO("公开地址:霍邱县人民政府网站".encode()), file_name="公开说明.txt")
        evidence = add_evidence.sync(posted.id, client=api, body=EvidenceFile(file=file))
        assert isinstance(evidence, EvidencePublic)
        again = post_update.sync(first, client=api, body=report)
        return {
            "owed": len(obligations),
            "left": len(owed(api)),
            "file": evidence.file_name,
            "refused": advice(again) if isinstance(again, Problem) else None,
        }
