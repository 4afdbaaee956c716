"""Settings for tests: nothing from `.env`, and keys of their own."""

from typing import Any

from volunteer_match.config import Settings

SETTINGS = {
    "database_url": "sqlite://",
    "base_url": "http://localhost",
    "secret_key": "a secret that only the tests know, long enough",
    "encryption_keys": "test:" + "A" * 43 + "=",
    "audit_key": "another secret that only the tests know of",
}


def settings_for_tests(**changes: Any) -> Settings:
    """Settings as a municipality would write them, on this machine, with the given changes."""
    return Settings(_env_file=None, **{**SETTINGS, **changes})
