"""Kinds of sessions."""

from enum import StrEnum


class SessionKind(StrEnum):
    """A member of staff signs in; a contact person comes by an e-mailed link."""

    STAFF = "staff"
    CONTACT_PERSON = "contact_person"
