"""Which instance this is: where its links lead and who writes its mails."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from .addresses import mail_address


@dataclass(frozen=True)
class Site:
    """What every mail needs to know about the municipality that sends it."""

    base_url: str
    municipality_name: str
    contact_email: str
    contact_phone: str
    mail_from: str
    # Whether somebody reads what calendar programs mail back.
    reads_replies: bool = False

    def __post_init__(self) -> None:
        self.sender  # noqa: B018 - a MAIL_FROM that is no address should stop the start, not the first mail

    @property
    def host(self) -> str:
        """The host name of our links; Message-IDs end in it."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def sender(self) -> Address:
        """`mail_from` as a header wants it. Raises ValueError when it can't be one."""
        display_name, address = parseaddr(self.mail_from)
        return mail_address(address, display_name=display_name)

    def absolute(self, path: str) -> str:
        """A path of ours as a link that works in a mail."""
        return f"{self.base_url}{path}"


class _InUse:
    """The site of this process."""

    site: Site | None = None


def use_site(site: Site) -> None:
    """Called once by the factory."""
    _InUse.site = site


def site() -> Site:
    """The site in use."""
    if _InUse.site is None:
        raise RuntimeError("no site is set")
    return _InUse.site
