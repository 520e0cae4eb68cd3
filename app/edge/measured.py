"""The definitions of the metrics of requests and connections: name, meaning, labels."""

from app.edge.observation import Observation

REQUESTS = ("duban_http_requests", "requests answered", ("method", "path", "status"))
STATEMENT_SECONDS = ("duban_database_statement_seconds", "time in the database, by statement")
REQUEST_SECONDS = ("duban_http_request_seconds", "time to answer", ("path",))
CONNECTIONS = ("duban_database_connections", "open connections", ("state",))
CONNECTIONS_LIMIT = ("duban_database_connections_limit", "most there may be", ())
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def labels_of(seen: Observation) -> tuple[str, str, int]:
    """Method, route and status, from fixed sets: any caller can invent paths and methods."""
    return seen.method if seen.method in KNOWN_METHODS else "other", seen.template, seen.status
