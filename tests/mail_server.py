"""A mail server of the smallest kind, for tests: it speaks SMTP over a real socket and remembers what it was given."""

import datetime as dt
import email
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.policy import default
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Dialogue(socketserver.StreamRequestHandler):
    """One connection: a command, an answer, until somebody hangs up."""

    server: "MailServer"

    def handle(self) -> None:
        self.say("220 mail.example.org")
        while line := self.rfile.readline():
            word, _space, rest = line.decode().strip().partition(" ")
            answer = getattr(self, word.lower(), None)
            if answer is None:
                self.say("500 what?")
            elif answer(rest) == "end":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def ehlo(self, _rest: str) -> None:
        self.say("250-mail.example.org")
        if self.server.tls and not isinstance(self.connection, ssl.SSLSocket):
            self.say("250-STARTTLS")
        self.say("250-AUTH PLAIN")
        self.say("250 8BITMIME")

    def starttls(self, _rest: str) -> str | None:
        assert self.server.tls
        self.say("220 go ahead")
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except ssl.SSLError:  # the client does not trust us
            return "end"
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.server.secure += 1
        return None

    def auth(self, rest: str) -> None:
        self.server.logins.append(rest)
        self.say("235 welcome")

    def mail(self, _rest: str) -> None:
        self.say("250 ok")

    def rcpt(self, rest: str) -> str | None:
        address = rest.partition("<")[2].partition(">")[0]
        answer = self.server.answers.get(address, "250 ok")
        if answer == "hang up":
            return "end"
        self.say(answer)
        return None

    def data(self, _rest: str) -> str | None:
        self.say("354 tell me")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        self.server.received.append(email.message_from_bytes(b"".join(lines), policy=default))
        if self.server.silent_after_data:
            return "end"
        self.say("250 taken")
        return None

    def rset(self, _rest: str) -> None:
        self.say("250 ok")

    def quit(self, _rest: str) -> str:
        self.say("221 bye")
        return "end"


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` says what the recipient's address is answered with; the rest is remembered."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.tls, self.secure = tls, 0
        self.answers: dict[str, str] = {}
        self.received: list[Message] = []
        self.logins: list[str] = []
        self.silent_after_data = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """A server that takes connections until the block ends."""
    with MailServer(tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS of a server at 127.0.0.1, and the file of the certificate that a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2076))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, file
