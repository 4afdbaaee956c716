"""One Chromium for all browser tests of a process."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.town import Town, running_town
from tests.browser.window import DESK, Window


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """Debian's Chromium; root needs --no-sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Town]:
    """A municipality with nobody in it yet."""
    with running_town(sqlite_url) as town:
        yield town


@pytest.fixture
def window(chromium: Browser, town: Town) -> Iterator[Callable[..., Window]]:
    """Opens a window for one more person: `window(PHONE)`."""
    opened: list[Window] = []

    def open_window(size: dict[str, int] = DESK) -> Window:
        opened.append(Window(chromium, town.base_url, size))
        return opened[-1]

    yield open_window
    for each in opened:
        each.close()
