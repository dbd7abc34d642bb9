"""The adapter against a real mail server on this machine: what it sends, and its troubles."""

import email
import email.policy
import smtplib
import ssl
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from luckychit.core import clock
from luckychit.domain.mail.errors import MailFailed
from luckychit.domain.mail.sender import Outgoing
from luckychit.integrations.smtp import SmtpSender
from tests.helpers.server import free_port

LETTER = Outgoing(
    letter_id="0198-abc",
    to_address="ravi@example.com",
    subject="Confirm your address: पता",
    body_text="Hello,\n\nनमस्ते\n",
    body_html="<p>Hello, नमस्ते</p>",
)


class Mailbox:
    """Keeps what arrives; says what it is told to at each step."""

    def __init__(self, *, rcpt="250 OK", data="250 OK", mail="250 OK"):
        self.rcpt, self.data, self.mail = rcpt, data, mail
        self.letters = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data == "hang up":
            server.transport.abort()
            return "250 OK"
        if self.data.startswith("250"):
            self.letters.append(envelope)
        return self.data


@pytest.fixture
def serve():
    running = []

    def start(mailbox=None, **given):
        server = Controller(mailbox or Mailbox(), hostname="127.0.0.1", port=free_port(), **given)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


def sender(port, **given):
    asked = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "",
        "password": "",
        "from_address": "LuckyChit <hello@chits.example>",
        "own_host": "chits.example",
        "timeout_s": 2.0,
    }
    return SmtpSender(**{**asked, **given})


def refused(port, **given) -> MailFailed:
    with pytest.raises(MailFailed) as failure:
        sender(port, **given).send(LETTER)
    return failure.value


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    # The machine's own time: so reads the one who checks it.
    now = clock.system_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


class TestALetter:
    def test_arrives_in_both_forms_with_all_that_belongs_on_it(self, serve):
        mailbox = Mailbox()
        sender(serve(mailbox).port).send(LETTER)
        (envelope,) = mailbox.letters
        assert envelope.mail_from == "hello@chits.example"
        assert envelope.rcpt_tos == ["ravi@example.com"]
        got = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert got["subject"] == LETTER.subject
        assert got["from"] == "LuckyChit <hello@chits.example>"
        assert got["message-id"] == "<0198-abc@chits.example>"
        assert got["auto-submitted"] == "auto-generated"
        sent_at = got["date"].datetime
        assert abs(clock.system_now() - sent_at) < timedelta(minutes=1)
        assert got.get_body(("plain",)).get_content().splitlines() == LETTER.body_text.splitlines()
        assert "नमस्ते" in got.get_body(("html",)).get_content()

    def test_has_the_same_id_at_every_try(self, serve):
        mailbox = Mailbox()
        made = sender(serve(mailbox).port)
        made.send(LETTER)
        made.send(LETTER)
        ids = {email.message_from_bytes(each.content)["message-id"] for each in mailbox.letters}
        assert len(ids) == 1

    @pytest.mark.parametrize("field", ["subject", "to_address"])
    def test_smuggles_no_line_into_its_head(self, serve, field):
        mailbox = Mailbox()
        values = {
            name: getattr(LETTER, name)
            for name in ("letter_id", "to_address", "subject", "body_text", "body_html")
        }
        letter = Outgoing(**(values | {field: "a@example.com\r\nBcc: evil@example.com"}))
        with pytest.raises(MailFailed) as failure:
            sender(serve(mailbox).port).send(letter)
        assert failure.value.is_lasting
        assert mailbox.letters == []


class TestTrouble:
    @pytest.mark.parametrize(
        ("says", "is_lasting", "is_away"),
        [
            ({"rcpt": "550 no such user"}, True, False),
            ({"rcpt": "450 try later"}, False, False),
            ({"data": "554 spam"}, True, False),
            ({"data": "451 try later"}, False, False),
            ({"mail": "553 not from you"}, False, True),
            ({"data": "hang up"}, False, True),
        ],
    )
    def test_is_told_apart(self, serve, says, is_lasting, is_away):
        problem = refused(serve(Mailbox(**says)).port)
        assert (problem.is_lasting, problem.is_away) == (is_lasting, is_away)
        assert problem.why

    def test_of_a_server_that_is_not_there(self):
        assert refused(free_port()).is_away

    def test_of_one_that_never_speaks(self, monkeypatch):
        import socket  # noqa: PLC0415 - pytest-socket puts its own in place

        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            problem = refused(silent.getsockname()[1], timeout_s=0.3)
        assert problem.is_away
        assert "timed out" in problem.why.lower() or "Timeout" in problem.why

    def test_of_one_that_does_not_know_us(self, serve):
        port = serve(
            auth_require_tls=False, authenticator=lambda *_: AuthResult(success=False)
        ).port
        problem = refused(port, user="us", password="wrong")
        assert problem.is_away
        assert "wrong" not in problem.why


class TestSigningIn:
    def test_gives_name_and_password(self, serve):
        seen = []

        def check(_server, _session, _envelope, _mechanism, data):
            seen.append((data.login, data.password))
            return AuthResult(success=True)

        mailbox = Mailbox()
        port = serve(mailbox, auth_require_tls=False, authenticator=check).port
        sender(port, user="us", password="right").send(LETTER)
        assert seen == [(b"us", b"right")]
        assert len(mailbox.letters) == 1


class TestSecurity:
    def test_starttls_sends_over_tls(self, serve, tls, certificate):
        mailbox = Mailbox()
        port = serve(mailbox, tls_context=tls, require_starttls=True).port
        trusting = ssl.create_default_context(cafile=str(certificate))
        sender(port, security="starttls", context=trusting).send(LETTER)
        assert len(mailbox.letters) == 1

    def test_tls_sends_over_tls(self, serve, tls, certificate):
        mailbox = Mailbox()
        port = serve(mailbox, ssl_context=tls).port
        trusting = ssl.create_default_context(cafile=str(certificate))
        sender(port, security="tls", context=trusting).send(LETTER)
        assert len(mailbox.letters) == 1

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_does_not_believe_a_certificate_of_nobody(self, serve, tls, security):
        given = {"ssl_context": tls} if security == "tls" else {"tls_context": tls}
        mailbox = Mailbox()
        problem = refused(serve(mailbox, **given).port, security=security)
        assert problem.is_away
        assert "CERTIFICATE_VERIFY_FAILED" in problem.why
        assert mailbox.letters == []

    def test_never_falls_back_to_plain(self, serve):
        mailbox = Mailbox()
        problem = refused(serve(mailbox).port, security="starttls")
        assert problem.is_away
        assert smtplib.SMTPNotSupportedError.__name__ in problem.why
        assert mailbox.letters == []
