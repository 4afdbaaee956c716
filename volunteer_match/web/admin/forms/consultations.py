"""Series of consultation days, their roster, single days and the school holidays."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from volunteer_match.consultations.days import NewTime
from volunteer_match.consultations.models import ConsultationDay, ConsultationDuty, ConsultationSeries
from volunteer_match.consultations.planning import SeriesFacts
from volunteer_match.consultations.rhythm import LONGEST, TimesRefused, check_times, moment_on
from volunteer_match.consultations.states import PostRole
from volunteer_match.foundation.clock import COPENHAGEN, danish_date, utc_now
from volunteer_match.people.models import User
from volunteer_match.web.shared.consultation_words import POSTS
from volunteer_match.web.shared.fields import ClockField, DateField, Form, PostcodeField, choices

LONGEST_NOTE = 300
NOBODY = ""
RHYTHMS = {1: _l("Hver uge"), 2: _l("Hver anden uge"), 3: _l("Hver tredje uge"), 4: _l("Hver fjerde uge")}


class TimesForm(Form):
    """From when to when, on the school's clock."""

    starts = ClockField(_l("Begynder kl."), validators=[DataRequired(_l("Skriv, hvornår det begynder, fx 13.00"))])
    ends = ClockField(
        _l("Slutter kl."),
        description=_l("Tiden deles i stykker på 20 minutter, som kan bestilles."),
        validators=[DataRequired(_l("Skriv, hvornår det slutter, fx 15.00"))],
    )

    def validate_ends(self, _field: Any) -> None:
        if not self.starts.shown or not self.ends.shown:
            return
        try:
            check_times(self.starts.shown, self.ends.shown)
        except TimesRefused:
            raise ValidationError(_("Der skal være mindst 20 minutter, mellem kl. 7 og kl. 21")) from None

    def times(self) -> tuple[time, time]:
        """What was written; only after it was found good."""
        if self.starts.shown is None or self.ends.shown is None:
            raise TimesRefused
        return self.starts.shown, self.ends.shown


class SeriesForm(TimesForm):
    """A school and a rhythm. When a series is changed, `keep_rhythm` takes the rhythm out of the form."""

    begins_on: date | None = None
    school = StringField(
        _l("Skole"),
        description=_l("Fx Asaa Skole"),
        validators=[DataRequired(_l("Skriv skolens navn")), Length(max=100)],
    )
    address = StringField(_l("Adresse"), validators=[DataRequired(_l("Skriv skolens adresse"))])
    postcode = PostcodeField(_l("Postnummer"), validators=[DataRequired(_l("Skriv postnummeret, fx 9340"))])
    way_in = TextAreaField(
        _l("Sådan finder man jer"),
        description=_l("Lokalet og vejen ind. Det står i mailen til dem, der bestiller."),
        validators=[DataRequired(_l("Skriv, hvor på skolen I sidder")), Length(max=500)],
    )
    every_weeks = SelectField(
        _l("Hvor tit?"), choices=choices((str(weeks), words) for weeks, words in RHYTHMS.items()), default="2"
    )
    first_on = DateField(
        _l("Første dag"),
        description=_l("Ugedagen bliver den samme alle gange."),
        validators=[DataRequired(_l("Skriv datoen for den første dag"))],
    )
    last_on = DateField(_l("Sidste dag"), validators=[DataRequired(_l("Skriv, hvornår rækken slutter"))])
    skips_school_holidays = BooleanField(
        _l("Spring skoleferier over"), description=_l("Helligdage springes altid over."), default=True
    )

    def keep_rhythm(self, series: ConsultationSeries) -> None:
        """The first day and how often stay as they are."""
        del self.every_weeks
        del self.first_on
        self.begins_on = series.first_on

    def validate_first_on(self, field: Any) -> None:
        if field.data and field.data <= danish_date(utc_now()):
            raise ValidationError(_("Den første dag skal ligge i fremtiden"))
        self.begins_on = field.data

    def validate_last_on(self, field: Any) -> None:
        if not field.data or not self.begins_on:
            return
        if field.data < self.begins_on:
            raise ValidationError(_("Den sidste dag kan ikke ligge før den første"))
        if field.data - self.begins_on > LONGEST:
            raise ValidationError(_("Planlæg højst et år ad gangen"))

    def show(self, series: ConsultationSeries) -> None:
        """The series as it is, to be changed."""
        for name in ("school", "address", "postcode", "way_in", "last_on", "skips_school_holidays"):
            self[name].data = getattr(series, name)
        self.starts.data, self.ends.data = f"{series.starts:%H.%M}", f"{series.ends:%H.%M}"

    def facts(self) -> SeriesFacts:
        """What was written; only after it was found good."""
        starts, ends = self.times()
        return SeriesFacts(
            school=self.school.data or "",
            address=self.address.data or "",
            postcode=self.postcode.data or "",
            way_in=self.way_in.data or "",
            last_on=self.last_on.data,
            starts=starts,
            ends=ends,
            skips_school_holidays=bool(self.skips_school_holidays.data),
        )


class RosterForm(Form):
    """Who holds which role, from the next day on."""

    caseworker = SelectField(POSTS[PostRole.CASEWORKER])
    health_visitor = SelectField(POSTS[PostRole.HEALTH_VISITOR])
    psychologist = SelectField(POSTS[PostRole.PSYCHOLOGIST])

    def offer(self, people: Iterable[User]) -> None:
        """Everybody who may sit there."""
        names = [(NOBODY, _("Ingen endnu")), *((str(person.id), person.name) for person in people)]
        for role in PostRole:
            self[role.value].choices = choices(names)

    def show(self, series: ConsultationSeries) -> None:
        """Who holds them now."""
        for post in series.posts:
            self[post.role.value].data = str(post.person_id)

    def chosen(self) -> Mapping[PostRole, int | None]:
        """By role; None where nobody is."""
        return {role: int(self[role.value].data) if self[role.value].data else None for role in PostRole}


class MoveDayForm(TimesForm):
    """Another date, time or place for one day."""

    day = DateField(_l("Ny dato"), validators=[DataRequired(_l("Skriv den nye dato"))])
    place = StringField(
        _l("Sted"), description=_l("Kun hvis det er et andet sted end ellers."), validators=[Optional()]
    )
    note = TextAreaField(
        _l("Besked til dem, der har bestilt"),
        description=_l("Fx: Skolen holder fest. Skriv ikke, hvem der er syg."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )

    def validate_day(self, field: Any) -> None:
        if field.data and self.starts.shown and moment_on(field.data, self.starts.shown) <= utc_now():
            raise ValidationError(_("Tidspunktet er gået. Vælg et, der ligger i fremtiden"))

    def show(self, day: ConsultationDay) -> None:
        """The day as it is."""
        starts, ends = day.starts_at.astimezone(COPENHAGEN), day.ends_at.astimezone(COPENHAGEN)
        self.day.data, self.starts.data, self.ends.data = starts.date(), f"{starts:%H.%M}", f"{ends:%H.%M}"
        self.place.data, self.note.data = day.place or "", day.note or ""

    def new_time(self) -> NewTime:
        """What was written; only after it was found good."""
        starts, ends = self.times()
        return NewTime(self.day.data, starts, ends, self.place.data or "")


class CancelDayForm(Form):
    """Not held, with a word to those who have booked."""

    note = TextAreaField(
        _l("Besked til dem, der har bestilt"),
        description=_l("Fx: Vi må desværre aflyse. Skriv ikke, hvem der er syg."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )


class AbsenceForm(Form):
    """Away on one day, and who comes instead."""

    stand_in = SelectField(_l("Hvem afløser?"))

    def offer(self, duty: ConsultationDuty, people: Iterable[User]) -> None:
        """Those who don't sit there already."""
        there = {other.person_id for other in duty.day.duties}
        there |= {other.stand_in_id for other in duty.day.duties if other is not duty and other.stand_in_id}
        names = [(str(person.id), person.name) for person in people if person.id not in there]
        self.stand_in.choices = choices([(NOBODY, _("Ingen endnu")), *names])

    def chosen(self) -> int | None:
        """None while nobody is found."""
        return int(self.stand_in.data) if self.stand_in.data else None


class HolidayForm(Form):
    """Days without school."""

    name = StringField(
        _l("Navn"), description=_l("Fx Vinterferie"), validators=[DataRequired(_l("Skriv, hvad ferien hedder"))]
    )
    first_on = DateField(_l("Første feriedag"), validators=[DataRequired(_l("Skriv den første feriedag"))])
    last_on = DateField(_l("Sidste feriedag"), validators=[DataRequired(_l("Skriv den sidste feriedag"))])

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("Den sidste feriedag kan ikke ligge før den første"))


class PressForm(Form):
    """One button."""
