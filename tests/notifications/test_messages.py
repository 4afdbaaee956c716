"""The paths stated below the pages lead to pages."""

import pytest
from flask import Flask

from tests.settings import settings_for_tests
from volunteer_match.factory import create_app
from volunteer_match.notifications.messages import PATHS

PAGES = {
    "confirm_registration": "public.confirm_registration",
    "open_own_page": "selfservice.open_own_page",
    "ask_for_link": "selfservice.ask_for_link",
    "answer_request": "selfservice.answer_request",
    "answer_invitation": "selfservice.answer_invitation",
    "unsubscribe_from_invitations": "selfservice.unsubscribe",
    "offer_after_event": "public.offer_after_event",
    "unsubscribe_after_event": "public.unsubscribe_after_event",
    "event": "public.event",
    "register": "public.registration_start",
    "today": "staff.today",
    "change_consultation": "public.consultation_booking",
    "reset_password": "security.reset_password",
}


@pytest.fixture(scope="module")
def whole_app() -> Flask:
    return create_app(settings_for_tests())


@pytest.mark.parametrize("name", PATHS)
def test_every_path_in_a_mail_leads_to_its_page(whole_app: Flask, name: str) -> None:
    routes = whole_app.url_map.bind("localhost")
    endpoint, given = routes.match(PATHS[name].format(token="t" * 43), method="GET")
    assert endpoint == PAGES[name]
    assert given in ({}, {"token": "t" * 43}, {"slug": "t" * 43})
