"""The header for files that are downloaded and not shown."""

from urllib.parse import quote


def attachment(name: str, ascii_name: str) -> str:
    """Content-Disposition of a file (RFC 6266, RFC 8187).

    Args:
        name: its name, in whatever script.
        ascii_name: a name in ASCII, for clients that read no other.
    """
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
