"""Posts updates as fast as they are answered, over a number of connections, to each of some servers in turn: a
process of its own, so that it takes nothing from them. Prints JSON, a member for each run: the seconds, how often each
status came, p99, the ids that were given.

    python -m benchmarks.poster FILE_OF_KEYS CLIENTS SECONDS ROUNDS PORT [PORT ...]
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from benchmarks.shapes import SMALL

OBLIGATIONS = SMALL.tasks * SMALL.units_in_task


class Load:
    def __init__(self, port: int, keys: list[str], clients: int, seconds: float) -> None:
        self.port, self.keys, self.clients, self.seconds = port, keys, clients, seconds
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []
        self.ids: list[int] = []

    async def run(self) -> float:
        """The seconds until the last answer."""
        begun = perf_counter()
        await asyncio.gather(*(self._client(place, begun + self.seconds) for place in range(self.clients)))
        return perf_counter() - begun

    async def _client(self, place: int, ends: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        number = place
        while perf_counter() < ends:
            begun = perf_counter()
            writer.write(self._request(number % OBLIGATIONS + 1, number))
            status, body = await _answer(reader)
            self.times.append(perf_counter() - begun)
            self.statuses[status] += 1
            if status == 201:
                self.ids.append(json.loads(body)["id"])
            number += self.clients
        writer.close()

    def _request(self, obligation: int, number: int) -> bytes:
        narrative = f"第{number}次填报:动态信息按月更新,静态信息分类置顶。"
        body = json.dumps({"state": "in_progress", "percent": number % 100, "narrative": narrative}).encode()
        head = (
            f"POST /api/v1/obligations/{obligation}/updates HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.keys[obligation - 1]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


def main() -> None:
    file, clients, seconds, rounds, *ports = sys.argv[1:]
    keys = Path(file).read_text("ascii").split()
    print(
        json.dumps([_run(int(port), keys, int(clients), float(seconds)) for _ in range(int(rounds)) for port in ports])
    )


def _run(port: int, keys: list[str], clients: int, seconds: float) -> dict[str, Any]:
    load = Load(port, keys, clients, seconds)
    took = uvloop.run(load.run())
    p99 = sorted(load.times)[int(len(load.times) * 0.99)] * 1000
    return {"seconds": took, "statuses": load.statuses, "p99": p99, "ids": load.ids}


if __name__ == "__main__":
    main()
