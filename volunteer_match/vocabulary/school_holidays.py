"""The school year's holidays as a start: what counts is what an admin keeps on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from .taxonomy import Wording


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """One holiday, first and last day included."""

    name: Wording
    first_on: date
    last_on: date


@cache
def known_school_years() -> Mapping[str, tuple[SchoolBreak, ...]]:
    """The holidays of each school year we have a plan for, such as "2026/27"."""
    text = (files("volunteer_match.vocabulary") / "data" / "school_holidays.yaml").read_text(encoding="utf-8")
    years = yaml.safe_load(text)["school_years"]
    return MappingProxyType(
        {
            year: tuple(SchoolBreak(Wording(**row["name"]), row["first"], row["last"]) for row in rows)
            for year, rows in years.items()
        }
    )
