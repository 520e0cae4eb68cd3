"""An attempt to sign in by account, from its cookie."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from app.access.sessions.attempts import Attempt
from app.errors import SignInExpired

AT = datetime(2023, 6, 1, 4, tzinfo=UTC)


def hashed(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def test_an_attempt_is_told_by_hashes_of_its_secret() -> None:
    attempt = Attempt("s3cret", 1685592000, "/desk?tab=due.1&x=%2F")

    assert attempt.cookie == "s3cret.1685592000.%2Fdesk%3Ftab%3Ddue.1%26x%3D%252F"
    assert (attempt.state, attempt.nonce) == (hashed("state:s3cret"), hashed("nonce:s3cret"))
    assert attempt.challenge == hashed(attempt.verifier)
    assert attempt.verifier == hashed("verifier:s3cret")
    assert Attempt.finished(attempt.cookie, attempt.state, AT) == attempt


def test_an_attempt_lasts_ten_minutes() -> None:
    attempt = Attempt.begin("/desk", AT)
    seconds = timedelta(seconds=1)

    assert (len(attempt.secret), attempt.begun, attempt.next) == (43, 1685592000, "/desk")
    assert Attempt.finished(attempt.cookie, attempt.state, AT + 599 * seconds) == attempt
    for at in (AT - seconds, AT + 600 * seconds):
        with pytest.raises(SignInExpired):
            Attempt.finished(attempt.cookie, attempt.state, at)


@pytest.mark.parametrize(
    "cookie", [None, "", ".1685592000.", "s3cret", "s3cret.x.", "s3cret.1685592000000.", "other.1685592000."]
)
def test_a_cookie_that_is_not_of_this_attempt_is_refused(cookie: str | None) -> None:
    with pytest.raises(SignInExpired):
        Attempt.finished(cookie, Attempt("s3cret", 1685592000, "").state, AT)


@pytest.mark.parametrize(
    ("next_", "stays"), [("/" + "x" * 1999, True), ("/" + "x" * 2000, False), ("/" + "督" * 223, False)]
)
def test_an_address_that_is_too_long_for_a_cookie_is_dropped(next_: str, stays: bool) -> None:
    assert Attempt.begin(next_, AT).next == (next_ if stays else "")
