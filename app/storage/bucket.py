"""The place for contents in a bucket of an S3-compatible store, under the same paths as in a folder.

The address of the store and its credentials are in the environment that all S3 programs read: AWS_ENDPOINT_URL,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_VIRTUAL_HOSTED_STYLE_REQUEST.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.storage.place import NAME, Unreachable, path_of

AGAIN_SECONDS = 5.0  # for which a store that did not answer is not tried: requests need not wait for it one by one
TRIES = 3


class Bucket:
    def __init__(self, url: str, seconds: float) -> None:
        """Args:
        seconds: how long one request may take, all its tries together.
        """
        self._store = S3Store.from_url(
            url,
            client_options={
                "allow_http": True,  # the endpoint's address says which
                "connect_timeout": timedelta(seconds=seconds / TRIES),
                "timeout": timedelta(seconds=seconds / 2),
            },
            retry_config={"max_retries": TRIES - 1, "retry_timeout": timedelta(seconds=seconds / 2)},
        )
        self._ask_again_at = 0.0

    def write(self, name: str, content: bytes) -> None:
        with self._reached():
            obstore.put(self._store, path_of(name), content, use_multipart=False)  # whole, or not at all

    def pieces(self, name: str) -> Iterator[bytes]:
        with self._reached():
            for piece in obstore.get(self._store, path_of(name)):
                yield bytes(piece)

    def erase(self, name: str) -> None:
        with self._reached():
            obstore.delete(self._store, path_of(name))

    def names(self) -> Iterator[str]:
        with self._reached():
            for page in obstore.list(self._store):
                for found in page:
                    name = found["path"].rpartition("/")[2]
                    if NAME.fullmatch(name):
                        yield name

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Raises:
        Unreachable: the store does not answer, or rejects us. FileNotFoundError: the content does not exist.
        """
        if monotonic() < self._ask_again_at:
            raise Unreachable("the store did not answer a moment ago")
        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as broken:
            self._ask_again_at = monotonic() + AGAIN_SECONDS
            raise Unreachable(f"the store cannot be used: {broken}") from broken
