"""Sends requests in a process of its own, in which nothing was sent before and nothing is cached:
`python -m tests.fastpath.fresh`, with the settings, the keys and the paths as JSON on standard input. Each key has an
app of its own."""

import json
import sys
from datetime import datetime
from typing import Any

from app import clock
from app.config import Settings
from app.main import create_app
from tests.client import Client


def main() -> None:
    job: dict[str, Any] = json.load(sys.stdin)
    moment = datetime.fromisoformat(job["now"])
    clock.now = lambda: moment
    settings, answers = Settings(**job["settings"] | {"answer_cache_mb": 0}), []
    for key in job["keys"]:
        with Client(create_app(settings)) as client:
            headers = {"Authorization": f"Bearer {key}"}
            answers.append({path: client.get(f"/api/v1{path}", headers=headers).text for path in job["paths"]})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
