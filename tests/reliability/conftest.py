"""The town of the security tests, for those tests here that need everybody in it."""

from tests.security.conftest import blueprint, clock, quick_folder, town

__all__ = ["blueprint", "clock", "quick_folder", "town"]
