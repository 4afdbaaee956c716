"""The mailbox on the mail server (IMAP4rev1, RFC 3501): what is new in it, and putting away what was read."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from volunteer_match.config import Settings

# Answers and reports are small, and what we need of them stands first. Larger mails are read so far and no further.
MOST_BYTES = 512 * 1024
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxUnreadable(Exception):
    """No connection, a wrong password, or something the server refused. Says nothing that could be personal."""


class Mailbox:
    """An open conversation about one folder. Every method raises MailboxUnreadable."""

    def __init__(self, server: imaplib.IMAP4, *, folder: str, handled_folder: str) -> None:
        self._server = server
        self._handled_folder = _quoted(handled_folder)
        _expect("SELECT", server.select(_quoted(folder)))
        self._abilities = _abilities(server)
        # Numbers hold as long as this one does (RFC 3501, 2.3.1.1).
        self.validity = int(_first(server.response("UIDVALIDITY")[1]) or 0)

    def numbers_after(self, number: int, *, since: date) -> list[int]:
        """The mails with a higher number that came on this day or later, the first to come first."""
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = _expect("SEARCH", self._server.uid("SEARCH", f"UID {number + 1}:*", "UNDELETED", "SINCE", day))
        # "7:*" finds the last mail also when its number is lower.
        return sorted(uid for uid in map(int, (_first(found) or b"").split()) if uid > number)

    def read(self, number: int) -> bytes | None:
        """The beginning of a mail, which stays unread for people. None if it is gone by now."""
        found = _expect("FETCH", self._server.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        return next((part[1] for part in found if isinstance(part, tuple)), None)

    def put_away(self, numbers: Sequence[int]) -> None:
        """Marks mails as read and moves them to the folder of what was dealt with. Those that are gone don't matter."""
        mails = ",".join(map(str, numbers))
        # Refused when it is there already.
        self._server.create(self._handled_folder)
        _expect("STORE", self._server.uid("STORE", mails, "+FLAGS.SILENT", r"(\Seen)"))
        if "MOVE" in self._abilities:
            _expect("MOVE", self._server.uid("MOVE", mails, self._handled_folder))
            return
        _expect("COPY", self._server.uid("COPY", mails, self._handled_folder))
        _expect("STORE", self._server.uid("STORE", mails, "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in self._abilities:
            # A plain EXPUNGE would also take what somebody else has marked.
            _expect("EXPUNGE", self._server.uid("EXPUNGE", mails))


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Signs in and opens the folder. Whatever goes wrong inside comes out as MailboxUnreadable."""
    try:
        server = _connect(settings)
        try:
            _sign_in(server, settings.imap_user, settings.imap_password.get_secret_value())
            yield Mailbox(server, folder=settings.imap_folder, handled_folder=settings.imap_handled_folder)
        finally:
            _leave(server)
    except (imaplib.IMAP4.error, OSError) as error:
        # Without the text: it may hold the user's name or an address.
        raise MailboxUnreadable(type(error).__name__) from error


def _connect(settings: Settings) -> imaplib.IMAP4:
    host, port, timeout = settings.imap_host, settings.imap_port, settings.imap_timeout_seconds
    verified = ssl.create_default_context()
    if settings.imap_tls == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=verified, timeout=timeout)
    server = imaplib.IMAP4(host, port, timeout=timeout)
    if settings.imap_tls == "starttls":
        try:
            server.starttls(verified)
        except BaseException:
            _hang_up(server)
            raise
    return server


def _sign_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    if (user + password).isascii():
        server.login(user, password)
    else:
        # LOGIN knows no other letters (RFC 3501, 4.3); this way does (RFC 4616).
        server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        # It can't hear us any more, and imaplib leaves the line open then.
        _hang_up(server)


def _hang_up(server: imaplib.IMAP4) -> None:
    with suppress(OSError):
        server.shutdown()


def _abilities(server: imaplib.IMAP4) -> frozenset[str]:
    """Asked again: many servers tell more once one has signed in."""
    told = _expect("CAPABILITY", server.capability())
    return frozenset((_first(told) or b"").decode("ascii", "replace").upper().split())


def _expect(command: str, answer: tuple[str, list[Any]]) -> list[Any]:
    outcome, data = answer
    if outcome != "OK":
        raise MailboxUnreadable(f"{command} refused")
    return data


def _first(data: list[Any]) -> bytes | None:
    return data[0] if data and isinstance(data[0], bytes) else None


def _quoted(folder: str) -> str:
    return f'"{folder}"'
