"""Settings: read from the environment (or `.env`), checked at start, never guessed in production."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_KEY = 32
# What can stand between quotes in a command to the mail server.
FOLDER = r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,99}$"
ON_THIS_MACHINE = {"127.0.0.1", "localhost"}


class Settings(BaseSettings):
    """One municipality's instance. Names are the environment variables, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = "sqlite:///instance/varige-spor.sqlite"
    base_url: str = "http://127.0.0.1:5000"
    secret_key: SecretStr
    secret_key_fallbacks: list[SecretStr] = Field(default_factory=list)
    encryption_keys: SecretStr
    audit_key: SecretStr

    municipality_name: str = "Brønderslev Kommune"
    contact_email: str = "varigespor@brslev.example"
    contact_phone: str = ""
    accessibility_url: str = ""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    smtp_timeout_seconds: float = 20.0
    mail_from: str = "Varige Spor <varigespor@brslev.example>"

    # The mailbox of `mail_from`, for calendars' answers and mails that come back. Without a host it is not read.
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_tls: Literal["none", "starttls", "tls"] = "tls"
    imap_timeout_seconds: float = 20.0
    imap_folder: str = Field(default="INBOX", pattern=FOLDER)
    imap_handled_folder: str = Field(default="Behandlet", pattern=FOLDER)

    matching: Literal["suggest", "manual"] = "suggest"
    caseload_amber: int = 15
    caseload_limit: int = 20
    proxies_in_front: int = 0
    demo: bool = False

    @model_validator(mode="after")
    def _safe_outside_a_demo(self) -> Self:
        """A real instance needs HTTPS and keys of its own length; a demo runs on this machine only."""
        for name, keys in (
            ("SECRET_KEY", [self.secret_key]),
            ("SECRET_KEY_FALLBACKS", self.secret_key_fallbacks),
            ("AUDIT_KEY", [self.audit_key]),
        ):
            if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
                raise ValueError(f"{name} needs at least {SHORTEST_KEY} characters")
        if self.audit_key == self.secret_key:
            raise ValueError("AUDIT_KEY must not be the SECRET_KEY: who learns one must not have the other")
        if not self.host:
            raise ValueError("BASE_URL needs a host name")
        on_this_machine = self.host in ON_THIS_MACHINE
        if not self.secure and not on_this_machine:
            raise ValueError("BASE_URL must be https:// unless it is on this machine")
        if self.demo and not on_this_machine:
            raise ValueError("DEMO shows every mail to anyone: only on this machine")
        return self

    @model_validator(mode="after")
    def _mailbox_is_read_safely(self) -> Self:
        if self.imap_host and self.imap_tls == "none" and self.imap_host not in ON_THIS_MACHINE:
            raise ValueError("IMAP_TLS=none would send the password readable: only to a server on this machine")
        if self.imap_host and self.imap_folder == self.imap_handled_folder:
            raise ValueError("IMAP_HANDLED_FOLDER must be another folder than the one that is read")
        return self

    @property
    def host(self) -> str:
        """The host name that links and requests must carry."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether visitors come by HTTPS, so that cookies and HSTS can insist on it."""
        return self.base_url.startswith("https://")
