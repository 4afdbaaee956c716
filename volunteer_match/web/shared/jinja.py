"""What templates may use: Danish ways of writing things, and what every page shows around its own content."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask import Flask, current_app, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField, TextAreaField

from volunteer_match.config import Settings
from volunteer_match.foundation.clock import COPENHAGEN, utc_now
from volunteer_match.notifications import rendering
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary import phone_numbers, places, slots
from volunteer_match.vocabulary.languages import language_name
from volunteer_match.vocabulary.taxonomy import taxonomy

from .fields import DateField, SlotsField, first_error
from .language import current_language
from .offer_plot import lay_out_offer_plot


def set_up_jinja(app: Flask, settings: Settings) -> None:
    """Give the app's templates their filters, globals and context."""
    app.jinja_env.filters.update(
        danish_date=danish_date,
        short_date=short_date,
        long_date=long_date,
        month_name=month_name,
        weekday=weekday,
        sentence=sentence,
        kl=kl,
        km=km,
        decimal=decimal,
        phone=phone,
        slot_names=slot_names,
        kind_label=kind_label,
        need_label=need_label,
        language_names=language_names,
        days_ago=days_ago,
        place_name=place_name,
        in_language=in_language,
    )
    app.jinja_env.globals.update(
        settings=settings,
        current_language=current_language,
        field_kind=field_kind,
        character_limit=character_limit,
        choice_groups=choice_groups,
        clock_span=clock_span,
        field_attributes=field_attributes,
        first_error=first_error,
        lay_out_offer_plot=lay_out_offer_plot,
        navigation=navigation,
    )


def danish_date(moment: date | None) -> str:
    """21. november 2026 – and 21 November 2026 in English."""
    if moment is None:
        return ""
    pattern = "d MMMM y" if current_language() == "en" else "d. MMMM y"
    return format_date(_local_day(moment), pattern, locale=current_language())


def short_date(moment: date | None) -> str:
    """21.11.2026; in English with the month in letters, so that no one takes it for a day."""
    if moment is None:
        return ""
    pattern = "d MMM y" if current_language() == "en" else "dd.MM.y"
    return format_date(_local_day(moment), pattern, locale=current_language())


def long_date(moment: date | None) -> str:
    """Which weekday of which date: søndag den 10. januar 2027."""
    return "" if moment is None else rendering.day(moment, current_language())


def month_name(day: date) -> str:
    """januar 2027."""
    return format_date(day, "LLLL y", locale=current_language())


def weekday(day: date) -> str:
    """tirsdag – and Tuesday in English."""
    return format_date(day, "cccc", locale=current_language())


def sentence(text: str) -> str:
    """With a capital letter, for where it stands first."""
    return text[:1].upper() + text[1:]


def clock_span(starts_at: datetime, ends_at: datetime) -> str:
    """Kl. 15.00–17.00; another day at the end is named."""
    first, last = kl(starts_at), kl(ends_at).removeprefix("kl. ")
    if _local_day(starts_at) == _local_day(ends_at):
        return f"{first}–{last}"
    return f"{first} – {long_date(ends_at)} {kl(ends_at)}"


def kl(moment: datetime | None) -> str:
    """Kl. 14.30, on the clock in Denmark."""
    if moment is None:
        return ""
    local = moment.astimezone(COPENHAGEN)
    return f"{local:%H:%M}" if current_language() == "en" else f"kl. {local:%H.%M}"


def decimal(value: float) -> str:
    """3,14 or 3.14: two places, as the reader writes them."""
    return str(format_decimal(value, format="0.00"))


def km(distance: float | None) -> str:
    """3 km; postcodes are too coarse for decimals."""
    if distance is None:
        return ""
    return f"{round(distance)} km" if distance >= 1 else str(_("under 1 km"))


def phone(number: str | None) -> str:
    """12 34 56 78; a foreign number keeps its country code."""
    return phone_numbers.format_phone(number) if number else ""


def slot_names(chosen: Iterable[str]) -> list[str]:
    """[tirsdag eftermiddag, …] in the order of the week."""
    return [slots.slot_name(slot, current_language()) for slot in slots.in_week_order(list(chosen))]


def kind_label(kind: str) -> str:
    """The name of a kind of offer; one that has left the taxonomy is shown as it was stored."""
    known = taxonomy().offers.get(kind)
    return known.label.in_language(current_language()) if known else kind


def need_label(code: str) -> str:
    """The professional name of a need: for staff only."""
    known = taxonomy().needs.get(code)
    return known.label.in_language(current_language()) if known else code


def language_names(codes: Iterable[str]) -> str:
    """Dansk, engelsk og arabisk as a Dane writes it: only the first with a capital letter."""
    names = [language_name(code, current_language()) for code in codes]
    return ", ".join(names if current_language() == "en" else names[:1] + [name.lower() for name in names[1:]])


def days_ago(moment: date | None) -> str:
    """I dag, i går, for 3 dage siden – counted in days of the Danish calendar."""
    if moment is None:
        return ""
    days = (_local_day(utc_now()) - _local_day(moment)).days
    if days == 0:
        return str(_("i dag"))
    if days == 1:
        return str(_("i går"))
    if days > 1:
        return str(ngettext("for %(num)s dag siden", "for %(num)s dage siden", days))
    return str(_("i morgen")) if days == -1 else str(ngettext("om %(num)s dag", "om %(num)s dage", -days))


def place_name(postcode: str | None) -> str:
    """9340 Asaa."""
    place = places.lookup(postcode) if postcode else None
    return f"{place.postcode} {place.name}" if place else postcode or ""


def in_language(wording: Any) -> str:
    """A wording of the vocabulary in the language of the page."""
    return str(wording.in_language(current_language()))


def _local_day(moment: date) -> date:
    return moment.astimezone(COPENHAGEN).date() if isinstance(moment, datetime) else moment


FIELD_KINDS: tuple[tuple[type, str], ...] = (
    (SlotsField, "slots"),
    (DateField, "date"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectField, "select"),
    (BooleanField, "checkbox"),
    (TextAreaField, "textarea"),
)


def field_kind(field: Any) -> str:
    """How `components/forms.html` draws this field; a narrower class stands before a wider one."""
    return next((kind for field_type, kind in FIELD_KINDS if isinstance(field, field_type)), "text")


def character_limit(field: Any) -> int | None:
    """How long a text may be, told under large text fields."""
    limit: int | None = field.flags.maxlength
    return limit


def choice_groups(field: Any) -> Iterator[tuple[str, list[Any]]]:
    """The boxes of a grouped field, group by group, with the ids they have in the page."""
    boxes = iter(field)
    for name, group in field.iter_groups():
        yield name, [next(boxes) for _choice in group]


def field_attributes(field: Any, described: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an input: what the template asks for, what the field knows, what a screen reader needs."""
    known: dict[str, Any] = {"required": False, **KNOWN_ATTRIBUTES.get(type(field).__name__, {}), **attributes}
    if isinstance(field, TextAreaField):
        # The browser would cut a pasted text without a word; the counter below the field tells instead.
        known["maxlength"] = False
        known.setdefault("rows", 5)
    if described:
        known["aria_describedby"] = described
    if field.errors:
        known["aria_invalid"] = "true"
    if isinstance(field, PasswordField):
        known["maxlength"] = False
    return known


# What the browser can fill in and which keyboard a phone shows.
KNOWN_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "EmailField": {"autocomplete": "email", "spellcheck": "false"},
    "PhoneField": {"autocomplete": "tel"},
    "PostcodeField": {"autocomplete": "postal-code", "inputmode": "numeric"},
    "CvrField": {"inputmode": "numeric", "autocomplete": "off"},
    "IntegerRangeField": {"inputmode": "numeric", "autocomplete": "off"},
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the staff menu, for those who may open it."""

    endpoint: str
    label: Any
    permission: Permission
    # Pages that belong here though their address does not lie below.
    also: tuple[str, ...] = ()


MENU = (
    MenuItem("staff.today", _l("I dag"), Permission.SEE_TODAY),
    MenuItem("staff.cases", _l("Sager"), Permission.SEE_CASES),
    MenuItem("staff.joint_plan", _l("Samlet forslag"), Permission.PLAN_CASELOAD),
    MenuItem("staff.consultations", _l("Konsultationer"), Permission.WORK_CONSULTATIONS),
    MenuItem("admin.queue", _l("Til godkendelse"), Permission.VET_ORGANISATIONS),
    MenuItem("admin.organisations", _l("Foreninger og borgere"), Permission.VET_ORGANISATIONS),
    MenuItem("admin.events", _l("Arrangementer"), Permission.MANAGE_EVENTS, also=("admin.contact_list_index",)),
    MenuItem(
        "admin.consultations",
        _l("Konsultationsdage"),
        Permission.MANAGE_CONSULTATIONS,
        also=("admin.school_holidays",),
    ),
    MenuItem("staff.calendar", _l("Kalender"), Permission.SEE_CALENDAR),
    MenuItem("admin.models", _l("Motoren"), Permission.MANAGE_MATCHING),
    MenuItem("admin.concepts", _l("Ordbogen"), Permission.MANAGE_MATCHING),
    MenuItem("admin.trail", _l("Logbog"), Permission.READ_AUDIT),
)


def navigation() -> list[dict[str, Any]]:
    """The menu of the signed-in person, with the page they are on marked."""
    if not getattr(current_user, "is_authenticated", False):
        return []
    allowed = [
        item for item in MENU if item.endpoint in current_app.view_functions and current_user.may(item.permission)
    ]
    near = [(len(url), item) for item in allowed for url in map(url_for, (item.endpoint, *item.also)) if _is_here(url)]
    # A page below two entries (/admin/ and /admin/spor) belongs to the nearer one.
    here = max(near, key=lambda found: found[0], default=(0, None))[1]
    return [{"url": url_for(item.endpoint), "label": item.label, "current": item is here} for item in allowed]


def _is_here(url: str) -> bool:
    return request.path == url or request.path.startswith(url.rstrip("/") + "/")
