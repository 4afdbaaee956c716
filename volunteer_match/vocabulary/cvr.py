"""CVR numbers of organisations. Not every club has one, so the number is never required."""

from stdnum.dk import cvr
from stdnum.exceptions import ValidationError


class InvalidCvr(ValueError):
    """Not eight digits with a right check digit."""


def normalise_cvr(text: str) -> str:
    """Eight digits without spaces or DK."""
    try:
        return str(cvr.validate(text))
    except ValidationError:
        raise InvalidCvr from None
