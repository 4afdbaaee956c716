"""The settings that `make run` writes are settings the app starts with."""

from pathlib import Path

import pytest

from tools.write_env import filled, new_keys
from volunteer_match.config import Settings
from volunteer_match.foundation.encryption import KeyRing

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    path = tmp_path / ".env"
    path.write_text(filled(EXAMPLE.read_text(encoding="utf-8"), new_keys()), encoding="utf-8")
    return Settings(_env_file=path)


def test_the_app_accepts_them(settings: Settings) -> None:
    assert settings.municipality_name == "Brønderslev Kommune"
    assert settings.demo is False


def test_the_encryption_key_works(settings: Settings) -> None:
    ring = KeyRing.from_text(settings.encryption_keys.get_secret_value())
    assert ring.decrypt(ring.encrypt("Frida", where="a.b"), where="a.b") == "Frida"


def test_every_name_in_the_example_is_a_setting() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    names = {line.split("=")[0].lower() for line in lines if "=" in line and not line.startswith("#")}
    assert names <= set(Settings.model_fields)


def test_no_two_instances_share_a_key() -> None:
    first, second = new_keys(), new_keys()
    assert all(first[name] != second[name] for name in first)
