"""Heads that are stored elsewhere show what was cut off or rewritten since."""

from pathlib import Path

import pytest

from app.config import get_settings
from tests.cli.conftest import Run
from tests.conftest import County
from tests.journal.test_verification import report, tamper

KEY, OTHER = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "4c" * 32
# RFC 8032, 7.1, TEST 1: the public key of KEY
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@pytest.fixture
def stored(run: Run, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUBAN_SIGNING_KEY", KEY)
    file = tmp_path / "heads.txt"
    file.write_text(run("heads").stdout)
    return file


def test_heads_of_today_are_valid_later(run: Run, county: County, stored: Path) -> None:
    report(county, 9, "政府办", state="in_progress")
    checked = run("heads", "check", stored)

    assert checked.exit_code == 0, checked.output
    assert f"signed ed25519 {PUBLIC} " in stored.read_text()
    assert run("verify", "--since", stored).exit_code == 0


def test_a_chain_that_is_shorter_or_another_is_named(run: Run, county: County, stored: Path) -> None:
    tamper(
        county,
        "DELETE FROM journal_entry WHERE stream = 'checklist:1' AND seq > 3",
        "UPDATE journal_entry SET hash = 'rewritten' WHERE stream = 'directory:341522'",
    )
    checked = run("heads", "check", stored)

    assert checked.exit_code == 1
    assert "checklist:1: it is shorter than it was" in checked.output
    assert "directory:341522: it is not the one that it was" in checked.output


@pytest.mark.parametrize(
    ("key", "old", "new", "fault"),
    [
        (KEY, "checklist:1 ", "checklist:7 ", "its signature does not fit what it says"),
        (OTHER, "", "", "it is signed with another key"),
        (KEY, "signed ed25519", "signed", "it is not signed"),
    ],
)
def test_a_text_with_another_signature_is_named(
    run: Run, stored: Path, monkeypatch: pytest.MonkeyPatch, key: str, old: str, new: str, fault: str
) -> None:
    stored.write_text(stored.read_text().replace(old, new) if old else stored.read_text())
    monkeypatch.setenv("DUBAN_SIGNING_KEY", key)
    get_settings.cache_clear()
    checked = run("heads", "check", stored)

    assert checked.exit_code == 1
    assert fault in checked.output


def test_without_a_key_heads_say_that_they_are_unsigned(run: Run, county: County) -> None:
    assert run("heads").stdout.splitlines()[-1].startswith("unsigned")
    assert county.as_role("auditor").get("/journal/heads").text.splitlines()[-1].startswith("unsigned")


def test_a_wrong_key_is_refused_with_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SIGNING_KEY", "secret")
    get_settings.cache_clear()
    refused = run("heads")

    assert refused.exit_code == 2


def test_an_auditor_reads_the_heads_in_scope(county: County) -> None:
    answer = county.as_role("auditor").get("/journal/heads")
    streams = [line.split()[0] for line in answer.text.splitlines()[2:-1]]

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    assert streams == ["access:341522", "catalogue:341522", "checklist:1", "directory:341522"]
