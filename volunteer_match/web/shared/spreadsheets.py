"""Lists as a file for a spreadsheet: with semicolons, as a Danish one reads them, and with nothing it would run."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import Response

# What stands first in a cell makes a spreadsheet take the rest for a formula.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(filename: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer that a browser saves under `filename`."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(header) for header in headers])
    writer.writerows([harmless(value) for value in row] for row in rows)
    # The mark at the beginning tells Excel that æ, ø and å are written in UTF-8.
    answer = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def harmless(value: object) -> str:
    """The text of a cell, which a spreadsheet will show and never run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
