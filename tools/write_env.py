"""Writes .env from .env.example with new keys, once; an .env that exists is never touched."""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def new_keys() -> dict[str, str]:
    """The three secrets an instance has."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": f"k1:{urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
        "AUDIT_KEY": secrets.token_urlsafe(48),
    }


def filled(example: str, keys: dict[str, str]) -> str:
    """The example's lines, each empty key given its value."""
    lines = example.splitlines()
    return "\n".join(f"{line}{keys[line[:-1]]}" if line[:-1] in keys else line for line in lines) + "\n"


def main() -> None:
    text = filled((ROOT / ".env.example").read_text(encoding="utf-8"), new_keys())
    # Never readable by others, not even for a moment; fails when there is one already.
    descriptor = os.open(ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    print("Wrote .env with new keys. Keep a copy of them where the backups are not.")


if __name__ == "__main__":
    main()
