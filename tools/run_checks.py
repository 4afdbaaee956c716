"""Runs every check even when one before it failed, so that one run shows everything that is wrong."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.machine import fetch_what_is_missing

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

# The longest first: the others are done beside it.
LINT = {
    "types": ["mypy"],
    "style": ["ruff", "check", "--quiet", "."],
    "formatting": ["ruff", "format", "--check", "--quiet", "."],
    "architecture": ["lint-imports", "--no-logo", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
}
TESTS = ["pytest", "-n", "2", "--dist", "worksteal"]


def passes(command: list[str]) -> bool:
    """Runs one of the environment's own programs and shows its output in one piece when it ends."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"\n== {' '.join(command)}\n{done.stdout}", end="", flush=True)
    return done.returncode == 0


def lint() -> bool:
    """All of it, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as two:
        passed = dict(zip(LINT, two.map(passes, LINT.values()), strict=True))
    failed = [name for name, well in passed.items() if not well]
    print(f"\nFAILED: {', '.join(failed)}" if failed else f"\nAll well: {', '.join(LINT)}", flush=True)
    return not failed


def everything() -> bool:
    """Lint while what the tests need is fetched; pytest comes last, so that its summary closes the output."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        fetched = beside.submit(fetch_what_is_missing)
        clean = lint()
        fetched.result()
    print(f"\n== {' '.join(TESTS)}", flush=True)
    return subprocess.run([BIN / TESTS[0], *TESTS[1:]], cwd=ROOT, check=False).returncode == 0 and clean


if __name__ == "__main__":
    sys.exit(0 if (everything() if sys.argv[1:] == ["all"] else lint()) else 1)
