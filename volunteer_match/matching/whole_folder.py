"""Folders that are there whole or not at all, whatever ends the process that writes them."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

# No folder takes so long to write: what is older was left by a process that died.
LEFT_BEHIND_SECONDS = 24 * 3600


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """Gives a new folder to write in, which takes the place of `folder` at the end: a reader sees the old or the new.

    After an error, a full disk for instance, the old one stays; after a kill too, or there is none.
    """
    building, before = _beside(folder), _beside(folder)
    building.mkdir(parents=True)
    try:
        yield building
        _on_disk(building)
        if folder.exists():
            folder.rename(before)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
    _clear_away(folder)


def _beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.{uuid4().hex}")


def _on_disk(folder: Path) -> None:
    """After a power cut a renamed file may else have its length and nothing in it."""
    for file in folder.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())


def _clear_away(folder: Path) -> None:
    for other in folder.parent.glob(f"{folder.name}.{'[0-9a-f]' * 32}"):
        if other.stat().st_mtime < time.time() - LEFT_BEHIND_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
