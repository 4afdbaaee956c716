"""The week in twenty-one slots, `mon-morning` to `sun-evening`. No slot given bars nothing."""

from itertools import product
from types import MappingProxyType

from volunteer_match.vocabulary.taxonomy import Wording

WEEKDAYS = MappingProxyType(
    {
        "mon": Wording("mandag", "Monday"),
        "tue": Wording("tirsdag", "Tuesday"),
        "wed": Wording("onsdag", "Wednesday"),
        "thu": Wording("torsdag", "Thursday"),
        "fri": Wording("fredag", "Friday"),
        "sat": Wording("lørdag", "Saturday"),
        "sun": Wording("søndag", "Sunday"),
    }
)
DAYPARTS = MappingProxyType(
    {
        "morning": Wording("formiddag", "morning"),
        "afternoon": Wording("eftermiddag", "afternoon"),
        "evening": Wording("aften", "evening"),
    }
)
SLOTS: tuple[str, ...] = tuple(f"{day}-{part}" for day, part in product(WEEKDAYS, DAYPARTS))


def slot_name(slot: str, language: str = "da") -> str:
    """ "tirsdag eftermiddag" for `tue-afternoon`."""
    day, part = slot.split("-")
    return f"{WEEKDAYS[day].in_language(language)} {DAYPARTS[part].in_language(language)}"


def in_week_order(slots: list[str]) -> list[str]:
    """The known slots among these, each once, Monday morning first."""
    chosen = set(slots)
    return [slot for slot in SLOTS if slot in chosen]
