"""Faults in the log by their kind and the lines of code that led there.

The texts of exceptions are left out: they quote data, such as the values of the SQL statement that failed.
"""

import logging
import traceback


def log_fault(log: logging.Logger, what: str, error: BaseException) -> None:
    """`what` was done when it happened; nothing personal."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, where)
