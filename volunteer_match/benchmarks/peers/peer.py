"""What an engine must do to be measured."""

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Protocol

from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile


class NotPossible(Exception):
    """This engine can't be measured here; the text says why."""


class Peer(Protocol):
    """`read` once with every offer's texts, `take` once per filter, then `ask` for each need."""

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        """`denmark`: whose texts they are, for an engine that reads more of an offer than its texts. No rules yet."""
        ...

    def take(self, denmark: SyntheticDenmark) -> None:
        """The offers' rules. The texts are those that were read."""
        ...

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        """The rows of the best eligible offers, best first: at most k, from the need's text and rules alone."""
        ...

    def close(self) -> None:
        """Stops what was started."""
        ...


def library(name: str) -> ModuleType:
    """A package of the optional group `benchmark`; without it `NotPossible`."""
    try:
        return import_module(name)
    except ImportError:
        raise NotPossible(f"{name} is not installed (make benchmark installs it)") from None


def wordings(texts: Sequence[Texts]) -> list[str]:
    return [f"{said.title}. {said.text}" for said in texts]
