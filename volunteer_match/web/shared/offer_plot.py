"""Where the dots of the offer picture go: direction as on a map, distance by rings, and no dot on top of another.

Near offers matter most and lie close together, so the distance from the middle grows as its square root:
four times as far away is twice as far out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt
from typing import Any

SIZE = 420
MIDDLE = SIZE / 2
MARGIN = 26
RINGS_KM = (5, 10, 20, 40, 80, 160, 320)
RINGS_SHOWN = 4
DOT_APART = 24.0
AREA_APART = 22.0
DOT_RADIUS = 11.0
LETTER_WIDTH = 7.2
LETTER_HEIGHT = 13.0
RING_LABEL_HALF = 23.0
# Successive turns of this angle never line up, so dots of one town open like seeds of a sunflower.
GOLDEN_ANGLE = radians(137.508)


@dataclass(frozen=True, slots=True)
class Ring:
    km: float
    radius: float
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Dot:
    number: int
    title: str
    barred: bool
    x: float
    y: float
    true_x: float
    true_y: float

    @property
    def moved(self) -> bool:
        """Whether it stands so far from its place that a thread must show it."""
        return hypot(self.x - self.true_x, self.y - self.true_y) > DOT_APART / 2


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Plot:
    size: int
    middle: float
    rings: list[Ring]
    dots: list[Dot]
    towns: list[Town]


def lay_out_offer_plot(offers: Iterable[Mapping[str, Any]], towns: Iterable[Mapping[str, Any]] = ()) -> Plot:
    """Offers and towns in km east and north of the child's area, as places in the picture."""
    listed = list(offers)
    reach = _reach(listed)
    dots = _apart(listed, reach)
    taken = [_Box(dot.x, dot.y, DOT_RADIUS, DOT_RADIUS) for dot in dots]
    taken.append(_Box(MIDDLE, MIDDLE, DOT_RADIUS, DOT_RADIUS))
    return Plot(SIZE, MIDDLE, _rings(reach, taken), dots, _named(towns, reach, taken))


def _reach(offers: list[Mapping[str, Any]]) -> float:
    """The ring that holds them all."""
    furthest = max((hypot(offer["east_km"], offer["north_km"]) for offer in offers), default=0.0)
    return next((km for km in RINGS_KM if km >= furthest), RINGS_KM[-1])


def _out(km: float, reach: float) -> float:
    """How far from the middle this distance is drawn."""
    return (MIDDLE - MARGIN) * sqrt(min(km / reach, 1.0))


def _rings(reach: float, taken: list["_Box"]) -> list[Ring]:
    rings = []
    for km in [km for km in RINGS_KM if km <= reach][-RINGS_SHOWN:]:
        radius = _out(km, reach)
        # North, south, east, west of the middle: where no dot covers the figure.
        spots = [
            _Box(MIDDLE + east * radius, MIDDLE - north * radius, RING_LABEL_HALF, LETTER_HEIGHT / 2)
            for east, north in ((0, 1), (0, -1), (1, 0), (-1, 0))
        ]
        label = next((box for box in spots if box.is_free(taken)), spots[0])
        taken.append(label)
        rings.append(Ring(km, round(radius, 1), round(label.x, 1), round(label.y + 4, 1)))
    return rings


def _place(point: Mapping[str, Any], reach: float) -> tuple[float, float]:
    km = hypot(point["east_km"], point["north_km"])
    stretch = _out(km, reach) / km if km else 0.0
    return MIDDLE + point["east_km"] * stretch, MIDDLE - point["north_km"] * stretch


def _apart(offers: list[Mapping[str, Any]], reach: float) -> list[Dot]:
    taken: list[tuple[float, float]] = []
    dots = []
    for offer in offers:
        true_x, true_y = _place(offer, reach)
        x, y = _nearest_free(true_x, true_y, taken)
        taken.append((x, y))
        dots.append(
            Dot(
                number=offer["number"],
                title=offer["title"],
                barred=bool(offer.get("barred")),
                x=round(x, 1),
                y=round(y, 1),
                true_x=round(true_x, 1),
                true_y=round(true_y, 1),
            )
        )
    return dots


def _nearest_free(x: float, y: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The place itself, or the first free one on a spiral around it; inside the picture."""
    turn = 0
    while True:
        step = DOT_APART * 0.45 * sqrt(turn)
        spot = (_inside(x + step * cos(turn * GOLDEN_ANGLE)), _inside(y + step * sin(turn * GOLDEN_ANGLE)))
        if _is_free(spot, taken) or turn > len(taken) * 40 + 40:
            return spot
        turn += 1


def _is_free(spot: tuple[float, float], taken: list[tuple[float, float]]) -> bool:
    from_area = hypot(spot[0] - MIDDLE, spot[1] - MIDDLE)
    return from_area >= AREA_APART and all(hypot(spot[0] - x, spot[1] - y) >= DOT_APART for x, y in taken)


def _inside(value: float) -> float:
    return min(max(value, 13.0), SIZE - 13.0)


def _named(towns: Iterable[Mapping[str, Any]], reach: float, taken: list["_Box"]) -> list[Town]:
    """The towns within the outer ring, each name where nothing covers it; one that fits nowhere is left out."""
    named = []
    for town in towns:
        if not 0 < hypot(town["east_km"], town["north_km"]) <= reach:
            continue
        x, y = _place(town, reach)
        name = next((box for box in _spots(x, y, len(town["name"])) if box.is_free(taken)), None)
        if name is not None:
            taken.append(name)
            named.append(Town(town["name"], round(x, 1), round(y, 1), round(name.x, 1), round(name.y + 4, 1)))
    return named


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle by its middle and half its width and height."""

    x: float
    y: float
    half_width: float
    half_height: float

    def is_free(self, others: Iterable["_Box"]) -> bool:
        in_picture = self.half_width <= self.x <= SIZE - self.half_width and 8 <= self.y <= SIZE - 8  # noqa: PLR2004
        return in_picture and all(
            abs(other.x - self.x) >= other.half_width + self.half_width
            or abs(other.y - self.y) >= other.half_height + self.half_height
            for other in others
        )


def _spots(x: float, y: float, letters: int) -> list[_Box]:
    """Where a name may stand around its town: below, above, to the right, to the left, then a little further off."""
    half = letters * LETTER_WIDTH / 2
    steps = ((0, 11), (0, -11), (half + 7, 0), (-half - 7, 0), (0, 24), (0, -24), (half + 20, 0), (-half - 20, 0))
    return [_Box(x + east, y + south, half, LETTER_HEIGHT / 2) for east, south in steps]
