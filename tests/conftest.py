"""Fixtures that every test can ask for."""

pytest_plugins = ["tests.not_checked", "tests.databases", "tests.browsers"]
