"""What is noted about a child certificate: two dates and nothing else."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Optional, ValidationError

from volunteer_match.foundation.clock import danish_date, utc_now, years_after
from volunteer_match.organisations.vetting import YEARS_BETWEEN_REVIEWS
from volunteer_match.web.shared.fields import DateField, Form

LONGEST_YEARS = 5


class CertificateForm(Form):
    """When the certificate was obtained, and when to ask again."""

    confirmed_on = DateField(
        _l("Hvornår blev børneattesten indhentet?"),
        description=_l("Datoen i bekræftelsen, fx 21 11 2026"),
        validators=[DataRequired(_l("Skriv datoen, hvor børneattesten blev indhentet"))],
    )
    next_review_on = DateField(
        _l("Hvornår skal I spørge igen?"),
        description=_l("Står feltet tomt, bliver det 24 måneder efter."),
        validators=[Optional()],
    )

    def validate_confirmed_on(self, field: Any) -> None:
        today = danish_date(utc_now())
        if field.data > today:
            raise ValidationError(_("Datoen ligger i fremtiden. Skriv en dato, der har været"))
        if not self.next_review_on.raw_data and years_after(field.data, YEARS_BETWEEN_REVIEWS) <= today:
            raise ValidationError(_("Det er over 24 måneder siden. Bed om, at der bliver indhentet en ny børneattest"))

    def validate_next_review_on(self, field: Any) -> None:
        confirmed_on: date | None = self.confirmed_on.data
        if field.data <= danish_date(utc_now()):
            raise ValidationError(_("Datoen er passeret. Skriv en dato, der kommer"))
        if confirmed_on is not None and field.data > years_after(confirmed_on, LONGEST_YEARS):
            raise ValidationError(_("Spørg igen senest fem år efter, at børneattesten blev indhentet"))
