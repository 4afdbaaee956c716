"""The demo's organisations and offers: signed up, decided on, paused, withdrawn."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from volunteer_match.foundation.clock import danish_date
from volunteer_match.organisations import registration, vetting
from volunteer_match.organisations.models import ContactPerson, Organisation, Registration
from volunteer_match.organisations.offer_details import OfferDetails
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.proposals import withdrawal
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.phone_numbers import normalise_phone

from .demo_logins import read_town
from .demo_story import Story, Town, mailed_token

UNTIL_LINK_IS_OPENED = timedelta(minutes=12)
Row = dict[str, Any]


def plan_offers(story: Story, town: Town) -> None:
    """Everything that concerns organisations and offers, on its day."""
    organisations = {row["key"]: row for row in read_town("organisations")}
    offers = read_town("offers")
    for row in offers:
        _plan_offer(story, town, row, organisations[row["organisation"]])
    for key, row in organisations.items():
        first_offer = next(offer["key"] for offer in offers if offer["organisation"] == key)
        _plan_organisation(story, town, row, first_offer)


def _plan_offer(story: Story, town: Town, row: Row, organisation: Row) -> None:
    key = row["key"]
    story.add(row["registered_days_ago"], 19, partial(_sign_up, story, town, row, organisation))
    if row["state"] == "approved":
        story.add(row["decided_days_ago"], 11, lambda now: _approve_offer(town, key, now))
    if row["state"] == "blocked":
        story.add(row["decided_days_ago"], 11, lambda now: _block_offer(town, key, row["reason"], now))
    if row["availability"] == "paused":
        story.add(row["paused_days_ago"], 20, lambda now: _pause_offer(town, key, now))
    if row["availability"] == "withdrawn":
        story.add(row["withdrawn_days_ago"], 20, lambda now: _withdraw_offer(town, key, now))


def _plan_organisation(story: Story, town: Town, row: Row, offer: str) -> None:
    if row["state"] == "approved":
        story.add(row["decided_days_ago"], 9, lambda now: _approve(town, offer, now))
    if row["state"] == "blocked":
        story.add(row["decided_days_ago"], 9, lambda now: _block(town, offer, row["reason"], now))
    if row["certificate"] != "missing":
        dated = row["certificate"]["confirmed_days_ago"]
        confirmed_on = danish_date(story.now) - timedelta(days=dated)
        seen_days_ago = min(dated, row["decided_days_ago"])
        story.add(
            seen_days_ago,
            13,
            lambda now: vetting.confirm_certificate(
                contact=_contact(town, offer), confirmed_on=confirmed_on, by=town.admin, now=now
            ),
        )
    if row["consent"]["status"] == "withdrawn":
        story.add(row["consent"]["withdrawn_days_ago"], 18, lambda now: _withdraw_consent(town, offer, now))


def _sign_up(story: Story, town: Town, row: Row, organisation: Row, now: datetime) -> None:
    """Answers sent; the mailed link is opened a little later."""
    language = organisation["contact"]["language"]
    draft, _key = registration.start(language=language, now=now)
    registration.submit(registration=draft, sign_up=_answers(row, organisation), language=language, now=now)
    story.add_at(now + UNTIL_LINK_IS_OPENED, partial(_confirm, town, row["key"], draft))


def _confirm(town: Town, key: str, draft: Registration, now: datetime) -> None:
    token = mailed_token(("registration", draft.id), leads_to="confirm_registration")
    town.offers[key] = registration.confirm(token=token, now=now).offer


def _answers(row: Row, organisation: Row) -> SignUp:
    contact = organisation["contact"]
    return SignUp(
        kind=OrganisationKind(organisation["kind"]),
        organisation_name=organisation["name"],
        contact_name=contact["name"],
        email=contact["email"],
        phone=normalise_phone(contact["phone"]),
        postcode=organisation["postcode"],
        cvr=organisation.get("cvr"),
        offer=OfferDetails(
            title=row["title"],
            description=row["text"],
            kinds=tuple(row["kinds"]),
            age_min=row["age_min"],
            age_max=row["age_max"],
            contact_form=ContactForm(row["contact_form"]),
            capacity=row["capacity"],
            postcode=row["postcode"],
            radius_km=row["radius_km"],
            slots=tuple(row["slots"]),
            languages=tuple(row["languages"]),
        ),
    )


def _contact(town: Town, offer: str) -> ContactPerson:
    return town.offers[offer].contact


def _organisation(town: Town, offer: str) -> Organisation:
    return town.offers[offer].organisation


def _approve(town: Town, offer: str, now: datetime) -> None:
    vetting.approve_organisation(organisation=_organisation(town, offer), by=town.admin, now=now)


def _block(town: Town, offer: str, reason: str, now: datetime) -> None:
    withdrawal.block_organisation(organisation=_organisation(town, offer), reason=reason, by=town.admin, now=now)


def _approve_offer(town: Town, offer: str, now: datetime) -> None:
    vetting.approve_offer(offer=town.offers[offer], by=town.admin, now=now)


def _block_offer(town: Town, offer: str, reason: str, now: datetime) -> None:
    withdrawal.block_offer(offer=town.offers[offer], reason=reason, by=town.admin, now=now)


def _pause_offer(town: Town, offer: str, now: datetime) -> None:
    withdrawal.pause_offer(offer=town.offers[offer], by=_contact(town, offer).actor, now=now)


def _withdraw_offer(town: Town, offer: str, now: datetime) -> None:
    withdrawal.withdraw_offer(offer=town.offers[offer], by=_contact(town, offer).actor, now=now)


def _withdraw_consent(town: Town, offer: str, now: datetime) -> None:
    contact = _contact(town, offer)
    withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=now)
