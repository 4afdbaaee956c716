"""Forms of a brought list: choosing the file, and saying what stands in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from volunteer_match.events.contact_lists import Column, Origin
from volunteer_match.events.sheets import Sheet
from volunteer_match.web.shared.fields import Form

NOWHERE = "-1"


class UploadForm(Form):
    """One file."""

    file = FileField(
        _l("Fil"),
        description=_l("Excel (.xlsx) eller CSV med en kolonne med e-mailadresser. Højst 500 kB og 5.000 rækker."),
        validators=[DataRequired(_l("Vælg en fil"))],
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )


class ColumnsForm(Form):
    """What the columns hold, and where the list is from."""

    email = SelectField(_l("Kolonnen med e-mailadresser"), validators=[DataRequired()])
    organisation = SelectField(_l("Kolonnen med foreningens eller virksomhedens navn"), validators=[Optional()])
    person = SelectField(_l("Kolonnen med kontaktpersonens navn"), validators=[Optional()])
    title = StringField(
        _l("Hvad skal listen hedde?"), validators=[DataRequired(_l("Giv listen et navn")), Length(max=120)]
    )
    source = StringField(
        _l("Hvor er adresserne fra?"),
        description=_l("Det står i indbydelsen. Fx: kommunens foreningsregister"),
        validators=[
            DataRequired(_l("Skriv, hvor adresserne er fra")),
            Length(max=150),
        ],
    )
    legal_note = TextAreaField(
        _l("Hvorfor må vi skrive til dem?"),
        description=_l("Fx: offentliggjorte adresser på foreninger; indbydelse til et åbent møde er ikke reklame."),
        validators=[DataRequired(_l("Skriv, hvorfor vi må skrive til dem")), Length(max=500)],
    )

    def offer(self, sheet: Sheet) -> None:
        """The columns of this file to choose among, each with what its first rows say."""
        labels = [_label(sheet, place) for place in range(len(sheet.headings))]
        options = [(str(place), label) for place, label in enumerate(labels)]
        self.email.choices = options
        self.organisation.choices = self.person.choices = [(NOWHERE, _("Står ikke i filen")), *options]

    def show(self, columns: Mapping[Column, int], name: str) -> None:
        """What we think the columns hold."""
        for column, field in self._fields_of():
            field.data = str(columns.get(column, NOWHERE))
        self.title.data = name.rsplit(".", 1)[0]

    def columns(self) -> dict[Column, int]:
        """What was chosen among what was offered; it is asked before the form is validated too."""
        offered = {str(place) for place in range(len(self.email.choices or ()))}
        return {column: int(field.data) for column, field in self._fields_of() if field.data in offered}

    def origin(self) -> Origin:
        return Origin(name=self.title.data or "", source=self.source.data or "", legal_note=self.legal_note.data or "")

    def validate_person(self, field: Any) -> None:
        chosen: Sequence[str] = [one.data for _column, one in self._fields_of() if one.data != NOWHERE]
        if len(set(chosen)) < len(chosen):
            raise ValidationError(_("Den samme kolonne er valgt to gange"))

    def _fields_of(self) -> tuple[tuple[Column, SelectField], ...]:
        return ((Column.EMAIL, self.email), (Column.ORGANISATION, self.organisation), (Column.NAME, self.person))


def _label(sheet: Sheet, place: int) -> str:
    heading = sheet.headings[place] or _("Kolonne %(number)s", number=place + 1)
    example = next((row[place] for row in sheet.rows if row[place]), "")
    return f"{heading} ({_('fx')} {example[:40]})" if example else heading
