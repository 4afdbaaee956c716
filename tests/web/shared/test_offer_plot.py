"""The picture of the offers around a need."""

from itertools import combinations
from math import atan2, hypot, isclose
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.web.shared.offer_plot import AREA_APART, DOT_APART, MIDDLE, SIZE, lay_out_offer_plot


def offer(number: int, east_km: float, north_km: float) -> dict[str, Any]:
    return {"number": number, "title": f"Tilbud {number}", "east_km": east_km, "north_km": north_km}


def test_no_offers_still_make_a_picture() -> None:
    plot = lay_out_offer_plot([])
    assert plot.dots == []
    assert [ring.km for ring in plot.rings] == [5]


def test_an_offer_lies_in_its_own_direction_and_ring() -> None:
    plot = lay_out_offer_plot([offer(1, 6.0, 8.0)])
    dot = plot.dots[0]
    outer = plot.rings[-1]
    assert outer.km == 10
    assert isclose(hypot(dot.true_x - MIDDLE, dot.true_y - MIDDLE), outer.radius, abs_tol=0.2)
    assert isclose(atan2(MIDDLE - dot.true_y, dot.true_x - MIDDLE), atan2(8.0, 6.0), abs_tol=0.01)


def test_offers_of_one_town_do_not_cover_each_other() -> None:
    plot = lay_out_offer_plot([offer(i, 0.0, 0.0) for i in range(12)])
    assert all(hypot(a.x - b.x, a.y - b.y) >= DOT_APART - 0.2 for a, b in combinations(plot.dots, 2))
    assert all(hypot(dot.x - MIDDLE, dot.y - MIDDLE) >= AREA_APART - 0.2 for dot in plot.dots)


@given(st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), max_size=40))
def test_every_offer_is_inside_the_picture(places: list[tuple[float, float]]) -> None:
    plot = lay_out_offer_plot([offer(i, east, north) for i, (east, north) in enumerate(places)])
    assert len(plot.dots) == len(places)
    assert all(0 <= dot.x <= SIZE and 0 <= dot.y <= SIZE for dot in plot.dots)


def test_towns_beyond_the_outer_ring_are_left_out() -> None:
    towns = [
        {"name": "Dronninglund", "east_km": -5.7, "north_km": 4.7},
        {"name": "København", "east_km": 150.0, "north_km": -160.0},
    ]
    plot = lay_out_offer_plot([offer(1, 6.0, 6.0)], towns)
    assert [town.name for town in plot.towns] == ["Dronninglund"]
