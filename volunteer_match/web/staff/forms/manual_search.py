"""What to look for when a caseworker searches among the offers."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from volunteer_match.proposals.manual_search import Order
from volunteer_match.vocabulary.collation import danish_sort_key
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.fields import Form, IntegerRangeField, choices, slot_choices
from volunteer_match.web.shared.language import current_language
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS
from volunteer_match.web.staff.match_words import CONTACT_FORMS

MOST_PAGES = 100_000
BARRED_TOO = "alle"
DISTANCES = (5, 10, 20, 40)


def _kinds() -> list[Any]:
    language = current_language()
    named = [(kind.id, kind.label.in_language(language)) for kind in taxonomy().offers.values()]
    return choices([("", _l("Alle slags")), *sorted(named, key=lambda pair: danish_sort_key(pair[1]))])


class SearchForm(Form):
    """Everything may be left open."""

    words = StringField(_l("Ord i tilbuddet eller navnet"), validators=[Optional()])
    kind = SelectField(_l("Slags hjælp"), choices=_kinds, default="")
    km = SelectField(
        _l("Afstand"),
        choices=lambda: choices([("", _l("Alle")), *((str(km), _l("Højst %(km)s km", km=km)) for km in DISTANCES)]),
        default="",
    )
    slot = SelectField(_l("Tid"), choices=lambda: [*choices([("", _l("Alle tider"))]), *slot_choices()], default="")
    contact_form = SelectField(
        _l("Form"),
        choices=lambda: choices(
            [("", _l("Alle")), *((form.value, words) for form, words in CONTACT_FORMS.items() if form != "either")]
        ),
        default="",
    )
    organisation = SelectField(
        _l("Hvem tilbyder det"),
        choices=lambda: choices([("", _l("Alle")), *((kind.value, name) for kind, name in ORGANISATION_KINDS.items())]),
        default="",
    )
    show = SelectField(
        _l("Vis"),
        choices=lambda: choices(
            [("", _l("Dem, der kan vælges")), (BARRED_TOO, _l("Alle, også dem noget spærrer for"))]
        ),
        default="",
    )
    order = SelectField(
        _l("Rækkefølge"),
        choices=lambda: choices([(Order.DISTANCE.value, _l("Nærmest først")), (Order.NAME.value, _l("Efter navn"))]),
        default=Order.DISTANCE.value,
    )
    page = IntegerRangeField(_l("Side"), validators=[Optional()], lowest=1, highest=MOST_PAGES)

    def choices_made(self) -> dict[str, Any]:
        """What may stand in an address: never the words."""
        names = ("kind", "km", "slot", "contact_form", "organisation", "show")
        made: dict[str, Any] = {name: self[name].data for name in names if self[name].data}
        return made | ({"order": self.order.data} if self.order.data == Order.NAME else {})
