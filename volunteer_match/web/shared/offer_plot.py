"""Where the dots of the offer picture go: to scale, and pushed apart so that every number can be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt
from typing import Any

SIZE = 420
MIDDLE = SIZE / 2
MARGIN = 26
ROUND_DISTANCES_KM = (2, 4, 6, 10, 16, 20, 24, 30, 40, 50, 60, 80, 100, 200, 400)
DOT_APART = 24.0
AREA_APART = 22.0
DOT_RADIUS = 11.0
LETTER_WIDTH = 6.2
LETTER_HEIGHT = 11.0
# Successive turns of this angle never line up, so dots of one town open like seeds of a sunflower.
GOLDEN_ANGLE = radians(137.508)


@dataclass(frozen=True, slots=True)
class Ring:
    km: float
    radius: float
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
    furthest = max((hypot(offer["east_km"], offer["north_km"]) for offer in listed), default=0.0)
    reach = next((km for km in ROUND_DISTANCES_KM if km >= furthest), ROUND_DISTANCES_KM[-1])
    scale = (MIDDLE - MARGIN) / reach
    dots = _apart(listed, scale)
    shown = [town for town in towns if 0 < hypot(town["east_km"], town["north_km"]) <= reach]
    return Plot(SIZE, MIDDLE, _rings(reach, scale), dots, [_town(town, scale, dots) for town in shown])


def _rings(reach: float, scale: float) -> list[Ring]:
    inner = reach / 2
    return [
        Ring(int(km) if km == int(km) else km, round(km * scale, 1), round(MIDDLE - km * scale - 5, 1))
        for km in (inner, reach)
    ]


def _place(point: Mapping[str, Any], scale: float) -> tuple[float, float]:
    return MIDDLE + point["east_km"] * scale, MIDDLE - point["north_km"] * scale


def _apart(offers: list[Mapping[str, Any]], scale: float) -> list[Dot]:
    taken: list[tuple[float, float]] = []
    dots = []
    for offer in offers:
        true_x, true_y = _place(offer, scale)
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


def _town(town: Mapping[str, Any], scale: float, dots: list[Dot]) -> Town:
    x, y = _place(town, scale)
    half = len(town["name"]) * LETTER_WIDTH / 2
    spots = [(x, y + 15), (x, y - 8), (x + half + 7, y + 4), (x - half - 7, y + 4), (x, y + 30), (x, y - 24)]
    label_x, label_y = next((spot for spot in spots if _is_readable(spot, half, dots)), spots[0])
    return Town(town["name"], round(x, 1), round(y, 1), round(label_x, 1), round(label_y, 1))


def _is_readable(spot: tuple[float, float], half: float, dots: list[Dot]) -> bool:
    """Whether a name of this half width, centred here, stays inside the picture and clear of the dots."""
    x, y = spot
    inside = half <= x <= SIZE - half and LETTER_HEIGHT <= y <= SIZE
    middle_y = y - LETTER_HEIGHT / 2
    return inside and all(
        abs(dot.x - x) > half + DOT_RADIUS or abs(dot.y - middle_y) > LETTER_HEIGHT / 2 + DOT_RADIUS for dot in dots
    )
