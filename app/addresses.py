"""Addresses of this server, as whoever reads them reaches it: a proxy may serve it under a path, such as `/duban`."""

from contextvars import ContextVar

root_path: ContextVar[str] = ContextVar("root_path", default="")  # of the request that is answered


def address(path: str) -> str:
    return root_path.get() + path
