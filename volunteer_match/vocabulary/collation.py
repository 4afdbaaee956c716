"""Danish alphabetical order: æ, ø and å last, and aa sorted as å (Aabybro after Østervrå)."""

import unicodedata

# "{", "|" and "}" are the three characters that follow "z".
_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y", "ß": "s", "ð": "d", "þ": "t"})


def danish_sort_key(text: str) -> tuple[str, str]:
    """A key for `sorted`; other accents don't count, and case only breaks a tie."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("aa", "å").translate(_AFTER_Z)
    letters = (c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return "".join(letters), text
