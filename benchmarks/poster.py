"""Posts updates as fast as they are answered, over as many connections as asked for: a process of its own, so that it
takes nothing from the server. Prints JSON: the seconds, how often each status came, p99, the ids that were given.

    python -m benchmarks.poster PORT FILE_OF_KEYS CLIENTS SECONDS
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

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
    port, keys, clients, seconds = sys.argv[1:]
    load = Load(int(port), Path(keys).read_text("ascii").split(), int(clients), float(seconds))
    took = uvloop.run(load.run())
    p99 = sorted(load.times)[int(len(load.times) * 0.99)] * 1000
    print(json.dumps({"seconds": took, "statuses": load.statuses, "p99": p99, "ids": load.ids}))


if __name__ == "__main__":
    main()
