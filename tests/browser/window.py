"""A browser window that notices what a page does wrong: accessibility, the content policy, errors, width."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.not_checked import not_checked

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = frozenset({"serious", "critical"})
PHONE = {"width": 375, "height": 800}
DESK = {"width": 1280, "height": 900}
NOTE_VIOLATIONS = """
window.policyViolations = [];
document.addEventListener(
  'securitypolicyviolation', e => window.policyViolations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


UNFOLD = "where => document.querySelector(where).closest('details')?.setAttribute('open', '')"


@cache
def _axe() -> str:
    if not AXE.is_file():
        not_checked("axe-core is not installed; run make setup")
    return AXE.read_text(encoding="utf-8")


class Window:
    """One person's browser. `check` is called on every page worth looking at."""

    def __init__(self, browser: Browser, base_url: str, size: dict[str, int]) -> None:
        self.context: BrowserContext = browser.new_context(base_url=base_url, viewport=size, locale="da-DK")  # type: ignore[arg-type]  # a mapping of that shape
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.add_init_script(NOTE_VIOLATIONS)
        self.wrongs: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"script error: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is refused on purpose is reported by Chromium too; its status is the test's own business.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrongs.append(f"console: {message.text}")

    def open(self, url: str) -> "Window":
        """Goes there and looks at the page."""
        answer = self.page.goto(url)
        assert isinstance(answer, Response)
        assert answer.ok, f"{url}: {answer.status}"
        return self.check()

    def check(self) -> "Window":
        """Fails on anything grave that axe finds, on a violated policy, an error, or a page wider than the window."""
        where = f"{self.page.url} at {self.page.viewport_size}"
        found: dict[str, Any] = self.page.evaluate(_axe() + "; axe.run(document, {resultTypes: ['violations']})")
        grave = [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in found["violations"]
            if rule["impact"] in GRAVE
            for node in rule["nodes"]
        ]
        violations = self.page.evaluate("window.policyViolations")
        too_wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not grave, f"{where}: {grave}"
        assert not violations, f"{where}: {violations}"
        assert not self.wrongs, f"{where}: {self.wrongs}"
        assert not too_wide, f"{where}: scrolls sideways"
        return self

    def fill(self, **answers: str) -> "Window":
        """Types into fields by their name."""
        for name, text in answers.items():
            self.page.fill(f"main [name='{name}']", text)
        return self

    def tick(self, name: str, *values: str) -> "Window":
        """Ticks boxes or chooses dots, whether or not they lie in a folded group."""
        for value in values:
            self.page.evaluate(UNFOLD, f"main [name='{name}'][value='{value}']")
            self.page.check(f"main [name='{name}'][value='{value}']", force=True)
        return self

    def press(self, label: str) -> "Window":
        """Presses a button of the page's own content and looks at where it leads."""
        self.page.locator("main").get_by_role("button", name=label, exact=True).first.click()
        self.page.wait_for_load_state("load")
        return self.check()

    def follow(self, label: str) -> "Window":
        """Follows a link and looks at where it leads."""
        self.page.locator("main").get_by_role("link", name=label, exact=True).first.click()
        self.page.wait_for_load_state("load")
        return self.check()

    @property
    def heading(self) -> str:
        """The page's h1."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """What can be read in the page's own content."""
        return self.page.locator("main").inner_text()

    def close(self) -> None:
        """Ends this person's visit."""
        self.context.close()
