"""Mail servers are talked to over TLS, and only when their certificate is one we trust."""

import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.notifications.mail_server import MailServer
from tests.notifications.outbox_app import SITE, mail_settings
from volunteer_match.notifications.delivery import NotSent, hand_over
from volunteer_match.notifications.messages import TaskWaiting
from volunteer_match.notifications.rendering import render
from volunteer_match.notifications.site import use_site


@pytest.fixture
def message() -> EmailMessage:
    use_site(SITE)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = SITE.sender, "mette@asaa.example"
    message.set_content(render(TaskWaiting(name="Mette"), language="da").text)
    return message


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_mail_goes_over_tls_to_a_server_we_trust(
    certificate: Path, message: EmailMessage, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer().running(tls_of(certificate), immediately=way == "tls") as server:
        hand_over(message, settings=mail_settings(server.port, smtp_tls=way))
    assert server.recipients == ["mette@asaa.example"]


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_nothing_is_said_to_a_server_whose_certificate_we_do_not_know(
    certificate: Path, message: EmailMessage, way: str
) -> None:
    running = MailServer().running(tls_of(certificate), immediately=way == "tls")
    with running as server, pytest.raises(NotSent) as refusal:
        hand_over(message, settings=mail_settings(server.port, smtp_tls=way))
    assert (refusal.value.code, refusal.value.for_good) == ("no connection: SSLCertVerificationError", False)
    assert server.recipients == []


def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(message: EmailMessage) -> None:
    with MailServer().running() as server, pytest.raises(NotSent, match="no connection: SMTPNotSupportedError"):
        hand_over(message, settings=mail_settings(server.port, smtp_tls="starttls"))
    assert server.recipients == []
