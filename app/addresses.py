"""The addresses of this server as its clients see them: a proxy may serve it under a path, such as `/duban`."""

from contextvars import ContextVar

root_path: ContextVar[str] = ContextVar("root_path", default="")  # of the current request


def address(path: str) -> str:
    return root_path.get() + path
