"""Mail addresses as headers want them."""

from email.headerregistry import Address


def mail_address(written: str, *, display_name: str = "") -> Address:
    """Raises ValueError for what is no address. Danish letters in the domain become what every server understands."""
    name, _at, domain = written.strip(" ").rpartition("@")
    if not name or not domain:
        raise ValueError("not a mail address")
    return Address(display_name=display_name, username=name, domain=domain.encode("idna").decode())
