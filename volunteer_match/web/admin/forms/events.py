"""Forms of an event: the event itself, its guests, the invitation, calling it off."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from volunteer_match.calendars.copenhagen import NoSuchTime, wall_moment
from volunteer_match.events.audience import AnsweredBefore, Wanted
from volunteer_match.events.event_details import EventDetails
from volunteer_match.events.merge_fields import FIELDS, unknown_fields
from volunteer_match.events.models import MOST_SEATS
from volunteer_match.events.states import QuestionKind, Visibility
from volunteer_match.foundation.clock import COPENHAGEN, danish_date, utc_now
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.vocabulary.phone_numbers import format_phone
from volunteer_match.vocabulary.places import pilot_places
from volunteer_match.web.shared.event_words import ANSWERED_BEFORE, QUESTIONS, VISIBILITIES
from volunteer_match.web.shared.fields import (
    ClockField,
    DateField,
    EmailField,
    Form,
    IntegerRangeField,
    KindsField,
    PhoneField,
    PostcodeField,
    choices,
)
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

LONGEST_TITLE = 120
MOST_ADDRESSES = 200
ALL_ADDRESSES = 20_000
LONGEST_NAME = 120
FURTHEST_AHEAD = timedelta(days=3 * 365)


class EventForm(Form):
    """All that can be said of an event."""

    title = StringField(_l("Titel"), validators=[DataRequired(_l("Skriv en titel")), Length(max=LONGEST_TITLE)])
    description = TextAreaField(
        _l("Hvad handler det om?"),
        description=_l("Det første, gæsterne læser. Et par linjer er nok."),
        validators=[DataRequired(_l("Skriv, hvad det handler om"))],
    )
    programme = TextAreaField(_l("Program"), description=_l("Et punkt på hver linje."), validators=[Optional()])
    day = DateField(_l("Dato"), validators=[DataRequired(_l("Skriv datoen"))])
    starts = ClockField(_l("Begynder kl."), validators=[DataRequired(_l("Skriv, hvornår det begynder, fx 15.00"))])
    ends = ClockField(_l("Slutter kl."), validators=[DataRequired(_l("Skriv, hvornår det slutter, fx 17.00"))])
    reply_on = DateField(
        _l("Svar senest"),
        description=_l("Tre dage før minder vi dem, der ikke har svaret, om det."),
        validators=[DataRequired(_l("Skriv, hvornår I gerne vil have svar"))],
    )
    place = StringField(
        _l("Sted"), description=_l("Fx Asaa Skole, multisalen"), validators=[DataRequired(_l("Skriv stedets navn"))]
    )
    address = StringField(_l("Adresse"), validators=[Optional()])
    postcode = PostcodeField(_l("Postnummer"), validators=[DataRequired(_l("Skriv postnummeret, fx 9340"))])
    access_notes = TextAreaField(
        _l("Adgang"),
        description=_l("Fx hvilken dør, parkering, elevator og toilet."),
        validators=[Optional(), Length(max=500)],
    )
    capacity = IntegerRangeField(
        _l("Antal pladser"),
        lowest=1,
        highest=MOST_SEATS,
        validators=[DataRequired(_l("Skriv, hvor mange der er plads til"))],
    )
    visibility = RadioField(
        _l("Hvem kan være med?"),
        choices=choices((kind.value, words) for kind, words in VISIBILITIES.items()),
        default=Visibility.PUBLIC.value,
    )
    language = SelectField(
        _l("Sprog ved arrangementet"), choices=choices([("da", _l("Dansk")), ("en", _l("Engelsk"))]), default="da"
    )
    questions = SelectMultipleField(
        _l("Det vil vi gerne vide om gæsterne"),
        choices=choices((kind.value, words) for kind, words in QUESTIONS.items()),
        validators=[Optional()],
    )
    own_question = StringField(
        _l("Jeres eget spørgsmål"),
        description=_l("Fx: Hvad vil du helst høre om? Spørg ikke om helbred eller familieforhold."),
        validators=[Optional(), Length(max=150)],
    )
    contact_name = StringField(_l("Kontaktperson"), validators=[DataRequired(_l("Skriv, hvem gæsterne kan spørge"))])
    contact_email = EmailField(
        _l("Kontaktpersonens e-mail"), validators=[DataRequired(_l("Skriv en e-mailadresse, fx navn@eksempel.dk"))]
    )
    contact_phone = PhoneField(_l("Kontaktpersonens telefon"), validators=[Optional()])
    reply_on_so_far: date | None = None

    def validate_day(self, field: Any) -> None:
        if field.data and field.data > danish_date(utc_now() + FURTHEST_AHEAD):
            raise ValidationError(_("Datoen ligger mere end tre år frem. Se årstallet efter"))

    def validate_starts(self, _field: Any) -> None:
        if self.day.data and self.starts.shown and self._moment(self.starts.shown) <= utc_now():
            raise ValidationError(_("Tidspunktet er gået. Vælg et, der ligger i fremtiden"))

    def validate_ends(self, _field: Any) -> None:
        if self.ends.shown and self.day.data:
            self._moment(self.ends.shown)
        if self.starts.shown and self.ends.shown and self.ends.shown <= self.starts.shown:
            raise ValidationError(_("Det skal slutte, efter at det er begyndt"))

    def validate_reply_on(self, field: Any) -> None:
        if field.data and self.day.data and field.data > self.day.data:
            raise ValidationError(_("Svarfristen kan ikke ligge efter arrangementet"))
        if field.data and field.data != self.reply_on_so_far and field.data < danish_date(utc_now()):
            raise ValidationError(_("Svarfristen er gået. Vælg en dag, der ligger i fremtiden"))

    def show(self, details: EventDetails) -> None:
        """The event as it is, to be changed."""
        for name, value in details.columns().items():
            if name in self._fields:
                self[name].data = str(value) if name == "visibility" else value
        starts, ends = (moment.astimezone(COPENHAGEN) for moment in (details.starts_at, details.ends_at))
        self.day.data, self.starts.data, self.ends.data = starts.date(), f"{starts:%H.%M}", f"{ends:%H.%M}"
        self.questions.data = [kind.value for kind in details.questions]
        self.own_question.data = details.own_question

    def details(self) -> EventDetails:
        """What was written; only after it was found good."""
        texts = ("title", "description", "programme", "place", "address", "postcode", "access_notes", "language")
        contact = ("contact_name", "contact_email")
        return EventDetails(
            **{name: self[name].data or "" for name in (*texts, *contact)},
            contact_phone=format_phone(self.contact_phone.data) if self.contact_phone.data else "",
            starts_at=self._moment(self.starts.shown or time()),
            ends_at=self._moment(self.ends.shown or time()),
            reply_on=self.reply_on.data or date.max,
            capacity=self.capacity.data or 1,
            visibility=Visibility(self.visibility.data),
            questions=tuple(QuestionKind(kind) for kind in self.questions.data or ()),
            own_question=self.own_question.data or "",
        )

    def _moment(self, at: time) -> datetime:
        try:
            return wall_moment(self.day.data or danish_date(utc_now()), at)
        except NoSuchTime:
            raise ValidationError(_("Den nat stilles uret frem, så det klokkeslæt findes ikke")) from None


def area_choices() -> list[Any]:
    """The postcodes of the municipality, by name."""
    return choices((place.postcode, f"{place.postcode} {place.name}") for place in pilot_places())


class AudienceForm(Form):
    """Whom of the register to invite. Nothing ticked in a group sets no limit."""

    area = SelectMultipleField(_l("Område"), choices=area_choices, validators=[Optional()])
    kind = SelectMultipleField(
        _l("Slags"),
        choices=choices((kind.value, words) for kind, words in ORGANISATION_KINDS.items()),
        validators=[Optional()],
    )
    before = SelectMultipleField(
        _l("Tidligere indbydelser"),
        choices=choices((past.value, words) for past, words in ANSWERED_BEFORE.items()),
        validators=[Optional()],
    )
    offers = KindsField(_l("Hvad de tilbyder"), validators=[Optional()])

    def wanted(self) -> Wanted:
        return Wanted(
            postcodes=frozenset(self.area.data or ()),
            kinds=frozenset(OrganisationKind(kind) for kind in self.kind.data or ()),
            offer_kinds=frozenset(self.offers.data or ()),
            answered_before=frozenset(AnsweredBefore(past) for past in self.before.data or ()),
        )


class AddressesForm(Form):
    """Addresses that are in no register, one on each line, with a name if there is one."""

    addresses = TextAreaField(
        _l("E-mailadresser"),
        description=_l("En på hver linje, gerne med navnet foran: Mette Holm, mette@eksempel.dk"),
        validators=[DataRequired(_l("Skriv mindst en adresse")), Length(max=ALL_ADDRESSES)],
    )
    found: list[tuple[str, str]]

    def validate_addresses(self, field: Any) -> None:
        lines = enumerate((field.data or "").splitlines(), 1)
        self.found = [pair for number, line in lines for pair in self._read(line, number)]
        if len(self.found) > MOST_ADDRESSES:
            raise ValidationError(_("Højst %(most)s adresser ad gangen", most=MOST_ADDRESSES))

    @staticmethod
    def _read(line: str, number: int) -> Iterator[tuple[str, str]]:
        """As people write them, and as mail programs copy them: Mette Holm <mette@eksempel.dk>; ole@eksempel.dk."""
        name: list[str] = []
        for part in filter(None, map(str.strip, re.split("[,;]", line))):
            before, _bracket, address = part.rpartition("<")
            name.append(before.strip())
            if "@" not in address:
                name.append(address)
                continue
            try:
                email = validate_email(address.rstrip("> "), check_deliverability=False).normalized
            except EmailNotValidError:
                raise ValidationError(_not_an_address(number, part)) from None
            yield email, ", ".join(filter(None, name)).strip('"')[:LONGEST_NAME]
            name = []
        if any(name):
            raise ValidationError(_not_an_address(number, line.strip()))


def _not_an_address(number: int, text: str) -> str:
    return str(_("Linje %(number)s er ikke en e-mailadresse: %(text)s", number=number, text=text[:LONGEST_NAME]))


class MailTextForm(Form):
    """The host's own words. Empty: the text we suggest."""

    text: Any

    def validate_text(self, field: Any) -> None:
        unknown = unknown_fields(field.data or "")
        if unknown:
            raise ValidationError(
                _(
                    "Feltet {%(unknown)s} kender vi ikke. Brug et af disse: %(known)s",
                    unknown=unknown[0],
                    known=", ".join(f"{{{name}}}" for name in FIELDS),
                )
            )


class InvitationTextForm(MailTextForm):
    """What guests are asked with."""

    text = TextAreaField(_l("Teksten i indbydelsen"), validators=[Optional(), Length(max=3000)])


class ThanksTextForm(MailTextForm):
    """What those who came are thanked with."""

    text = TextAreaField(_l("Teksten i takken"), validators=[Optional(), Length(max=3000)])


class SendForm(Form):
    """Now, or from a day and a time on."""

    when = RadioField(
        _l("Hvornår skal indbydelserne sendes?"),
        choices=choices([("now", _l("Nu")), ("later", _l("Senere"))]),
        default="now",
    )
    day = DateField(_l("Dato"))
    at = ClockField(_l("Kl."), default="09.00")

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """What was written for later is in nobody's way now."""
        if self.when.data == "now":
            self.day.process(None)
            self.at.process(None)
        return super().validate(extra_validators)

    def moment(self) -> datetime:
        if self.when.data != "later":
            return utc_now()
        return wall_moment(self.day.data or danish_date(utc_now()), self.at.shown or time(9))

    def validate_day(self, field: Any) -> None:
        if self.when.data == "later" and field.data is None:
            raise ValidationError(_("Skriv, hvilken dag indbydelserne skal sendes"))

    def validate_at(self, field: Any) -> None:
        if self.when.data == "later" and not field.data:
            raise ValidationError(_("Skriv, hvornår indbydelserne skal sendes, fx 9.00"))
        if self.when.data == "later" and self.day.data and field.shown:
            try:
                moment = self.moment()
            except NoSuchTime:
                raise ValidationError(_("Den nat stilles uret frem, så det klokkeslæt findes ikke")) from None
            if moment <= utc_now():
                raise ValidationError(_("Tidspunktet er gået. Vælg et, der ligger i fremtiden"))


class CancelEventForm(Form):
    """Why, in the words that the guests get."""

    reason = TextAreaField(
        _l("Hvorfor aflyser I?"),
        description=_l("Gæsterne får teksten i en mail, og den står på arrangementets side."),
        validators=[DataRequired(_l("Skriv, hvorfor I aflyser")), Length(max=500)],
    )


class ButtonForm(Form):
    """One button."""
