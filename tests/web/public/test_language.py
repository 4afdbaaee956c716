"""Danish or English, and back to the same page."""

import pytest

from tests.visitors.browsing import Visitor
from volunteer_match.web.public.language import page_of_ours


def test_the_choice_is_remembered_and_the_page_stays(visitor: Visitor) -> None:
    visitor.open("/privatliv").press("English")
    assert visitor.url == "/privatliv"
    assert '<html lang="en">' in visitor.answer.get_data(as_text=True)
    assert '<html lang="en">' in visitor.open("/").answer.get_data(as_text=True)
    assert '<html lang="da">' in visitor.press("Dansk").answer.get_data(as_text=True)


def test_an_unknown_language_changes_nothing(visitor: Visitor) -> None:
    visitor.open("/")
    token = visitor.page.forms[0].values["csrf_token"]
    visitor.client.post("/sprog", data={"csrf_token": token, "language": "xx", "next": "/"})

    assert '<html lang="da">' in visitor.open("/").answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "/%2f/../x\r\nSet-Cookie: a=b",
        "evil.example",
        "//user@evil.example",
        "/?next=https://evil.example",
        "",
        "/\x00",
    ],
)
def test_nobody_is_sent_elsewhere(visitor: Visitor, path: str) -> None:
    visitor.open("/")
    token = visitor.page.forms[0].values["csrf_token"]
    answer = visitor.client.post("/sprog", data={"csrf_token": token, "language": "en", "next": path})

    assert answer.headers["Location"] == "/"


def test_a_page_of_ours_is_kept(visitor: Visitor) -> None:
    with visitor.client.application.test_request_context():
        assert page_of_ours("/tilmeld/tid-og-sted") == "/tilmeld/tid-og-sted"


def test_changing_language_in_the_middle_of_a_step_loses_nothing(visitor: Visitor) -> None:
    visitor.open("/tilmeld").tick("kind", "church").fill(contact_name="Mette Holm", email="ikke færdig")

    visitor.press("English")

    assert visitor.url == "/tilmeld/hvem"
    assert visitor.form.values["contact_name"] == "Mette Holm"
    assert visitor.form.values["email"] == "ikke færdig"
    assert visitor.form.values["kind"] == "church"
    assert visitor.answer.get_data(as_text=True).count('<html lang="en"') == 1
