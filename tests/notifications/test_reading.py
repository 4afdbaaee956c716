"""The mailbox is read from a real IMAP server: each mail once, what was dealt with put away, the rest left alone."""

import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.notifications.imap_server import USER, Folder, ImapServer, line_to, running_imap_server
from volunteer_match.config import Settings
from volunteer_match.foundation.database import db
from volunteer_match.notifications.mailbox import MOST_BYTES, MailboxUnreadable
from volunteer_match.notifications.models import IncomingMail
from volunteer_match.notifications.reading import Read, read_new

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(scope="module")
def imap_server() -> Iterator[ImapServer]:
    with running_imap_server() as server:
        yield server


@pytest.fixture
def folder(imap_server: ImapServer) -> Folder:
    return imap_server.new_folder()


def a_mail(subject: str, body: str = "Hej") -> bytes:
    return f"From: bo@post.example\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def ours(raw: bytes) -> bool:
    return b"Subject: til os" in raw


def remembering(taken: list[bytes]) -> Callable[[bytes], bool]:
    def take(raw: bytes) -> bool:
        taken.append(raw)
        return True

    return take


def read(settings: Settings, take: Callable[[bytes], bool], now: datetime) -> Read:
    return read_new(settings=settings, take=take, clock=lambda: now)


def test_each_mail_is_read_once_and_what_is_ours_put_away(folder: Folder, now: datetime) -> None:
    seen: list[bytes] = []

    def take(raw: bytes) -> bool:
        seen.append(raw)
        return ours(raw)

    folder.deliver(a_mail("til os 1"), a_mail("til mennesker"), a_mail("til os 2"))
    assert read(folder.settings(), take, now) == Read(taken=2, left=1)
    assert seen == [a_mail("til os 1"), a_mail("til mennesker"), a_mail("til os 2")]
    assert read(folder.settings(), take, now) == Read(taken=0, left=0)
    folder.deliver(a_mail("til os 3"))
    assert read(folder.settings(), take, now) == Read(taken=1, left=0)

    assert folder.unread() == [a_mail("til mennesker")]
    assert folder.put_away() == [a_mail("til os 1"), a_mail("til os 2"), a_mail("til os 3")]
    assert len(seen) == 4


def test_an_empty_mailbox_and_no_folder_yet(folder: Folder, now: datetime) -> None:
    assert read(folder.settings(), ours, now) == Read(taken=0, left=0)
    assert folder.put_away() == []


@pytest.mark.parametrize("hiding", [(b"MOVE",), (b"MOVE", b"UIDPLUS")], ids=["no MOVE", "no UIDPLUS either"])
def test_a_server_that_can_less_moves_by_copying(folder: Folder, now: datetime, hiding: tuple[bytes, ...]) -> None:
    folder.deliver(a_mail("til os"), a_mail("til mennesker"))
    with line_to(folder.server.port, hiding=hiding) as port:
        assert read(folder.settings(imap_port=port), ours, now) == Read(taken=1, left=1)
    assert folder.put_away() == [a_mail("til os")]
    assert folder.unread() == [a_mail("til mennesker")]
    assert read(folder.settings(), ours, now) == Read(taken=0, left=0)


@pytest.mark.parametrize("breaks_at", [b"SEARCH", b"FETCH", b"STORE", b"MOVE"])
def test_a_line_that_breaks_does_nothing_twice_and_loses_nothing(
    folder: Folder, now: datetime, breaks_at: bytes
) -> None:
    taken: list[bytes] = []
    remember = remembering(taken)
    folder.deliver(a_mail("til os 1"), a_mail("til os 2"))
    with line_to(folder.server.port, breaks_at=breaks_at) as port, pytest.raises(MailboxUnreadable):
        read(folder.settings(imap_port=port), remember, now)
    read(folder.settings(), remember, now)

    assert taken == [a_mail("til os 1"), a_mail("til os 2")]
    assert folder.unread() == []
    assert len(folder.put_away()) == 2


def test_a_mail_that_cannot_be_made_anything_of_is_in_nobodys_way(
    folder: Folder, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def take(raw: bytes) -> bool:
        if b"gift" in raw:
            db.session.add(IncomingMail(validity=0, number=0, is_taken=False, read_at=now))
            raise KeyError(raw)
        return True

    folder.deliver(a_mail("gift"), a_mail("god"))
    assert read(folder.settings(), take, now) == Read(taken=1, left=1)
    assert folder.unread() == [a_mail("gift")]
    assert db.session.scalar(select(IncomingMail.id).where(IncomingMail.validity == 0)) is None
    assert "KeyError" in caplog.text
    assert "bo@post.example" not in caplog.text
    assert "Subject" not in caplog.text


def test_of_many_so_many_at_once_and_of_a_large_one_the_beginning(folder: Folder, now: datetime) -> None:
    sizes: list[int] = []

    def take(raw: bytes) -> bool:
        sizes.append(len(raw))
        return False

    folder.deliver(a_mail("stor", "x" * 3_000_000), *[a_mail(str(number)) for number in range(4)])
    rounds = [read_new(settings=folder.settings(), take=take, clock=lambda: now, most=2) for _round in range(4)]
    assert [one.left for one in rounds] == [2, 2, 1, 0]
    assert sizes[0] == MOST_BYTES
    assert len(sizes) == 5


def test_it_stops_between_two_mails(folder: Folder, now: datetime) -> None:
    folder.deliver(a_mail("til os 1"), a_mail("til os 2"))
    answers = iter([True, False])
    stopped = read_new(settings=folder.settings(), take=ours, clock=lambda: now, keep_going=lambda: next(answers))
    assert stopped == Read(taken=1, left=0)
    assert folder.put_away() == [a_mail("til os 1")]


def test_a_mailbox_that_was_brought_back_is_read_again(folder: Folder, now: datetime) -> None:
    folder.deliver(a_mail("til mennesker"), a_mail("til os"))
    read(folder.settings(), ours, now)
    folder.remake()
    folder.deliver(a_mail("til os"))
    assert read(folder.settings(), ours, now) == Read(taken=1, left=0)


def test_two_readers_deal_with_each_mail_once(database_url: str, app: Flask, folder: Folder, now: datetime) -> None:
    taken: list[bytes] = []
    folder.deliver(*[a_mail(f"til os {number}") for number in range(20)])

    def reader() -> None:
        with app.app_context():
            read(folder.settings(), remembering(taken), now)
            db.session.remove()

    threads = [Thread(target=reader) for _reader in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(a_mail(f"til os {number}") for number in range(20))
    assert folder.unread() == []
    assert len(folder.put_away()) == 20


def test_a_wrong_password_is_not_told_on(folder: Folder, now: datetime) -> None:
    with pytest.raises(MailboxUnreadable) as unreadable:
        read(folder.settings(imap_password="et andet"), ours, now)
    assert str(unreadable.value) == "error"
    assert USER not in str(unreadable.value)


def test_a_server_that_is_away_or_a_folder_that_is_not_there(folder: Folder, now: datetime) -> None:
    with pytest.raises(MailboxUnreadable, match="SELECT refused"):
        read(folder.settings(imap_folder="ingen"), ours, now)
    with pytest.raises(MailboxUnreadable, match="ConnectionRefusedError"):
        read(folder.settings(imap_port=1), ours, now)


class TestOverTls:
    @pytest.fixture
    def tls(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        return context

    def test_from_the_first_byte(
        self, folder: Folder, now: datetime, certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        folder.deliver(a_mail("til os"))
        with line_to(folder.server.port, tls=tls) as port:
            assert read(folder.settings(imap_port=port, imap_tls="tls"), ours, now) == Read(taken=1, left=0)

    def test_nothing_is_said_to_a_server_whose_certificate_we_do_not_know(
        self, folder: Folder, now: datetime, tls: ssl.SSLContext
    ) -> None:
        with (
            line_to(folder.server.port, tls=tls) as port,
            pytest.raises(MailboxUnreadable, match="SSLCertVerification"),
        ):
            read(folder.settings(imap_port=port, imap_tls="tls"), ours, now)

    def test_with_starttls_and_a_danish_password(
        self, certificate: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        password = "blåbærgrød på søndag"
        with running_imap_server(certificate, password=password) as server:
            settings = Folder(server, "INBOX", "Behandlet").settings(imap_tls="starttls", imap_password=password)
            with pytest.raises(MailboxUnreadable, match="SSLCertVerification"):
                read(settings, ours, now)
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            assert read(settings, ours, now) == Read(taken=0, left=0)

    def test_a_server_without_it_gets_no_password(self, folder: Folder, now: datetime) -> None:
        with pytest.raises(MailboxUnreadable):
            read(folder.settings(imap_tls="starttls"), ours, now)
