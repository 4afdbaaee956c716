"""Somebody who signs up: the coach of Asaa Idrætsforening unless told otherwise."""

from datetime import timedelta

import time_machine

from tests.visitors.browsing import Visitor

WHO = {
    "organisation_name": "Asaa Idrætsforening",
    "cvr": "",
    "contact_name": "Mette Holm",
    "email": "mette@asaa-if.example",
    "phone": "12 34 56 78",
    "postcode": "9340",
}
TEXT = {
    "description": "Vi har plads til flere på gymnastikholdet om tirsdagen, og ingen skal kunne noget i forvejen.",
    "title": "Gymnastik for begyndere",
}


def answer_who(visitor: Visitor, *, kind: str = "sports_club", **changes: str) -> None:
    """Step 1."""
    visitor.open("/tilmeld").tick("kind", kind).fill(**{**WHO, **changes}).press("Videre")


def answer_offer(visitor: Visitor, *, kinds: tuple[str, ...] = ("gymnastik",), **changes: str) -> None:
    """Step 2, both halves."""
    visitor.fill(**{**TEXT, **changes}).press("Videre til forslag")
    visitor.tick("kinds", *kinds).tick("contact_form", "group").fill(age_min="6", age_max="9", capacity="2")
    visitor.press("Videre")


def answer_where(visitor: Visitor) -> None:
    """Step 3; place and language stand there already."""
    visitor.tick("slots", "tue-afternoon").tick("radius_km", "20").press("Videre")


def answer_consent(visitor: Visitor) -> None:
    """Step 4."""
    visitor.tick("agree", "y").press("Videre til dine svar")


def answer_all(visitor: Visitor, clock: time_machine.Traveller, **who: str) -> None:
    """As far as "Tjek dine svar", as fast as a person."""
    answer_who(visitor, **who)
    clock.shift(timedelta(minutes=2))
    answer_offer(visitor)
    answer_where(visitor)
    answer_consent(visitor)


def sign_up(visitor: Visitor, clock: time_machine.Traveller, **who: str) -> None:
    """As far as the receipt."""
    answer_all(visitor, clock, **who)
    visitor.press("Send tilmeldingen")
