"""The channel for e-mail, as text and HTML, over SMTP: with TLS (smtps://), STARTTLS, or neither."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from app.config import Settings
from app.notices.channels.message import Message, Outcome, Result, cut
from app.notices.texts import Text

SECONDS = 15
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
TEMPORARY = range(400, 500)


def send(message: Message, settings: Settings) -> Outcome:
    if settings.smtp_url is None:
        return Outcome(Result.AWAY, answer="DUBAN_SMTP_URL names no server")
    try:
        mail = written(message, settings.mail_from)
        with _server(urlsplit(settings.smtp_url.get_secret_value())) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        status, said = next(iter(refused.recipients.values()))
        result = Result.AWAY if status in TEMPORARY else Result.REJECTED
        return Outcome(result, status, cut(said.decode("utf-8", "replace")))
    except smtplib.SMTPResponseException as broken:
        said = broken.smtp_error if isinstance(broken.smtp_error, bytes) else str(broken.smtp_error).encode()
        is_data = isinstance(broken, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
        result = Result.REJECTED if is_data and broken.smtp_code not in TEMPORARY else Result.AWAY
        return Outcome(result, broken.smtp_code, cut(said.decode("utf-8", "replace")))
    except (smtplib.SMTPException, OSError) as broken:
        return Outcome(Result.AWAY, answer=f"cannot be reached: {type(broken).__name__}")
    except ValueError:
        return Outcome(Result.REJECTED, answer="this is not an e-mail address")
    return Outcome(Result.SENT, 250)


def written(message: Message, sender: str) -> EmailMessage:
    """Raises:
    ValueError: the receiver's address is not valid.
    """
    text = message.text or Text("", [])
    name, address = parseaddr(sender)
    mail = EmailMessage()
    mail["Subject"] = text.title
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=message.address)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    mail.set_content(text.plain)
    mail.add_alternative(text.html, subtype="html")
    return mail


def _server(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server
