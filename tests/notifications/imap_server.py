"""A real IMAP server (pymap) beside the tests, and a line to it that hides what some servers can't do or breaks."""

import imaplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Thread

from tests.notifications.mail_server import HERE, free_port
from tests.settings import settings_for_tests
from volunteer_match.config import Settings

USER, PASSWORD = "spor", "et kodeord til postkassen"
PATIENCE_SECONDS = 60
_numbers = count(1)


@dataclass(frozen=True)
class ImapServer:
    """Where it listens. `certificate` is what it shows when a client says STARTTLS."""

    port: int

    def sign_in(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(HERE, self.port, timeout=20)
        client.login(USER, PASSWORD)
        return client

    def new_folder(self) -> "Folder":
        number = next(_numbers)
        folder = Folder(self, f"post{number}", f"behandlet{number}")
        folder.make()
        return folder


@dataclass(frozen=True)
class Folder:
    """A mailbox of one test: what comes in, and where it is put."""

    server: ImapServer
    name: str
    handled: str

    def make(self) -> None:
        with closing_session(self.server.sign_in()) as client:
            client.create(self.name)

    def remake(self) -> None:
        """As when a mailbox is brought back from a copy: all numbers start anew."""
        with closing_session(self.server.sign_in()) as client:
            client.delete(self.name)
            client.create(self.name)

    def deliver(self, *mails: bytes) -> None:
        with closing_session(self.server.sign_in()) as client:
            for mail in mails:
                client.append(self.name, "", "", mail)

    def unread(self) -> list[bytes]:
        """What still waits for people."""
        return self._mails(self.name, "UNSEEN")

    def put_away(self) -> list[bytes]:
        """What was dealt with, all of it marked as read."""
        return self._mails(self.handled, "SEEN")

    def _mails(self, folder: str, which: str) -> list[bytes]:
        with closing_session(self.server.sign_in()) as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            numbers = client.search(None, which)[1][0].split()
            return [client.fetch(number.decode(), "(RFC822)")[1][0][1] for number in numbers]  # type: ignore[index,misc]

    def settings(self, **changes: object) -> Settings:
        usual: dict[str, object] = {
            "imap_host": HERE,
            "imap_port": self.server.port,
            "imap_user": USER,
            "imap_password": PASSWORD,
            "imap_tls": "none",
            "imap_timeout_seconds": 20,
            "imap_folder": self.name,
            "imap_handled_folder": self.handled,
        }
        return settings_for_tests(**{**usual, **changes})


@contextmanager
def closing_session(client: imaplib.IMAP4) -> Iterator[imaplib.IMAP4]:
    try:
        yield client
    finally:
        client.logout()


@contextmanager
def running_imap_server(certificate: Path | None = None, *, password: str = PASSWORD) -> Iterator[ImapServer]:
    """In a process of its own; nothing is kept when it ends."""
    port = free_port()
    tls = ["--cert", str(certificate), "--key", str(certificate)] if certificate else ["--no-tls"]
    command = [sys.executable, "-c", "from pymap.main import main; main()", "--host", HERE, "--port", str(port), *tls]
    command += ["dict", "--demo-user", USER, "--demo-password", password]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield ImapServer(port)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection((HERE, port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server does not answer")


@contextmanager
def line_to(
    port: int, *, hiding: tuple[bytes, ...] = (), breaks_at: bytes | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """A port that leads to the server, for one conversation; with TLS from the first byte if wanted.

    What the server says it can do loses `hiding`; when the client says `breaks_at` the line is cut.
    """
    with socket.create_server((HERE, 0)) as listening:

        def carry() -> None:
            client, _address = listening.accept()
            if tls:
                try:
                    client = tls.wrap_socket(client, server_side=True)
                except OSError:
                    return  # the client did not like what it saw
            with closing(client), closing(socket.create_connection((HERE, port))) as server:
                answers = Thread(target=_carry_answers, args=(server, client, hiding))
                answers.start()
                with suppress(OSError):
                    while (said := client.recv(65536)) and not (breaks_at and breaks_at in said):
                        server.sendall(said)
                for end in (client, server):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                answers.join(timeout=20)

        thread = Thread(target=carry)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            thread.join(timeout=20)


def _carry_answers(server: socket.socket, client: socket.socket, hiding: tuple[bytes, ...]) -> None:
    with suppress(OSError):
        while said := server.recv(65536):
            for ability in hiding:
                said = said.replace(b" " + ability, b"")
            client.sendall(said)
