import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.vocabulary.phone_numbers import InvalidPhoneNumber, format_phone, normalise_phone


@pytest.mark.parametrize(
    "written",
    ["12345678", "12 34 56 78", " 1234 5678 ", "+45 12 34 56 78", "004512345678", "45 12345678", "12-34-56-78"],
)
def test_danish_numbers_as_people_write_them(written: str) -> None:
    assert normalise_phone(written) == "+4512345678"
    assert format_phone(normalise_phone(written)) == "12 34 56 78"


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("+46 70 123 45 67", "+46701234567", "+46 70 123 45 67"),
        ("0049 (0)1512 3456789", "+4915123456789", "+49 1512 3456789"),
        ("+380 50 123 4567", "+380501234567", "+380 50 123 4567"),
    ],
)
def test_foreign_numbers_need_their_country_code(written: str, kept: str, shown: str) -> None:
    assert normalise_phone(written) == kept
    assert format_phone(kept) == shown


@pytest.mark.parametrize(
    "written", ["", "1234567", "123456789", "+45 1234567", "0701234567", "ring til mig", "+999 123", "+", "١٢٣٤٥٦٧٨"]
)
def test_what_is_no_number(written: str) -> None:
    with pytest.raises(InvalidPhoneNumber):
        normalise_phone(written)


@given(st.integers(0, 99_999_999).map("{:08}".format), st.sampled_from(["", "+45", "0045", "+45 "]))
def test_what_is_shown_can_be_read_again(digits: str, country: str) -> None:
    kept = normalise_phone(country + digits)
    assert kept == f"+45{digits}"
    assert normalise_phone(format_phone(kept)) == kept
