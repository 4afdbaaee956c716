"""Codes for phones, and the poster that carries one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories.events import open_event
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from volunteer_match.events.states import Visibility
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role


@pytest.fixture
def slug_of(app: Flask, visitor: Visitor) -> Callable[..., str]:
    def make(**changes: Any) -> str:
        with app.app_context():
            slug = open_event(hire("Ditte", Role.ADMIN), **changes).slug
            db.session.commit()
            return slug

    return make


def test_the_poster_tells_what_where_and_when_and_carries_a_code(visitor: Visitor, slug_of: Callable[..., str]) -> None:
    slug = slug_of()
    visitor.open(f"/arrangementer/{slug}/plakat")
    assert f"http://localhost/arrangementer/{slug}" in visitor.text
    for path in (f"/arrangementer/{slug}/kode.svg", "/tilmeld/kode.svg"):
        answer = visitor.client.get(path)
        assert answer.content_type == "image/svg+xml"
        assert answer.data.rstrip().endswith(b"</svg>")
        assert b"style" not in answer.data, "the content policy allows none"


def test_an_event_by_invitation_has_no_poster(visitor: Visitor, slug_of: Callable[..., str]) -> None:
    slug = slug_of(visibility=Visibility.BY_INVITATION)
    assert visitor.open(f"/arrangementer/{slug}/plakat").status == 404
    assert visitor.client.get("/arrangementer/findes-ikke/kode.svg").status_code == 404
