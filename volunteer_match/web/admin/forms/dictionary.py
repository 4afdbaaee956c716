"""What to look up in the vocabulary, and a sentence to try it on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from volunteer_match.matching.dictionary import Sort
from volunteer_match.matching.kind_reading import Side
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.admin.dictionary_words import SORTS
from volunteer_match.web.shared.fields import Form, IntegerRangeField, choices
from volunteer_match.web.shared.language import current_language

MOST_PAGES = 1000
LONGEST_SENTENCE = 1000


def _groups() -> list[tuple[str, str]]:
    return [(group.id, group.label.in_language(current_language())) for group in taxonomy().groups.values()]


class DictionaryForm(Form):
    """Everything may be left open, and may stand in the address: it is the engine's words, nobody's own."""

    words = StringField(_l("Ord eller navn"), validators=[Optional(), Length(max=60)])
    sort = SelectField(
        _l("Slags begreb"),
        choices=lambda: choices([("", _l("Alle")), *((sort.value, SORTS[sort]) for sort in Sort)]),
        default="",
    )
    group = SelectField(_l("Hører til"), choices=lambda: choices([("", _l("Alle")), *_groups()]), default="")
    page = IntegerRangeField(_l("Side"), validators=[Optional()], lowest=1, highest=MOST_PAGES)

    def choices_made(self) -> dict[str, Any]:
        """What stands in the address of the other pages of the same list."""
        made = {"words": self.words.data, "sort": self.sort.data, "group": self.group.data}
        return {name: value for name, value in made.items() if value}


class SentenceForm(Form):
    """A made-up sentence, as one of the two sides might write it."""

    sentence = TextAreaField(
        _l("Sætning"),
        validators=[
            DataRequired(_l("Skriv en sætning")),
            Length(max=LONGEST_SENTENCE, message=_l("Sætningen må højst være på %(max)d tegn")),
        ],
    )
    side = RadioField(
        _l("Læs den som"),
        choices=lambda: choices(
            [(Side.NEED.value, _l("Et behov, som en rådgiver skriver")), (Side.OFFER.value, _l("Et tilbud"))]
        ),
        default=Side.NEED.value,
    )
