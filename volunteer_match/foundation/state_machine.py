"""States as tables of moves. A table says what may happen; the database says who came first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class MoveRefused(Exception):
    """The thing is not in a state from which this can be done (any more)."""

    def __init__(self, action: StrEnum, state: StrEnum) -> None:
        super().__init__(f"{action} is not possible from {state}")
        self.action = action
        self.state = state


@dataclass(frozen=True)
class Moves(Generic[S, A]):
    """Which action leads from which states to which state."""

    table: Mapping[A, tuple[frozenset[S], S]]

    def target(self, action: A, state: S) -> S:
        """The state after `action`. Raises MoveRefused where the table has no such move."""
        sources, target = self.table[action]
        if state not in sources:
            raise MoveRefused(action, state)
        return target

    def sources(self, action: A) -> frozenset[S]:
        """The states from which `action` is possible."""
        return self.table[action][0]

    def actions_from(self, state: S) -> tuple[A, ...]:
        """What can be done now: the buttons of a page come from here."""
        return tuple(action for action, (sources, _) in self.table.items() if state in sources)
