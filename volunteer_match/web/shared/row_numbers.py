"""Numbers of rows in addresses."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

HIGHEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """No row has a higher number, and the databases refuse to look for one: such an address does not exist."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": HIGHEST, **kwargs})


def use_row_numbers(app: Flask) -> None:
    """Must come before any address is added: `<int:…>` means the number of a row from here on."""
    app.url_map.converters["int"] = RowNumber
