"""Files that leave, to be kept and not shown."""

from urllib.parse import quote


def attachment(name: str, plain: str) -> str:
    """Content-Disposition of a file (RFC 6266, RFC 8187).

    Args:
        name: its name, in whatever script.
        plain: a name in ASCII, for clients that read no other.
    """
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
