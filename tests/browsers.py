"""The browser of this machine."""

import pytest

from tests.not_checked import not_checked
from tools.machine import find_chromium


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program to launch, `--no-sandbox` as root; mark the test `browser`."""
    path = find_chromium()
    if path is None:
        not_checked("Chromium is not on this machine")
    return path
