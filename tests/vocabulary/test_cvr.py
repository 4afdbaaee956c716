import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.vocabulary.cvr import InvalidCvr, normalise_cvr

WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@pytest.mark.parametrize("written", ["13748136", " 13 74 81 36 ", "DK13748136", "DK 13 74 81 36"])
def test_cvr_numbers_as_people_write_them(written: str) -> None:
    assert normalise_cvr(written) == "13748136"


@pytest.mark.parametrize("written", ["", "1374813", "137481360", "13748137", "abcdefgh", "01020304"])
def test_what_is_no_cvr_number(written: str) -> None:
    with pytest.raises(InvalidCvr):
        normalise_cvr(written)


@given(st.integers(10_000_000, 99_999_999).map(str))
def test_the_check_digit_decides(digits: str) -> None:
    right = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11 == 0
    if right:
        assert normalise_cvr(digits) == digits
    else:
        with pytest.raises(InvalidCvr):
            normalise_cvr(digits)
