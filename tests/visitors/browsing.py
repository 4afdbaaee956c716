"""A browser without JavaScript: reads pages as they are, fills in the forms that stand there, presses the buttons."""

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.visitors.page_check import check_page


@dataclass
class Button:
    """What stands on it and what it sends."""

    label: str
    name: str
    value: str
    action: str = ""


@dataclass
class PageForm:
    """A form with what would be sent now."""

    action: str
    method: str
    id: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    names: set[str] = field(default_factory=set)
    choices: set[tuple[str, str]] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)

    def fill(self, name: str, value: str) -> None:
        """Types over what stood there."""
        assert name in self.names, f"no field {name} among {sorted(self.names)}"
        self.values[name] = value

    def tick(self, name: str, *values: str) -> None:
        """Chooses exactly these among boxes or dots."""
        assert {(name, value) for value in values} <= self.choices, (name, values, sorted(self.choices))
        self.values.setlist(name, list(values))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.text: list[str] = []
        self.h1: list[str] = []
        self.title: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._inside: list[str] = []
        self._form: PageForm | None = None
        self._textarea = ""
        self._select = ""
        self._button: Button | None = None
        self._link = ""
        self._in_main = False
        self.main_forms: list[PageForm] = []
        # Buttons that stand outside the form they send.
        self.far_buttons: list[tuple[str, Button]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("h1", "title", "script", "style"):
            self._inside.append(tag)
        if tag == "main":
            self._in_main = True
        if tag == "a":
            self._link = found.get("href", "")
            self.links.append(("", self._link))
        if tag == "form":
            self._form = PageForm(found.get("action", ""), found.get("method", "get").lower(), found.get("id", ""))
            self.forms.append(self._form)
            if self._in_main:
                self.main_forms.append(self._form)
        elif tag == "button" and "form" in found:
            self._button = Button("", found.get("name", ""), found.get("value", ""))
            self.far_buttons.append((found["form"], self._button))
        elif self._form is not None:
            self._in_form(tag, found, self._form)

    def hand_out_far_buttons(self) -> None:
        """Gives each button outside a form to the form it names."""
        by_id = {form.id: form for form in self.forms}
        for form_id, button in self.far_buttons:
            by_id[form_id].buttons.append(button)

    def _in_form(self, tag: str, found: dict[str, str], form: PageForm) -> None:
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "button":
            self._button = Button("", name, value, found.get("formaction", ""))
            form.buttons.append(self._button)
        elif tag == "textarea":
            self._textarea = name
            form.names.add(name)
            form.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option":
            form.choices.add((self._select, value))
            if "selected" in found:
                form.values.add(self._select, value)
        elif tag == "input":
            self._input(found.get("type", "text"), name, value, form, checked="checked" in found)

    def _input(self, kind: str, name: str, value: str, form: PageForm, *, checked: bool) -> None:
        if kind in ("checkbox", "radio"):
            form.choices.add((name, value or "on"))
            if checked:
                form.values.add(name, value or "on")
        else:
            form.names.add(name)
            form.values.add(name, value)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if tag == "main":
            self._in_main = False
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            # A browser drops the line break right after <textarea>.
            self._form.values[self._textarea] = data.removeprefix("\r").removeprefix("\n")
        elif self._button is not None:
            self._button.label += data
        elif self._inside and self._inside[-1] in ("h1", "title"):
            {"h1": self.h1, "title": self.title}[self._inside[-1]].append(data)
        if self._link:
            label, url = self.links[-1]
            self.links[-1] = (label + data, url)
        if not self._inside or self._inside[-1] == "h1":
            self.text.append(data)


def _plain(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())


class Visitor:
    """One person with one browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.url = "/"
        self.answer: TestResponse
        self.page: _Reader

    def open(self, url: str) -> "Visitor":
        """Goes to an address and wherever it leads."""
        self._show(self.client.get(url))
        return self

    def press(self, label: str, *, times: int = 1) -> "Visitor":
        """Presses the button with this label in the form as it stands; `times` as an impatient person does."""
        form, button = self._button(label)
        data = MultiDict(form.values)
        if button.name:
            data[button.name] = button.value
        url = urljoin(self.url, button.action or form.action or self.url)
        for _press in range(times):
            gets = form.method == "get"
            answer = self.client.get(url, query_string=data) if gets else self.client.post(url, data=data)
        self.url = url
        self._show(answer)
        return self

    def send_file(self, label: str, field_name: str, *, data: bytes, file_name: str) -> "Visitor":
        """Chooses a file in the form with this button, and presses it."""
        form, _button = self._button(label)
        values = {**form.values, field_name: (io.BytesIO(data), file_name)}
        self._show(self.client.post(urljoin(self.url, form.action or self.url), data=values))
        return self

    def follow(self, label: str) -> "Visitor":
        """Follows the link with these words."""
        url = next(url for words, url in self.page.links if _plain([words]) == label)
        return self.open(urljoin(self.url, url))

    def fill(self, **values: str) -> "Visitor":
        """Types into the fields of the page's own content."""
        for name, value in values.items():
            self._form_with(name).fill(name, value)
        return self

    def tick(self, name: str, *values: str) -> "Visitor":
        """Ticks in the page's own content."""
        self._form_with(name).tick(name, *values)
        return self

    @property
    def form(self) -> PageForm:
        """The first form of the page's own content, past the choice of language and signing out."""
        return self.page.main_forms[0]

    @property
    def text(self) -> str:
        """All that can be read."""
        return _plain(self.page.text)

    @property
    def heading(self) -> str:
        """The one h1."""
        return _plain(self.page.h1)

    @property
    def title(self) -> str:
        """What the tab says."""
        return _plain(self.page.title)

    @property
    def status(self) -> int:
        """The status of the last answer."""
        return self.answer.status_code

    def _form_with(self, name: str) -> PageForm:
        """The first form that asks for this; a page may hold small forms of one button before it."""
        asking = (form for form in self.page.main_forms if name in form.names | {field for field, _ in form.choices})
        return next(asking, self.form)

    def _button(self, label: str) -> tuple[PageForm, Button]:
        found = [
            (form, button) for form in self.page.forms for button in form.buttons if _plain([button.label]) == label
        ]
        assert found, f"no button {label!r} on {self.heading!r}"
        return found[0]

    def _show(self, answer: TestResponse) -> None:
        while answer.status_code in (301, 302, 303):
            self.url = urljoin(self.url, answer.headers["Location"])
            parts = urlsplit(self.url)
            answer = self.client.get(parts.path, query_string=parts.query)
        if answer.request is not None:
            self.url = answer.request.path
        self.answer = answer
        if answer.mimetype == "text/html":
            check_page(answer.get_data(as_text=True), self.url)
        self.page = _Reader()
        self.page.feed(answer.get_data(as_text=True))
        self.page.hand_out_far_buttons()
