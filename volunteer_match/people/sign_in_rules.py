"""How often a sign-in may be tried: slower and slower for one account or one network address, never locked for good."""

from datetime import datetime, timedelta

from .throttle import forget_attempts, note_attempt, too_many

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_ADDRESS = 40


def sign_in_allowed(*, email: str, address: str, now: datetime) -> bool:
    """Whether this account, from this network address, may try a password now.

    The account's count is kept for each address, so that a stranger's guesses do not lock its owner out.
    """
    account = f"{email.strip().casefold()} {address}"
    return not (
        too_many("sign_in_account", account, now=now, limit=PER_ACCOUNT, window=WINDOW)
        or too_many("sign_in_address", address, now=now, limit=PER_ADDRESS, window=WINDOW)
    )


def sign_in_failed(*, email: str, address: str, now: datetime) -> None:
    """Counts a wrong password or an unknown account, which are treated alike."""
    note_attempt("sign_in_account", f"{email.strip().casefold()} {address}", now=now)
    note_attempt("sign_in_address", address, now=now)


def sign_in_succeeded(*, email: str, address: str) -> None:
    """The owner is here: their own count starts anew."""
    forget_attempts("sign_in_account", f"{email.strip().casefold()} {address}")
