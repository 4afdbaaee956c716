"""Runs every check even when one before it failed, so that one run shows everything that is wrong."""

import subprocess
import sys
from pathlib import Path

from tools.machine import fetch_what_is_missing

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

LINT = {
    "style": ["ruff", "check", "--quiet", "."],
    "formatting": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy"],
    "architecture": ["lint-imports", "--no-logo", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
}
TESTS = ["pytest", "-n", "2", "--dist", "worksteal"]


def passes(command: list[str]) -> bool:
    """Runs one of the environment's own programs, its output shown as it comes."""
    print(f"\n== {' '.join(command)}", flush=True)
    return subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """`lint` stops before the tests; `all` ends with pytest, whose summary closes the output."""
    failed = [name for name, command in LINT.items() if not passes(command)]
    print(f"\nFAILED: {', '.join(failed)}" if failed else f"\nAll well: {', '.join(LINT)}", flush=True)
    if sys.argv[1:] == ["all"]:
        fetch_what_is_missing()
        return int(bool(failed)) | int(not passes(TESTS))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
