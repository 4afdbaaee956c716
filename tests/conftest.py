"""Fixtures that every test can ask for."""

import pytest
from jinja2 import FileSystemBytecodeCache

pytest_plugins = ["tests.not_checked", "tests.databases", "tests.browsers"]


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once for all tests of a process, not once for each test's app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
