"""The form every page starts from, and the fields Danes fill in: postcode, phone, CVR, dates, times, languages.

Every text field is stripped, limited in length, and refuses control characters and CPR numbers without being asked to.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import EmailField as PlainEmailField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3
from wtforms.utils import unset_value
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import TextInput

from volunteer_match.vocabulary import cvr, phone_numbers, places
from volunteer_match.vocabulary.languages import LANGUAGES
from volunteer_match.vocabulary.sensitive_text import contains_cpr
from volunteer_match.vocabulary.slots import DAYPARTS, SLOTS, WEEKDAYS, in_week_order, slot_name
from volunteer_match.vocabulary.taxonomy import Wording, taxonomy

from .language import current_language

SHORT_TEXT = 200
LONG_TEXT = 2000
# These turn the direction of writing round: a name or a link can be made to look like another one.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
COMMON_LANGUAGES = 8
POSTCODE_DIGITS = 4
FIRST_YEAR = 1900
PARTS = ("day", "month", "year")
_CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?", re.IGNORECASE)

# WTForms' own messages as we say them, in both languages: no blame, and what to do instead.
MESSAGES: Mapping[str, Any] = MappingProxyType(
    {
        "This field is required.": _l("Svaret mangler"),
        "Not a valid choice.": _l("Vælg en af mulighederne"),
        "Invalid Choice: could not coerce.": _l("Vælg en af mulighederne"),
        "Invalid choice(s): one or more data inputs could not be coerced.": _l("Vælg blandt mulighederne"),
        "'%(value)s' is not a valid choice for this field.": _l("Vælg blandt mulighederne"),
        "'%(value)s' are not valid choices for this field.": _l("Vælg blandt mulighederne"),
        "Not a valid integer value.": _l("Skriv et helt tal, fx 3"),
        "Not a valid decimal value.": _l("Skriv et tal, fx 3,5"),
        "Not a valid float value.": _l("Skriv et tal, fx 3,5"),
        "Number must be at least %(min)s.": _l("Tallet skal være mindst %(min)s"),
        "Number must be at most %(max)s.": _l("Tallet må højst være %(max)s"),
        "Number must be between %(min)s and %(max)s.": _l("Tallet skal ligge mellem %(min)s og %(max)s"),
        "Field cannot be longer than %(max)d character.": _l("Skriv højst %(max)d tegn"),
        "Field cannot be longer than %(max)d characters.": _l("Skriv højst %(max)d tegn"),
        "Field must be at least %(min)d character long.": _l("Skriv mindst %(min)d tegn"),
        "Field must be at least %(min)d characters long.": _l("Skriv mindst %(min)d tegn"),
        "Field must be exactly %(max)d character long.": _l("Skriv præcis %(max)d tegn"),
        "Field must be exactly %(max)d characters long.": _l("Skriv præcis %(max)d tegn"),
        "Field must be between %(min)d and %(max)d characters long.": _l("Skriv mellem %(min)d og %(max)d tegn"),
        "Field must be equal to %(other_name)s.": _l("De to felter er ikke ens"),
        "Invalid input.": _l("Skriv svaret som i eksemplet"),
        "Invalid email address.": _l("Skriv en e-mailadresse, fx navn@eksempel.dk"),
        "The CSRF token is missing.": _l("Siden har været åben for længe. Send den igen"),
        "The CSRF session token is missing.": _l("Siden har været åben for længe. Send den igen"),
        "The CSRF token has expired.": _l("Siden har været åben for længe. Send den igen"),
        "The CSRF token is invalid.": _l("Siden har været åben for længe. Send den igen"),
        "The CSRF tokens do not match.": _l("Siden har været åben for længe. Send den igen"),
    }
)


class PlainMessages:
    """WTForms asks this for its own texts; ours come translated already and pass through unchanged."""

    def gettext(self, message: str) -> str:
        return str(MESSAGES.get(message, message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary, and where it leads."""

    field_id: str
    text: str


def tidy(value: str | None) -> str | None:
    """Stripped, with one kind of line break, so that a character is counted once."""
    return value if value is None else value.replace("\r\n", "\n").replace("\r", "\n").strip()


def refuse_control_characters(_form: Any, field: Any) -> None:
    """A name with a line break or a hidden mark in it could forge a mail header or a line of a log."""
    allowed = "\n\t" if isinstance(field, TextAreaField) else ""
    if any(_is_control(character) and character not in allowed for character in field.data or ""):
        raise ValidationError(
            _("Teksten indeholder tegn, der ikke kan ses. Skriv den igen i stedet for at indsætte den")
        )


def refuse_cpr(_form: Any, field: Any) -> None:
    """The promise of the whole system: no CPR number anywhere."""
    if contains_cpr(field.data or ""):
        raise ValidationError(
            _("Teksten ser ud til at indeholde et CPR-nummer. Fjern det – systemet må ikke rumme CPR-numre.")
        )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in DIRECTION_MARKS


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Base of every form: plain messages, tidy and guarded text."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        def get_translations(self, form: Any) -> PlainMessages:
            return PlainMessages()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Give each text field its strip, and a greatest length unless it has its own."""
            field = unbound_field.bind(form=form, **options)
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                field.filters = [tidy, *field.filters]
                _limit_length(field)
            return field

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every text field is guarded, whatever validators its form gave it."""
        guards = {name: list(validators) for name, validators in (extra_validators or {}).items()}
        for name, field in self._fields.items():
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                guards.setdefault(name, []).extend(field_guards(field))
        return bool(super().validate(extra_validators=guards))

    def error_list(self) -> list[FormError]:
        """What to put in the error summary: the same words as at the fields, in the order of the page.

        Where two fields say the same, the summary says which is which.
        """
        wrong = [field for field in self._fields.values() if field.errors]
        said = Counter(map(first_error, wrong))
        at_fields = [
            FormError(
                first_input_id(field),
                f"{field.label.text}: {first_error(field)}" if said[first_error(field)] > 1 else first_error(field),
            )
            for field in wrong
        ]
        return [FormError("", str(text)) for text in self.form_errors] + at_fields


def field_guards(field: Any) -> list[Any]:
    """Numbers of a fixed form can't hide a CPR number; everything else can."""
    fixed_form = isinstance(field, (PhoneField, CvrField, PostcodeField))
    return [refuse_control_characters] if fixed_form else [refuse_control_characters, refuse_cpr]


def first_error(field: Any) -> str:
    """The first thing to mend; the rest shows when that is done."""
    return str(next(iter(field.errors), ""))


def first_input_id(field: Any) -> str:
    """The id of the input that a link to this field must lead to."""
    if isinstance(field, DateField):
        return f"{field.id}-{PARTS[0]}"
    has_boxes = isinstance(field, (RadioField, SelectMultipleField))
    return f"{field.id}-0" if has_boxes else str(field.id)


def _limit_length(field: Any) -> None:
    if field.flags.maxlength is None:
        limit = Length(max=LONG_TEXT if isinstance(field, TextAreaField) else SHORT_TEXT)
        field.validators = [*field.validators, limit]
        field.flags.maxlength = limit.max


class EmailField(PlainEmailField):
    """Checked by its form only, without asking the network; that it is read is proved by a link in a mail."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.data = validate_email(self.data, check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Skriv en e-mailadresse, fx navn@eksempel.dk")) from None


class PhoneField(TelField):
    """Danish as Danes write it, foreign with its country code; kept as +4512345678."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.data = phone_numbers.normalise_phone(self.data)
        except phone_numbers.InvalidPhoneNumber:
            raise ValidationError(_("Skriv et dansk telefonnummer, fx 12345678 eller +45 12 34 56 78")) from None


class CvrField(StringField):
    """Eight digits with a right check digit. Never required: not every club has one."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.data = cvr.normalise_cvr(self.data)
        except cvr.InvalidCvr:
            raise ValidationError(
                _("CVR-nummeret findes ikke. Det har otte cifre – I kan også lade feltet stå tomt")
            ) from None


class PostcodeField(StringField):
    """A Danish postcode that exists; the town after it may be written too."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        place = places.lookup(self.data[:POSTCODE_DIGITS])
        if place is None or any(character.isdigit() for character in self.data[POSTCODE_DIGITS:]):
            raise ValidationError(_("Skriv et postnummer med fire cifre, fx 9700"))
        self.data = place.postcode


class IntegerRangeField(IntegerField):
    """A whole number between two others, typed rather than stepped through."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, *, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.lowest = lowest
        self.highest = highest

    def process_formdata(self, valuelist: list[str]) -> None:
        written = valuelist[0].strip() if valuelist else ""
        try:
            self.data = int(written)
        except ValueError:
            self.data = None

    def pre_validate(self, form: Any) -> None:
        """Stops the other validators: a wrong number must not be called a missing one."""
        is_blank = not (self.raw_data and self.raw_data[0].strip()) and self.data is None
        if not is_blank and (self.data is None or not self.lowest <= self.data <= self.highest):
            raise StopValidation(
                _("Skriv et helt tal mellem %(lowest)s og %(highest)s", lowest=self.lowest, highest=self.highest)
            )


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three inputs of a date."""

    name: str
    id: str
    label: str
    length: int
    value: str
    autocomplete: str = ""


class DateField(Field):
    """Day, month and year in three inputs, `<field>-day` and so on: quicker than a calendar."""

    widget = TextInput()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if formdata is not None:
            written = [formdata.get(f"{self.name}-{part}", "").strip() for part in PARTS]
            formdata = MultiDict({self.name: written} if any(written) else {})
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist:
            return
        if not all(valuelist):
            raise ValueError(_("Skriv både dag, måned og år, fx 21 11 2026"))
        try:
            day, month, year = (int(value) for value in valuelist)
            written = date(year, month, day)
        except (ValueError, OverflowError):
            raise ValueError(_("Datoen findes ikke. Skriv dag, måned og år, fx 21 11 2026")) from None
        if year < FIRST_YEAR:
            raise ValueError(_("Skriv årstallet med fire cifre, fx 2026"))
        self.data = written

    def pre_validate(self, form: Any) -> None:
        """Stops the other validators: a wrong date must not be called a missing one."""
        if self.process_errors:
            raise StopValidation

    def parts(self) -> list[DatePart]:
        """The three inputs with what was written, also when it is no date."""
        labels = (_("Dag"), _("Måned"), _("År"))
        return [
            DatePart(part, f"{self.id}-{part}", label, length, value)
            for part, label, length, value in zip(PARTS, labels, (2, 2, 4), self._written(), strict=True)
        ]

    def _written(self) -> Sequence[str]:
        if self.raw_data:
            return list(self.raw_data)
        return (str(self.data.day), str(self.data.month), str(self.data.year)) if self.data else ("", "", "")


class ClockField(StringField):
    """A time as Danes write it, 15.00 or 15:00 or just 15; `shown` is what it says, None when it says nothing."""

    shown: time | None = None

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        found = _CLOCK.fullmatch(self.data)
        try:
            self.shown = time(int(found[1]), int(found[2] or 0)) if found else None
        except ValueError:
            self.shown = None
        if self.shown is None:
            raise ValidationError(_("Skriv klokkeslættet med fire tal, fx 15.00"))


class SlotsField(SelectMultipleField):
    """Times of the week, drawn as weekday by part of day. None ticked means not given."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=slot_choices, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        self.data = in_week_order(self.data or [])

    def dayparts(self) -> list[str]:
        """The headings of the columns."""
        return [name.in_language(current_language()) for name in DAYPARTS.values()]

    def by_weekday(self) -> Iterator[tuple[str, list[Any]]]:
        """Each weekday with its three boxes."""
        boxes = iter(self)
        for name in WEEKDAYS.values():
            yield name.in_language(current_language()), [next(boxes) for _part in DAYPARTS]


class LanguagesField(SelectMultipleField):
    """Languages spoken; the common ones first, the rest behind a fold."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=language_choices, **kwargs)


class KindsField(SelectMultipleField):
    """Kinds of offer from the taxonomy; `choices = offer_kind_choices(first=…)` puts suggestions on top."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=kwargs.pop("choices", offer_kind_choices), **kwargs)


class NeedsField(SelectMultipleField):
    """Need codes from the taxonomy, for staff only."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=kwargs.pop("choices", need_choices), **kwargs)


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices as WTForms 3.3 wants them, from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


def wording_choices(wordings: Mapping[Any, Wording]) -> list[SelectChoice]:
    """The choices of a table of the vocabulary, in the language of the page."""
    language = current_language()
    return [SelectChoice(str(key), wording.in_language(language)) for key, wording in wordings.items()]


def slot_choices() -> list[SelectChoice]:
    return [SelectChoice(slot, slot_name(slot, current_language())) for slot in SLOTS]


def language_choices() -> list[SelectChoice]:
    groups = [_("De mest brugte her på egnen")] * COMMON_LANGUAGES + [_("Flere sprog")] * len(LANGUAGES)
    return [
        SelectChoice(choice.value, choice.label, optgroup=group)
        for choice, group in zip(wording_choices(LANGUAGES), groups, strict=False)
    ]


def offer_kind_choices(first: Iterable[str] = (), *, professional: bool = False) -> list[SelectChoice]:
    """The kinds of offer under their groups; `first` are those the text suggests, shown on top and not again below.

    The programmes that only professionals give are left out for everybody else.
    """
    known, language = taxonomy(), current_language()
    groups = [group.id for group in (known.groups.values() if professional else known.civil_society_groups())]
    open_kinds = [kind for group in groups for kind in known.offers_in_group(group)]
    on_top = [known.offers[kind] for kind in first if kind in known.offers and known.offers[kind] in open_kinds]
    ordered = [kind for kind in open_kinds if kind not in on_top]
    return [
        SelectChoice(kind.id, kind.label.in_language(language), optgroup=_("Forslag ud fra det, du skrev"))
        for kind in on_top
    ] + [
        SelectChoice(
            kind.id, kind.label.in_language(language), optgroup=known.groups[kind.group].label.in_language(language)
        )
        for kind in ordered
    ]


def need_choices(first: Iterable[str] = ()) -> list[SelectChoice]:
    """Every need under the dimension of the ICS triangle it belongs to first; `first` as for offers."""
    known, language = taxonomy(), current_language()
    on_top = [known.needs[code] for code in first if code in known.needs]
    domains = list(known.ics_domains)
    rest = sorted((need for need in known.needs.values() if need not in on_top), key=lambda n: domains.index(n.ics[0]))
    return [
        SelectChoice(need.id, need.label.in_language(language), optgroup=_("Forslag ud fra det, du skrev"))
        for need in on_top
    ] + [
        SelectChoice(
            need.id,
            need.label.in_language(language),
            optgroup=known.ics_domains[need.ics[0]].label.in_language(language),
        )
        for need in rest
    ]
