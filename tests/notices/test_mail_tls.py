"""E-mail over SMTPS and STARTTLS, to servers whose certificate is trusted, and to one whose is not."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from app.config import Settings
from app.notices.channels import mail
from app.notices.channels.message import Message, Result
from app.notices.texts import Text
from tests.notices.receivers import mail_server

NOW = datetime.now(UTC)
MESSAGE = Message("01", "lianluo@huoqiu.gov.cn", (), NOW, Text("【督办】请报送", ["请于6月9日前报送。"]))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    signed = built.add_extension(address, critical=True).sign(key, hashes.SHA256())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path / "server.pem"
    file.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + signed.public_bytes(pem))
    return file


@pytest.mark.parametrize(("scheme", "option"), [("smtps", "ssl_context"), ("smtp+starttls", "tls_context")])
def test_a_mail_is_sent_over_tls_to_a_server_that_is_trusted_and_to_no_other(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, option: str
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with mail_server(**{option: context}) as (box, port):
        settings = Settings(smtp_url=SecretStr(f"{scheme}://127.0.0.1:{port}"))
        untrusted = mail.send(MESSAGE, settings)
        before = len(box.mails)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusted = mail.send(MESSAGE, settings)

    assert (untrusted.result, before) == (Result.AWAY, 0)
    assert untrusted.answer == "cannot be reached: SSLCertVerificationError"
    assert trusted.result is Result.SENT
    assert [one["Subject"] for one in box.mails] == ["【督办】请报送"]


def test_a_mail_does_not_leave_in_clear_where_starttls_is_set() -> None:
    with mail_server() as (box, port):
        outcome = mail.send(MESSAGE, Settings(smtp_url=SecretStr(f"smtp+starttls://127.0.0.1:{port}")))

    assert (outcome.result, box.mails) == (Result.AWAY, [])
