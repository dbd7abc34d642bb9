"""A mail server, over SMTP."""

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as FORM
from email.utils import format_datetime
from typing import Literal

from luckychit.core import clock
from luckychit.domain.mail.errors import MailFailed
from luckychit.domain.mail.sender import Outgoing

TIMEOUT_S = 20.0
# Answers from here on will be the same tomorrow.
_LASTING = 500


class SmtpSender:
    """Sends each letter over a connection of its own.

    Args:
        host: Of the mail server.
        port: Usually 587 (starttls) or 465 (tls).
        security: ``starttls`` and ``tls`` check the server's certificate and never fall
            back to plain; ``none`` is for a server on this machine.
        user: Name to sign in with, or "".
        password: For it.
        from_address: Whom letters come from, as in ``LuckyChit <hello@chits.example>``.
        own_host: The host people know us by: in the greeting and in letters' ids.
        timeout_s: For each step.
        context: How certificates are checked; None is by the system's authorities.

    Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 3834 (Auto-Submitted).
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: Literal["starttls", "tls", "none"],
        user: str,
        password: str,
        from_address: str,
        own_host: str,
        timeout_s: float = TIMEOUT_S,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._place = host, port
        self._security = security
        self._sign_in = user, password
        self._from_address = from_address
        self._own_host = own_host
        self._timeout_s = timeout_s
        self._context = context

    def send(self, letter: Outgoing) -> None:
        """Send one letter; see MailSender."""
        try:
            message = self._message(letter)
        except (ValueError, MessageError) as problem:
            raise MailFailed(why=f"not a letter: {problem!r}", is_lasting=True) from problem
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as problem:
            ((code, said),) = problem.recipients.values()
            raise _refused(code, said, is_lasting=code >= _LASTING) from problem
        except smtplib.SMTPDataError as problem:
            is_lasting = problem.smtp_code >= _LASTING
            raise _refused(
                problem.smtp_code, problem.smtp_error, is_lasting=is_lasting
            ) from problem
        # Before we came to the letter: the server is away, or we are not welcome there.
        except smtplib.SMTPResponseException as problem:
            raise _refused(problem.smtp_code, problem.smtp_error, is_away=True) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise MailFailed(why=f"{type(problem).__name__}: {problem}", is_away=True) from problem

    def _connected(self) -> smtplib.SMTP:
        host, port = self._place
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host,
                port,
                local_hostname=self._own_host,
                timeout=self._timeout_s,
                context=self._context or ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(
                host, port, local_hostname=self._own_host, timeout=self._timeout_s
            )
        try:
            if self._security == "starttls":
                server.starttls(context=self._context or ssl.create_default_context())
            if self._sign_in[0]:
                server.login(*self._sign_in)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _message(self, letter: Outgoing) -> EmailMessage:
        message = EmailMessage(policy=FORM)
        message["From"] = self._from_address
        message["To"] = letter.to_address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(clock.system_now())
        message["Message-ID"] = f"<{letter.letter_id}@{self._own_host}>"
        # Nobody's holiday notice shall answer it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body_text)
        message.add_alternative(letter.body_html, subtype="html")
        return message


def _refused(
    code: int, said: bytes | str, *, is_lasting: bool = False, is_away: bool = False
) -> MailFailed:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return MailFailed(why=f"{code} {words}", is_lasting=is_lasting, is_away=is_away)
