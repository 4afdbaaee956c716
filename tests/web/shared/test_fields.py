"""What the shared form takes, refuses and says."""

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from volunteer_match.web.shared.fields import (
    CvrField,
    DateField,
    EmailField,
    Form,
    IntegerRangeField,
    KindsField,
    LanguagesField,
    NeedsField,
    PhoneField,
    PostcodeField,
    SlotsField,
    choices,
    need_choices,
    offer_kind_choices,
)
from volunteer_match.web.shared.language import choose_language

pytestmark = pytest.mark.usefixtures("in_danish")


class Everything(Form):
    name = StringField("Navn")
    story = TextAreaField("Tekst")
    code = PasswordField("Kode")
    email = EmailField("E-mail")
    phone = PhoneField("Telefon")
    cvr = CvrField("CVR")
    postcode = PostcodeField("Postnummer")
    places = IntegerRangeField("Pladser", [Optional()], lowest=1, highest=30)
    starts = DateField("Start", [Optional()])
    slots = SlotsField("Tider")
    languages = LanguagesField("Sprog")
    kinds = KindsField("Slags")
    needs = NeedsField("Behov")


class Demanding(Form):
    name = StringField("Navn", [DataRequired("Skriv dit navn")])
    who = RadioField("Hvem", [InputRequired("Vælg, hvem du er")], choices=lambda: choices([("club", "Forening")]))
    places = IntegerRangeField("Pladser", [DataRequired("Skriv, hvor mange")], lowest=1, highest=30)
    starts = DateField("Start", [DataRequired("Skriv, hvornår I starter")])
    slots = SlotsField("Tider", [DataRequired("Vælg mindst én tid")])
    consent = BooleanField("Samtykke", [InputRequired("Sæt kryds, hvis du siger ja")])


def filled_in(form: Any = Everything, **answers: Any) -> Any:
    written = form(formdata=MultiDict({name.replace("__", "-"): value for name, value in answers.items()}))
    written.validate()
    return written


def complaints(**answers: Any) -> dict[str, str]:
    return {error.field_id: error.text for error in filled_in(**answers).error_list()}


def test_text_is_stripped_and_line_breaks_are_counted_once() -> None:
    form = filled_in(name="  Karen  ", story=" to\r\nlinjer ")
    assert form.name.data == "Karen"
    assert form.story.data == "to\nlinjer"


def test_a_password_is_taken_as_it_is_written() -> None:
    assert filled_in(code="  hemmelig ").code.data == "  hemmelig "


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\n", "\ud800"])
def test_hidden_characters_in_a_line_are_refused(hidden: str) -> None:
    assert "ikke kan ses" in complaints(name=f"Ole{hidden}Hansen")["name"]


def test_danish_letters_apostrophes_and_emoji_are_welcome() -> None:
    assert complaints(name="Åse Øst-Æbelø d'Or", story="Vi glæder os 👩‍👧\nKom glad!") == {}


@pytest.mark.parametrize("field", ["name", "story", "email"])
def test_a_cpr_number_stops_every_text(field: str) -> None:
    assert filled_in(**{field: "010203-1234"}).errors[field]


def test_the_cpr_message_says_what_to_do() -> None:
    assert complaints(story="Barnet er 010203-1234")["story"] == (
        "Teksten ser ud til at indeholde et CPR-nummer. Fjern det – systemet må ikke rumme CPR-numre."
    )


def test_text_has_a_greatest_length_without_being_asked() -> None:
    assert complaints(name="x" * 201)["name"] == "Skriv højst 200 tegn"
    assert complaints(story="x" * 2001)["story"] == "Skriv højst 2000 tegn"


def test_a_field_keeps_the_length_of_its_own() -> None:
    class Short(Form):
        title = StringField("Titel", [Length(max=5)])

    assert filled_in(Short, title="seksten").errors["title"] == ["Skriv højst 5 tegn"]


@pytest.mark.parametrize("written", ["12345678", "12 34 56 78", "+45 12 34 56 78", "0045 12345678"])
def test_phone_numbers_as_danes_write_them(written: str) -> None:
    assert filled_in(phone=written).phone.data == "+4512345678"


def test_a_wrong_phone_number_gets_an_example() -> None:
    assert complaints(phone="12345")["phone"] == "Skriv et dansk telefonnummer, fx 12345678 eller +45 12 34 56 78"


def test_cvr_is_checked_by_its_check_digit_and_may_be_left_out() -> None:
    assert filled_in(cvr="13 74 81 36").cvr.data == "13748136"
    assert "CVR-nummeret findes ikke" in complaints(cvr="12345678")["cvr"]
    assert complaints(cvr="") == {}


@pytest.mark.parametrize("written", ["9340", " 9340 ", "9340 Asaa"])
def test_postcodes_that_exist(written: str) -> None:
    assert filled_in(postcode=written).postcode.data == "9340"


@pytest.mark.parametrize("written", ["9", "0000", "93400", "Asaa", "934O"])
def test_postcodes_that_do_not(written: str) -> None:
    assert complaints(postcode=written)["postcode"] == "Skriv et postnummer med fire cifre, fx 9700"


@pytest.mark.parametrize("written", ["karen@", "karen", "a@b", "a b@c.dk", "a@b.dk\nBcc: c@d.dk"])
def test_email_addresses_that_are_none(written: str) -> None:
    assert "email" in complaints(email=written)


def test_an_email_address_of_the_demo_is_one() -> None:
    assert filled_in(email="karen@asaa-if.example").email.data == "karen@asaa-if.example"


@pytest.mark.parametrize("written", ["0", "31", "tre", "1,5", "9" * 5000])
def test_numbers_outside_their_span(written: str) -> None:
    assert complaints(places=written)["places"] == "Skriv et helt tal mellem 1 og 30"


def test_a_date_of_three_inputs() -> None:
    form = filled_in(starts__day="21", starts__month="11", starts__year="2026")
    assert form.starts.data == date(2026, 11, 21)
    assert filled_in().starts.data is None


@pytest.mark.parametrize(
    ("day", "month", "year", "says"),
    [
        ("21", "", "2026", "både dag, måned og år"),
        ("31", "2", "2026", "Datoen findes ikke"),
        ("x", "2", "2026", "Datoen findes ikke"),
        ("1", "2", "9" * 400, "Datoen findes ikke"),
        ("1", "2", "26", "fire cifre"),
    ],
)
def test_dates_that_are_none_are_kept_as_written(day: str, month: str, year: str, says: str) -> None:
    form = filled_in(starts__day=day, starts__month=month, starts__year=year)
    assert form.starts.data is None
    assert [part.value for part in form.starts.parts()] == [day, month, year]
    assert [(error.field_id, says in error.text) for error in form.error_list()] == [("starts-day", True)]


def test_slots_come_out_in_the_order_of_the_week() -> None:
    form = Everything(formdata=MultiDict([("slots", "sun-evening"), ("slots", "mon-morning")]))
    assert form.validate()
    assert form.slots.data == ["mon-morning", "sun-evening"]


def test_the_slot_grid_has_seven_days_of_three() -> None:
    rows = list(Everything().slots.by_weekday())
    assert [len(boxes) for _day, boxes in rows] == [3] * 7
    assert rows[1][0] == "tirsdag"
    assert rows[1][1][1].label.text == "tirsdag eftermiddag"


def test_invented_choices_are_refused_without_being_repeated() -> None:
    assert complaints(slots="<script>")["slots-0"] == "Vælg blandt mulighederne"


def test_suggested_kinds_stand_first_and_only_once() -> None:
    listed = offer_kind_choices(first=["fodbold", "kender vi ikke"])
    assert listed[0].value == "fodbold"
    assert [choice.value for choice in listed].count("fodbold") == 1
    assert len(listed) == len(offer_kind_choices())


def test_every_need_has_a_heading_and_each_heading_stands_once() -> None:
    headings = [choice.optgroup for choice in need_choices()]
    changes = [heading for i, heading in enumerate(headings) if i == 0 or heading != headings[i - 1]]
    assert len(changes) == len(set(headings))


def test_missing_answers_are_named_in_the_order_of_the_form() -> None:
    form = filled_in(Demanding)
    assert [(error.field_id, error.text) for error in form.error_list()] == [
        ("name", "Skriv dit navn"),
        ("who-0", "Vælg, hvem du er"),
        ("places", "Skriv, hvor mange"),
        ("starts-day", "Skriv, hvornår I starter"),
        ("slots-0", "Vælg mindst én tid"),
        ("consent", "Sæt kryds, hvis du siger ja"),
    ]


def test_a_wrong_answer_is_not_called_a_missing_one() -> None:
    form = filled_in(Demanding, places="mange", starts__day="40", starts__month="1", starts__year="2026")
    assert form.errors["places"] == ["Skriv et helt tal mellem 1 og 30"]
    assert form.errors["starts"] == ["Datoen findes ikke. Skriv dag, måned og år, fx 21 11 2026"]


def test_labels_follow_the_language_of_the_page() -> None:
    choose_language("en")
    boxes: Any = iter(Everything().languages)
    assert [next(boxes).label.text, next(boxes).label.text] == ["Danish", "English"]
