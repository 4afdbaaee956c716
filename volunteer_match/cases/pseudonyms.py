"""What a case is called here: a word from nature and a number, made by the system and telling nothing of the child."""

from collections.abc import Iterator
from random import Random

from sqlalchemy import exists, select

from volunteer_match.foundation.database import db

from .models import Case

# Things one is glad to be called by. No word that is mostly a person's first name, and none with a sting.
WORDS: tuple[str, ...] = (
    *("Lærke", "Solsort", "Musvit", "Rødhals", "Stær", "Svale", "Bogfinke", "Gærdesmutte", "Hejre", "Strandskade"),
    *("Nattergal", "Blåmejse", "Trane", "Ederfugl", "Grønirisk", "Dompap", "Stillits", "Vipstjert", "Hjejle", "Terne"),
    *("Lunde", "Regnspove", "Sanglærke", "Isfugl", "Havørn", "Klyde", "Rørsanger", "Tårnfalk", "Silkehale", "Gulspurv"),
    *("Anemone", "Kløver", "Kornblomst", "Hyacint", "Krokus", "Blåklokke", "Smørblomst", "Kodriver", "Lavendel"),
    *("Vintergæk", "Erantis", "Tulipan", "Solsikke", "Valmue", "Forglemmigej", "Morgenfrue", "Kamille", "Lupin"),
    *("Engkarse", "Timian", "Rosmarin", "Mynte", "Pæon", "Birk", "Ahorn", "Poppel", "Kastanje", "Hyld", "Hvidtjørn"),
    *("Enebær", "Kirsebær", "Mirabel", "Havtorn", "Valnød", "Hindbær", "Brombær", "Blåbær", "Tranebær", "Ribs"),
    *("Solbær", "Jordbær", "Musling", "Rav", "Søstjerne", "Sommerfugl", "Guldsmed", "Mariehøne", "Humlebi", "Egern"),
    *("Pindsvin", "Lyng", "Klitrose", "Hjelme", "Strandarve"),
)
SHORT_NUMBERS = (10, 99)
LONG_NUMBERS = (100, 999)
SHORT_TRIES = 50
LONG_TRIES = 500


class NoPseudonymLeft(Exception):
    """Hundreds of tries met only names in use: time for more words."""


def suggestions(random: Random) -> Iterator[str]:
    """Names to try, the same ones for the same random source; longer numbers when the short ones are crowded."""
    for tries, (lowest, highest) in ((SHORT_TRIES, SHORT_NUMBERS), (LONG_TRIES, LONG_NUMBERS)):
        for _ in range(tries):
            yield f"{random.choice(WORDS)}-{random.randint(lowest, highest)}"


def free_pseudonym(*, random: Random) -> str:
    """The first suggestion that no case has, closed ones included."""
    for name in suggestions(random):
        if not in_use(name):
            return name
    raise NoPseudonymLeft


def in_use(pseudonym: str) -> bool:
    """Whether a case, open or closed, is called that."""
    return bool(db.session.scalar(select(exists().where(Case.pseudonym == pseudonym))))
