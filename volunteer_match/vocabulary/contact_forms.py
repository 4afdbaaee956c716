"""Whether offer and need want one child alone with an adult, a group, or either."""

from enum import StrEnum
from types import MappingProxyType

from volunteer_match.vocabulary.taxonomy import Wording


class ContactForm(StrEnum):
    ONE_TO_ONE = "one_to_one"
    GROUP = "group"
    EITHER = "either"

    def fits(self, other: "ContactForm") -> bool:
        return self is other or ContactForm.EITHER in (self, other)


CONTACT_FORM_NAMES = MappingProxyType(
    {
        ContactForm.ONE_TO_ONE: Wording("Én til én", "One to one"),
        ContactForm.GROUP: Wording("I en gruppe", "In a group"),
        ContactForm.EITHER: Wording("Begge dele er fint", "Either is fine"),
    }
)
