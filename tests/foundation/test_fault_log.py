"""A fault in the log."""

import logging

import pytest

from volunteer_match.foundation.fault_log import log_fault


def test_the_text_of_an_exception_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    typed = "-".join(("120345", "6789"))
    try:
        int(typed)
    except ValueError as error:
        log_fault(logging.getLogger("test"), "reading", error)

    assert "reading: ValueError" in caplog.text
    assert typed not in caplog.text
