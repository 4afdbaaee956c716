"""The macros as a browser gets them: valid, labelled, and clean enough for a strict content policy."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from volunteer_match.web.shared.fields import DateField, Form, KindsField, PhoneField, SlotsField, choices

ROOT = Path(__file__).parents[3]
VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mails and the report that is printed bring their own style: no page of ours, and no policy of ours, is around them.
PAGE_TEMPLATES = [path for path in TEMPLATES if not {"mail", "report"} & {*path.relative_to(ROOT).parts}]
ERROR_CODES = [path.stem for path in (ROOT / "templates/errors").glob("*.html")]

FORM = """
{% from "components/forms.html" import form_tag, field, error_summary, submit %}
{{ error_summary(form) }}
{% call form_tag(form) %}
  {% for f in form if f.type != "CSRFTokenField" %}{{ field(f) }}{% endfor %}
  {{ submit("Gem") }}
{% endcall %}
"""


class SignUp(Form):
    name = StringField("Navn", [DataRequired("Skriv dit navn")], description="Som du plejer at skrive det")
    phone = PhoneField("Telefon", [Optional()])
    story = TextAreaField("Hvad kan I tilbyde?")
    who = RadioField("Hvem er du?", choices=lambda: choices([("club", "Forening"), ("citizen", "Bare mig")]))
    kinds = KindsField("Slags")
    slots = SlotsField("Tider", [Optional()])
    starts = DateField("Start", [Optional()])
    consent = BooleanField("Jeg siger ja")


class Page(HTMLParser):
    """Reads a page, and fails where its elements don't nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def by_id(self, wanted: str) -> dict[str, str | None]:
        return next(attributes for _tag, attributes in self.elements if attributes.get("id") == wanted)

    @property
    def ids(self) -> Counter[str]:
        return Counter(str(attributes["id"]) for _tag, attributes in self.elements if "id" in attributes)


def form_page(form: Form) -> Page:
    return Page(render_template_string(FORM, form=form))


@pytest.mark.usefixtures("in_danish")
class TestForms:
    def test_every_input_has_a_label_and_an_id_of_its_own(self) -> None:
        page = form_page(SignUp())
        labelled = {label["for"] for label in page.all("label")}
        inputs = [i for i in page.all("input", "textarea", "select") if i.get("type") not in ("hidden", "submit")]
        assert {i["id"] for i in inputs} <= labelled
        assert max(page.ids.values()) == 1

    def test_hint_and_error_are_read_with_their_input(self) -> None:
        form = SignUp(formdata=MultiDict({"phone": "1"}))
        form.validate()
        page = form_page(form)
        described = str(page.by_id("name")["aria-describedby"]).split()
        assert described == ["name-hint", "name-error"]
        assert all(page.by_id(identifier) for identifier in described)
        assert page.by_id("name")["aria-invalid"] == "true"

    def test_the_error_summary_leads_to_inputs_that_exist(self) -> None:
        form = SignUp(formdata=MultiDict({"starts-day": "1", "slots": "never", "who": "nobody"}))
        form.validate()
        page = form_page(form)
        targets = [str(link["href"]).removeprefix("#") for link in page.all("a")]
        assert targets == ["name", "who-0", "slots-0", "starts-day"]
        assert all(page.ids[target] == 1 for target in targets)

    def test_what_was_written_is_shown_again_and_harmless(self) -> None:
        form = SignUp(
            formdata=MultiDict([("name", '"><script>x</script>'), ("slots", "tue-afternoon"), ("who", "club")])
        )
        page = form_page(form)
        assert page.by_id("name")["value"] == '"><script>x</script>'
        assert page.all("script") == []
        checked = {i["value"] for i in page.all("input") if "checked" in i}
        assert checked == {"tue-afternoon", "club"}

    def test_only_the_optional_fields_are_marked(self) -> None:
        html = render_template_string(FORM, form=SignUp())
        assert html.count("(frivilligt)") == 3

    def test_a_phone_shows_the_right_keyboard(self) -> None:
        page = form_page(SignUp())
        assert page.by_id("phone")["type"] == "tel"
        assert page.by_id("phone")["autocomplete"] == "tel"
        assert page.by_id("starts-day")["inputmode"] == "numeric"


# "file macro …": how a page uses it
COMPONENTS = {
    "steps step_indicator": "{{ step_indicator([('Et', '/1'), ('To', '/2')], 2) }}",
    "summary_list summary_list": "{{ summary_list([('Navn', 'Karen', '/ret'), ('Tider', ['en']), ('CVR', none)]) }}",
    "table data_table cell": """
        {% call data_table('Sager', ['Sag', {'label': 'Åbnet', 'sort_url': '/s', 'sort': 'ascending'}]) %}
          <tr>{{ cell('Sag', 'Lærke-27', head=true) }}{{ cell('Åbnet', '1.') }}</tr>
        {% endcall %}""",
    "pagination pagination": "{{ pagination(2, 3, 'staff.cases', {'q': 'a'}) }}",
    "tabs tabs": "{{ tabs([('/1', 'Et', true), ('/2', 'To', false)], 'Sagen') }}",
    "timeline timeline": "{{ timeline([{'when': none, 'title': 'Spurgt'}]) }}",
    "meter meter": "{{ meter(21, 20, 15, 'Sager') }}",
    "offer_plot offer_plot": "{{ offer_plot('Asaa', [{'number': 1, 'title': '<b>', 'east_km': 1, 'north_km': 2}]) }}",
    "card card reasons": "{% call card('Gymnastik', url='/1', number=1) %}{{ reasons(['3 km']) }}{% endcall %}",
    "buttons post_button": "{{ post_button('/x', 'Godkend', hidden={'id': 7}) }}",
    "empty_state empty_state": "{{ empty_state('Intet', url='/1', action='Se') }}",
    "alert alert": "{{ alert('Ja', kind='success', heading='Gemt', live=true) }}",
    "copy copyable": "{{ copyable('Et barn') }}",
    "details details": "{% call details('Mere') %}x{% endcall %}",
    "breadcrumbs breadcrumbs": "{{ breadcrumbs([('/', 'Sager')], 'Lærke-27') }}",
}


def component(name: str) -> str:
    file, *macros = name.split()
    return render_template_string(f"{{% from 'components/{file}.html' import {', '.join(macros)} %}}{COMPONENTS[name]}")


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_is_well_formed(in_danish: Flask, name: str) -> None:
    assert Page(component(name)).elements


def test_a_button_that_changes_something_carries_its_token(in_danish: Flask) -> None:
    names = [i["name"] for i in Page(component("buttons post_button")).all("input")]
    assert names == ["csrf_token", "id"]


def test_the_meter_says_in_words_what_its_colour_says(in_danish: Flask) -> None:
    assert "over grænsen" in component("meter meter")


def test_pages_keep_the_filters_of_the_list(in_danish: Flask) -> None:
    assert "/staff/cases?page=3&amp;q=a" in component("pagination pagination")


@pytest.mark.parametrize("code", ERROR_CODES)
def test_error_pages_need_no_user_and_say_what_to_do(in_danish: Flask, code: str) -> None:
    html = in_danish.jinja_env.get_template(f"errors/{code}.html").render()
    page = Page(html)
    assert len(page.all("h1")) == 1
    assert page.all("li")


def test_the_front_page_asks_for_one_thing(in_danish: Flask) -> None:
    page = Page(in_danish.jinja_env.get_template("public/front_page.html").render())
    buttons = {link["href"] for link in page.all("a") if "button-primary" in str(link.get("class"))}
    assert buttons == {"/public/registration_start"}


@pytest.mark.parametrize("path", PAGE_TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_nothing_a_strict_policy_forbids(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style|\son[a-z]+\s*=\s*[\"']|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_switches_escaping_off(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", source)
