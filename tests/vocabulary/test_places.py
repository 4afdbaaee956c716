import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.vocabulary.places import (
    InvalidPlaceRow,
    Place,
    all_places,
    built_in_places,
    distance_km,
    lookup,
    pilot_places,
    read_places,
)

HEADER = "postcode,name,lat,lon,municipality\n"
places = st.sampled_from(sorted(built_in_places().values(), key=lambda place: place.postcode))


def place(postcode: str) -> Place:
    found = lookup(postcode)
    assert found
    return found


def test_the_whole_country_is_built_in() -> None:
    assert len(built_in_places()) > 1000
    assert {"1050", "3700", "6700", "9990"} <= set(all_places())


def test_the_towns_of_the_pilot_come_first() -> None:
    assert [place.name for place in pilot_places()][:5] == [
        "Brønderslev",
        "Hjallerup",
        "Dronninglund",
        "Asaa",
        "Jerslev J",
    ]


def test_a_postcode_is_found_with_stray_spaces_and_an_unknown_one_is_not() -> None:
    assert place(" 9340 ").name == "Asaa"
    assert lookup("9999") is None
    assert lookup("") is None


@pytest.mark.parametrize(("a", "b", "km"), [("9340", "9330", 7.4), ("9700", "9340", 30.7), ("9700", "9000", 26)])
def test_distances_agree_with_a_map(a: str, b: str, km: float) -> None:
    assert distance_km(place(a), place(b)) == pytest.approx(km, rel=0.02)


def test_a_degree_of_latitude_is_111_km() -> None:
    south, north = (Place("0000", "", lat, 10.0, "") for lat in (56.0, 57.0))
    assert distance_km(south, north) == pytest.approx(111.2, abs=0.1)


@given(places, places, places)
def test_distance_is_a_distance(a: Place, b: Place, c: Place) -> None:
    assert distance_km(a, a) == 0
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-9


def test_a_file_with_more_columns_and_a_byte_order_mark_is_read() -> None:
    text = "\ufeffpostcode,name,lat,lon,municipality,source\n9340,Asaa,57.1367,10.3919,Brønderslev,x\n"
    assert read_places(text) == [Place("9340", "Asaa", 57.1367, 10.3919, "Brønderslev")]


@pytest.mark.parametrize(
    ("row", "line", "field"),
    [
        ("934,Asaa,57.1,10.4,Brønderslev", 2, "postcode"),
        ("9340,,57.1,10.4,Brønderslev", 2, "name"),
        ("9340,Asaa,fem,10.4,Brønderslev", 2, "lat"),
        ("9340,Asaa,nan,10.4,Brønderslev", 2, "lat"),
        ("9340,Asaa,57.1,77.4,Brønderslev", 2, "lon"),
        ("9340,Asaa,57.1", 2, "lon"),
        ("9340,Asaa,57.1,10.4,Brønderslev\n9340,Asaa,57.1,10.4,Brønderslev", 3, "postcode"),
    ],
)
def test_a_wrong_row_names_its_line_and_field(row: str, line: int, field: str) -> None:
    with pytest.raises(InvalidPlaceRow) as refused:
        read_places(HEADER + row + "\n")
    assert (refused.value.line, refused.value.field) == (line, field)


def test_a_file_without_a_column_is_refused() -> None:
    with pytest.raises(InvalidPlaceRow, match="line 1, lon: column is missing"):
        read_places("postcode,name,lat,municipality\n")
