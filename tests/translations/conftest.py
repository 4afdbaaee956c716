"""The app and its visitors, as the tests of the pages have them."""

from tests.web.conftest import app, clock, hire, mails, sign_in, visitor

__all__ = ["app", "clock", "hire", "mails", "sign_in", "visitor"]
