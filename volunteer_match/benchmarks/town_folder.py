"""A made-up Denmark laid in a folder once, so that every engine reads the same texts from one file."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from volunteer_match.benchmarks.synthetic_denmark import Filter, SyntheticDenmark, Texts

FACTS, TEXTS = "town.json", "offers.txt"


@dataclass(frozen=True)
class Town:
    folder: Path
    seed: int
    offers: int
    needs: int

    def denmark(self, filtered: Filter) -> SyntheticDenmark:
        return SyntheticDenmark(seed=self.seed, offers=self.offers, filtered=filtered)

    @cached_property
    def texts(self) -> list[Texts]:
        with (self.folder / TEXTS).open(encoding="utf-8") as lines:
            return [Texts(*line.rstrip("\n").split("\t")) for line in lines]


def lay(folder: Path, *, seed: int, offers: int, needs: int, progress: Callable[[str], None]) -> Town:
    """One that was laid before with the same numbers is used again."""
    facts = {"seed": seed, "offers": offers, "needs": needs}
    town = Town(folder, **facts)
    noted = folder / FACTS
    if noted.exists() and json.loads(noted.read_text()) == facts:
        return town
    noted.unlink(missing_ok=True)
    progress(f"making up {offers:,} offers")
    with (folder / TEXTS).open("w", encoding="utf-8") as lines:
        lines.writelines(f"{said.title}\t{said.text}\n" for said in town.denmark(Filter.NATURAL).texts())
    noted.write_text(json.dumps(facts))
    return town


def open_town(folder: Path) -> Town:
    return Town(folder, **json.loads((folder / FACTS).read_text()))
