"""An instance that would be unsafe does not start."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests import settings as test_settings
from volunteer_match.config import Settings
from volunteer_match.factory import create_app

SETTINGS: dict[str, Any] = dict(test_settings.SETTINGS)
UNSAFE: dict[str, dict[str, Any]] = {
    "plain http to the world": {"base_url": "http://spor.example"},
    "demo in the world": {"base_url": "https://spor.example", "demo": True},
    "a short secret": {"secret_key": "short"},
    "a short audit key": {"audit_key": "short"},
    "one key for two things": {"audit_key": SETTINGS["secret_key"]},
    "an address without a host": {"base_url": "https://"},
    "an address that is none": {"base_url": "spor.example"},
    "a readable password to another machine": {"imap_host": "mail.kommune.example", "imap_tls": "none"},
    "a mailbox that is put away into itself": {"imap_host": "127.0.0.1", "imap_handled_folder": "INBOX"},
    "a folder that ends a command": {"imap_folder": 'INBOX" x'},
    "a short secret among the older ones": {"secret_key_fallbacks": ["short"]},
}


@pytest.mark.parametrize("name", ["secret_key", "encryption_keys", "audit_key"])
def test_no_key_has_a_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for key in SETTINGS:
        monkeypatch.delenv(key.upper(), raising=False)
    rest: dict[str, Any] = {key: value for key, value in SETTINGS.items() if key != name}

    with pytest.raises(ValidationError, match=name):
        Settings(_env_file=None, **rest)


@pytest.mark.parametrize("why", UNSAFE)
def test_it_refuses(why: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **{**SETTINGS, **UNSAFE[why]})


@pytest.mark.parametrize("keys", ["", "test", "test:kort", "test:" + "A" * 20, ":" + "A" * 43 + "="])
def test_it_does_not_start_without_whole_encryption_keys(keys: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        create_app(Settings(_env_file=None, **{**SETTINGS, "encryption_keys": keys}))


def test_a_message_about_settings_quotes_no_key() -> None:
    secret = "en hemmelighed"
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, **{**SETTINGS, "secret_key": secret})

    assert secret not in str(refused.value)


def test_debugging_is_off_and_stays_off() -> None:
    app = create_app(Settings(_env_file=None, **SETTINGS))

    assert not app.debug
    assert not app.testing
