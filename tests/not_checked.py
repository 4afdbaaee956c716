"""What could not be tested here is said at the very end, and is no success where CI counts on it."""

import os
from typing import NoReturn

import pytest

PREFIX = "NOT CHECKED: "
_reasons = pytest.StashKey[list[str]]()


def not_checked(reason: str) -> NoReturn:
    """Skips the test, but not silently: for a browser or a database that this machine lacks."""
    pytest.skip(PREFIX + reason)


def _said_by(report: pytest.TestReport) -> str:
    """Skips are reported as (file, line, "Skipped: reason")."""
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Runs in xdist's workers too, but only the process with the terminal has heard from all of them."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    said = [_said_by(report) for report in reporter.stats.get("skipped", [])]
    reasons = [text for text in said if text.startswith(PREFIX)]
    session.config.stash[_reasons] = reasons
    if reasons and os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """After pytest's own summary line, so that nobody overlooks it."""
    reasons = config.stash.get(_reasons, [])
    for reason in sorted(set(reasons)):
        print(f"{reason} (tests: {reasons.count(reason)})")  # noqa: T201 (pytest's own reporter has closed by now)
