"""A need as the caseworker writes it: her own words first, then the codes they point to, then what others may read."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from volunteer_match.cases.intake import ChildView, NeedDraft
from volunteer_match.cases.states import ChildViewSource
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.matching.concepts import suggest_need_codes
from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES, ContactForm
from volunteer_match.vocabulary.sensitive_text import danger_words, leak_words
from volunteer_match.vocabulary.taxonomy import NeedKind, taxonomy
from volunteer_match.web.shared.fields import (
    DateField,
    Form,
    IntegerRangeField,
    LanguagesField,
    NeedsField,
    SlotsField,
    choices,
    need_choices,
    wording_choices,
)
from volunteer_match.web.staff.case_words import CHILD_VIEW_SOURCES

WORDING_LENGTH = 600


class ChildViewForm(Form):
    """What the child says, how we know, and when."""

    child_view = TextAreaField(
        _l("Hvad siger barnet selv?"),
        [InputRequired(_l("Skriv, hvad barnet siger"))],
        description=_l("Helst med barnets egne ord. Skriv, så barnet gerne må læse det."),
    )
    child_view_source = RadioField(
        _l("Hvordan ved vi det?"),
        [InputRequired(_l("Vælg, hvordan barnets mening er indhentet"))],
        choices=lambda: choices((source.value, words) for source, words in CHILD_VIEW_SOURCES.items()),
    )
    child_view_on = DateField(_l("Hvornår?"), [InputRequired(_l("Skriv datoen, fx 21 11 2026"))])

    def validate(self, extra_validators: Any = None) -> bool:
        """A view from tomorrow is a slip of the hand."""
        return super().validate(extra_validators) and not_ahead(self.child_view_on)

    def view(self) -> ChildView:
        """What was filled in, as the domain takes it."""
        source = ChildViewSource(self.child_view_source.data)
        return ChildView(self.child_view.data or "", source, self.child_view_on.data)


class NeedForm(Form):
    """All of a need. Only the two texts are asked for now; without the child's view nothing can be approved."""

    text = TextAreaField(_l("Hvad har barnet brug for?"), [InputRequired(_l("Skriv, hvad barnet har brug for"))])
    suggest = SubmitField(_l("Foreslå koder"))
    code_words = StringField(_l("Søg i alle koder"), description=_l("Fx lektier, venner, sport"))
    find_codes = SubmitField(_l("Søg"))
    codes = NeedsField(_l("Koder, der passer"))
    draft_wording = SubmitField(_l("Skriv et udkast ud fra koderne"))
    external_wording = TextAreaField(
        _l("Tekst, som den frivillige ser"),
        [InputRequired(_l("Skriv den tekst, den frivillige skal se")), Length(max=WORDING_LENGTH)],
    )
    accepted_words = BooleanField(_l("Brug teksten alligevel"))
    languages = LanguagesField(_l("Sprog, som barnet og familien taler"), [InputRequired(_l("Vælg mindst ét sprog"))])
    contact_form = RadioField(
        _l("Én voksen eller en gruppe?"),
        [InputRequired(_l("Vælg, om det skal være én til én eller i en gruppe"))],
        choices=lambda: wording_choices(CONTACT_FORM_NAMES),
        default=ContactForm.EITHER.value,
    )
    slots = SlotsField(_l("Hvornår kan barnet?"), [Optional()])
    max_km = IntegerRangeField(_l("Hvor langt må der højst være?"), [Optional()], lowest=1, highest=200)
    transport_agreed = BooleanField(_l("Transport er aftalt"))
    child_view = TextAreaField(
        _l("Hvad siger barnet selv?"),
        [Optional()],
        description=_l("Helst med barnets egne ord. Skriv, så barnet gerne må læse det."),
    )
    child_view_source = RadioField(
        _l("Hvordan ved vi det?"),
        [Optional()],
        choices=lambda: choices((source.value, words) for source, words in CHILD_VIEW_SOURCES.items()),
    )
    child_view_on = DateField(_l("Hvornår?"), [Optional()])

    def __init__(self, *args: Any, child_age: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_age = child_age
        self.leaks: list[str] = []
        self.suggested: list[str] = []
        self.searched = False
        self.found: list[str] = []
        if self.is_submitted():
            self._look_for_codes()

    @property
    def asks_for_help(self) -> bool:
        """One of the buttons that fill in, rather than the one that saves."""
        return bool(self.suggest.data or self.find_codes.data or self.draft_wording.data)

    @property
    def dangers(self) -> list[str]:
        """Words that should make the writer ask whether this is more than a wish for company."""
        return danger_words(f"{self.text.data or ''}\n{self.child_view.data or ''}")

    def help(self) -> None:
        """Does what the button said; nothing typed is lost, and nothing is saved."""
        if self.suggest.data and not self.suggested:
            self.text.errors = [_("Skriv lidt mere om, hvad barnet har brug for – eller søg i koderne")]
        if self.draft_wording.data:
            self._draft()

    def offer_draft(self) -> bool:
        """Codes are ticked but no words written for the volunteer: a draft to read is better than an error."""
        if (self.external_wording.data or "").strip() or not self.codes.data:
            return False
        self._draft()
        self.external_wording.errors = [_("Her er et udkast ud fra koderne. Læs det igennem, ret det til, og gem")]
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """The child's view is told whole or not at all."""
        fine = super().validate(extra_validators)
        return self._child_view_is_whole() and fine

    def leaks_accepted(self) -> bool:
        """Whether the writer has seen every word that stands there now and said that it may stay."""
        seen = set(self.accepted_words.raw_data[0].split("|")) if self.accepted_words.raw_data else set()
        return seen.issuperset(leak_words(self.external_wording.data or ""))

    def warn_of(self, words: list[str]) -> None:
        """Shows the words beside the text, with a box to tick."""
        self.leaks = words
        self.external_wording.errors = [
            _("Nogle ord kan røbe for meget. Ret teksten, eller sæt kryds ved, at de må stå")
        ]

    def draft(self) -> NeedDraft:
        """What was filled in, as the domain takes it."""
        return NeedDraft(
            text=self.text.data or "",
            external_wording=self.external_wording.data or "",
            codes=tuple(self.codes.data or ()),
            languages=tuple(self.languages.data or ()),
            contact_form=ContactForm(self.contact_form.data),
            slots=tuple(self.slots.data or ()),
            max_km=self.max_km.data,
            transport_agreed=self.transport_agreed.data,
        )

    def view(self) -> ChildView | None:
        """The child's view, where it was filled in."""
        if not self.child_view.data:
            return None
        return ChildView(self.child_view.data, ChildViewSource(self.child_view_source.data), self.child_view_on.data)

    def boundaries(self, language: str) -> dict[str, str]:
        """What a code does not cover, told beside it."""
        return {
            need.id: need.boundary.in_language(language)
            for need in taxonomy().needs.values()
            if need.boundary is not None
        }

    def _look_for_codes(self) -> None:
        words = (self.code_words.data or "").strip()
        self.searched = bool(words)
        self.found = codes_named(words) if words else []
        read = suggest_need_codes(self.text.data or "")
        fitting = [code for code in read if self._fits_age(taxonomy().needs[code])]
        ticked = [code for code in self.codes.data or () if code in taxonomy().needs]
        self.suggested = list(dict.fromkeys([*ticked, *self.found, *fitting]))
        self.codes.choices = need_choices(self.suggested)

    def _fits_age(self, need: NeedKind) -> bool:
        return need.age_min <= self.child_age <= need.age_max

    def _draft(self) -> None:
        written = (self.external_wording.data or "").strip()
        known = taxonomy().needs
        sentences = [known[code].external_wording.da for code in self.codes.data or () if code in known]
        new = [sentence for sentence in sentences if sentence not in written]
        self.external_wording.data = "\n".join([*([written] if written else []), *new])
        if not sentences:
            self.codes.errors = [_("Sæt kryds ved mindst én kode, så er der noget at skrive ud fra")]

    def _child_view_is_whole(self) -> bool:
        if not (self.child_view.data or self.child_view_source.data or self.child_view_on.raw_data):
            return True
        missing = (
            (self.child_view, _("Skriv, hvad barnet siger")),
            (self.child_view_source, _("Vælg, hvordan barnets mening er indhentet")),
            (self.child_view_on, _("Skriv datoen, fx 21 11 2026")),
        )
        for field, message in missing:
            if not field.data and not field.errors:
                field.errors = [message]
        told = not any(field.errors for field, _message in missing)
        return told and not_ahead(self.child_view_on)


def not_ahead(field: Any) -> bool:
    """Whether the date is today or earlier; says so at the field when it isn't."""
    if field.data is not None and field.data > danish_date(utc_now()):
        field.errors = [_("Datoen ligger ude i fremtiden")]
        return False
    return True


def codes_named(words: str) -> list[str]:
    """The codes whose name or other names hold all of these words, in the order of the taxonomy."""
    sought = words.casefold().split()
    return [need.id for need in taxonomy().needs.values() if _holds(sought, _names(need))]


def _names(need: NeedKind) -> Iterable[str]:
    return (need.label.da, need.label.en, *need.synonyms_da, *need.synonyms_en)


def _holds(sought: list[str], names: Iterable[str]) -> bool:
    text = " ".join(names).casefold()
    return all(word in text for word in sought)
