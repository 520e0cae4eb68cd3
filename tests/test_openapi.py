import re
from pathlib import Path

from app.config import Settings
from app.main import create_app


def test_every_reference_leads_somewhere_and_every_operation_has_a_plain_name(tmp_path: Path) -> None:
    document = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db")).openapi()
    referenced = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    operations = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]

    assert referenced <= set(document["components"]["schemas"])
    assert len(operations) == len(set(operations))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in operations)
