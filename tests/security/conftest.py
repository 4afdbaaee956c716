"""The town, once per process; a copy of it for each test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.factories.people import NOW
from tests.security import town as building
from tests.security.town import Blueprint, Town, copy_database


@pytest.fixture(scope="session")
def blueprint(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """Built once: everybody has moved in and is signed in."""
    path = tmp_path_factory.mktemp("town") / "built.sqlite"
    copy_database(migrated_sqlite, path)
    with time_machine.travel(NOW, tick=False):
        return building.build(f"sqlite:///{path}", path)


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """In memory where the machine has such a folder: these tests write a lot, and none is about the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time is NOW until the test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(blueprint: Blueprint, clock: time_machine.Traveller, quick_folder: Path) -> Iterator[Town]:
    """A copy to do anything to."""
    copy = Town(blueprint, quick_folder)
    yield copy
    copy.close()
