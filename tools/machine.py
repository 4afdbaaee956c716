"""A browser, a PostgreSQL and the benchmark's peers for the tests: found here, or fetched where that can be done."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_BROWSERS = ROOT / ".tools" / "browsers"
OLDEST_POSTGRESQL = 15
FETCH_SECONDS = 600


def find_chromium() -> str | None:
    """A Chromium that answers when called: the system's, else the one Playwright fetched for us."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    on_path = [path for path in map(shutil.which, names) if path]
    fetched = [str(path) for path in sorted(OWN_BROWSERS.glob("chromium-*/*/chrome"))]
    return next((path for path in (*on_path, *fetched) if version_of(path)), None)


def find_postgresql() -> Path | None:
    """The folder of the newest PostgreSQL server programs that are new enough."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    usable = [(version_of(str(folder / "postgres")), folder) for folder in folders if (folder / "initdb").exists()]
    version, folder = max(usable, default=(0, None))
    return folder if version >= OLDEST_POSTGRESQL else None


def version_of(program: str) -> int:
    """The major version a program gives itself; 0 when it doesn't run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0


def fetch_what_is_missing() -> None:
    """Tries each way once and says what it does. What still lacks afterwards is reported by the tests themselves."""
    if not find_chromium():
        install_package("chromium")
    if not find_chromium():
        attempt([str(ROOT / ".venv/bin/playwright"), "install", "chromium"], PLAYWRIGHT_BROWSERS_PATH=str(OWN_BROWSERS))
    if not find_postgresql():
        install_package("postgresql")
    attempt(["sh", str(ROOT / "tools/sync_environment.sh"), "--group", "benchmark"])


def install_package(name: str) -> None:
    """From Debian, where we are allowed to."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        print(f"{name} is not here, and only root on Debian can have it installed.", file=sys.stderr)
        return
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    attempt(["apt-get", "update", "-qq"], **quietly)
    attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name], **quietly)


def attempt(command: list[str], **environment: str) -> None:
    """Failing is allowed: a machine without a network still runs the other tests."""
    print("+", *command, file=sys.stderr, flush=True)
    try:
        subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=FETCH_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"  did not work: {error}", file=sys.stderr)
