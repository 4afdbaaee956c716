"""The states of a mail."""

from enum import StrEnum


class MailState(StrEnum):
    """queued → sent | failed (given up after a day) | cancelled (consent withdrawn while it waited)."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
