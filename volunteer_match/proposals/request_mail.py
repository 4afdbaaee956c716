"""What the contact person is told about a request: the external wording, age band, area and times – never more."""

from datetime import datetime

from volunteer_match.cases.guardian_consent import covered
from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import danish_date
from volunteer_match.notifications.messages import (
    IntroductionAgreed,
    RequestForHelp,
    RequestReminder,
    RequestWithdrawn,
)
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.people.models import User
from volunteer_match.vocabulary.taxonomy import age_band as taxonomy_age_band

from .models import Proposal


def age_band(age: int) -> tuple[int, int]:
    """What the contact person is told instead of the age: with the area it must not point at one child."""
    band = taxonomy_age_band(age)
    return band.age_min, band.age_max


def may_be_told(proposal: Proposal, *, now: datetime) -> bool:
    """Whether the family's yes covers telling this contact person the words as they are now."""
    return covered(proposal.need, organisation_kind=proposal.offer.organisation.kind, now=now)


def shared_slots(proposal: Proposal) -> tuple[str, ...]:
    """The times both gave; where one gave none, the other's."""
    need, offer = proposal.need.slots, proposal.offer.slots
    if not need or not offer:
        return need or offer
    return tuple(slot for slot in need if slot in offer)


def ask_by_mail(proposal: Proposal, *, token: str, now: datetime) -> None:
    """The request itself."""
    _send(proposal, RequestForHelp, token=token, now=now)


def remind_by_mail(proposal: Proposal, *, token: str, now: datetime) -> None:
    """The same request once more, kindly."""
    _send(proposal, RequestReminder, token=token, now=now)


def _send(
    proposal: Proposal, message: type[RequestForHelp] | type[RequestReminder], *, token: str, now: datetime
) -> None:
    if proposal.answer_by is None:
        raise ValueError("a request has a date to answer by")
    need: Need = proposal.need
    contact = proposal.offer.contact
    enqueue(
        message(
            token=token,
            name=contact.name,
            title=proposal.offer.title,
            external_wording=need.external_wording,
            age_band=age_band(need.case.age_on(danish_date(now))),
            area=need.case.postcode,
            times=shared_slots(proposal),
            answer_by=danish_date(proposal.answer_by),
        ),
        to=contact.email,
        language=contact.language,
        about=("proposal", proposal.id),
        now=now,
    )


def say_withdrawn(proposal: Proposal, *, now: datetime) -> None:
    """The request is taken back; why is nobody's business but the family's."""
    contact = proposal.offer.contact
    enqueue(
        RequestWithdrawn(name=contact.name, title=proposal.offer.title),
        to=contact.email,
        language=contact.language,
        about=("proposal", proposal.id),
        now=now,
    )


def say_agreed(proposal: Proposal, *, caseworker: User, now: datetime) -> None:
    """Both sides said yes: the contact person learns who will call."""
    contact = proposal.offer.contact
    enqueue(
        IntroductionAgreed(
            name=contact.name,
            title=proposal.offer.title,
            caseworker_name=caseworker.name,
            caseworker_email=caseworker.email,
        ),
        to=contact.email,
        language=contact.language,
        about=("proposal", proposal.id),
        now=now,
    )
