"""Phone numbers as people write them, kept as E.164 (+4512345678)."""

import re

import phonenumbers

DENMARK = 45
_DANISH = re.compile(r"(?:\+45|0045|45)?(\d{8})")
_DECORATION = re.compile(r"[\s().\-–/]")


class InvalidPhoneNumber(ValueError):
    """Neither eight Danish digits nor a foreign number with its country code."""


def normalise_phone(text: str) -> str:
    """Eight digits are Danish, with or without +45 or 0045; every other country needs its + or 00."""
    digits = _DECORATION.sub("", text.strip())
    danish = _DANISH.fullmatch(digits)
    if danish and digits.isascii():
        return f"+{DENMARK}{danish[1]}"
    return _foreign(re.sub(r"^00", "+", digits))


def format_phone(number: str) -> str:
    """As people read it: 12 34 56 78, and a foreign number with its country code."""
    parsed = phonenumbers.parse(number)
    if parsed.country_code == DENMARK:
        national = f"{parsed.national_number:08d}"
        return " ".join(national[i : i + 2] for i in range(0, 8, 2))
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _foreign(digits: str) -> str:
    if not digits.startswith("+"):
        raise InvalidPhoneNumber
    try:
        parsed = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        raise InvalidPhoneNumber from None
    if parsed.country_code == DENMARK or not phonenumbers.is_possible_number(parsed):
        raise InvalidPhoneNumber
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
