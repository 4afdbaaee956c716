"""A real SMTP server whose answers a test can choose."""

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

HERE = "127.0.0.1"
OK = "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@dataclass
class MailServer:
    """Answers with what the lists hold, first to last, and then with OK."""

    port: int = field(default_factory=free_port)
    answers_to_recipient: list[str] = field(default_factory=list)
    answers_to_content: list[str] = field(default_factory=list)
    # Awaited when a mail has come in whole, before the answer.
    on_mail: Callable[[int], Awaitable[None]] | None = None
    recipients: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.answers_to_recipient.pop(0) if self.answers_to_recipient else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers_to_content.pop(0) if self.answers_to_content else OK
        if answer == OK:
            self.recipients.extend(envelope.rcpt_tos)
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        if self.on_mail is not None:
            await self.on_mail(len(self.mails))
        return answer

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    @contextmanager
    def running(self, tls: ssl.SSLContext | None = None, *, immediately: bool = False) -> Iterator["MailServer"]:
        """TLS from the first byte, or when the client says STARTTLS."""
        asked_for, always = (None, tls) if immediately else (tls, None)
        controller = Controller(self, hostname=HERE, port=self.port, ssl_context=always, tls_context=asked_for)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


@contextmanager
def server_that_hangs_up(*, after: bytes) -> Iterator[int]:
    """Says yes to everything until the client has sent `after`, then closes the connection without an answer."""
    with socket.create_server((HERE, 0)) as listening:

        def talk() -> None:
            connection, _address = listening.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 hello\r\n")
                in_content = False
                for line in lines:
                    if line.startswith(after):
                        return
                    if not in_content:
                        in_content = line.startswith(b"data")
                        connection.sendall(b"354 go on\r\n" if in_content else b"250 ok\r\n")

        thread = Thread(target=talk)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            thread.join(timeout=10)
