"""The mails about events. Like all subjects theirs hold no title: that stands inside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from volunteer_match.vocabulary.taxonomy import Wording

from .messages import PATHS, Message


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What every mail about an event tells. `page` is the path of the page that anybody may read."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    postcode: str
    access_notes: str
    reply_on: date
    contact_name: str
    contact_email: str
    contact_phone: str
    page: str


def event_page(slug: str) -> str:
    """The path of an event's public page."""
    return PATHS["event"].format(token=slug)


@dataclass(frozen=True)
class EventMail(Message):
    """Base of the mails to one guest, whose own link answers for them."""

    leads_to: ClassVar[str | None] = "answer_invitation"

    token: str
    name: str
    event: EventFacts


@dataclass(frozen=True)
class EventInvitation(EventMail):
    """`text` is the host's own, filled in; `address_from` says where an address of a brought list is from."""

    template = "event_invitation"
    subject = Wording("Indbydelse fra Varige Spor", "An invitation from Varige Spor")
    unsubscribe_by = "unsubscribe_from_invitations"

    text: str
    address_from: str


@dataclass(frozen=True)
class EventSignUpLink(EventMail):
    """To an address that somebody wrote on the public page."""

    template = "event_sign_up_link"
    subject = Wording("Bekræft, at du kommer", "Please confirm that you are coming")


@dataclass(frozen=True)
class EventReminder(EventMail):
    """To those who have not answered."""

    template = "event_reminder"
    subject = Wording("Har du set vores indbydelse?", "Did you see our invitation?")
    unsubscribe_by = "unsubscribe_from_invitations"


@dataclass(frozen=True)
class EventAnswered(EventMail):
    """What we noted: `answer` is the value of an InvitationState, `people` None unless they come or wait."""

    template = "event_answered"
    subject = Wording("Tak for dit svar", "Thank you for your answer")

    answer: str
    people: int | None


@dataclass(frozen=True)
class SeatOffered(EventMail):
    """To the next on the waiting list."""

    template = "seat_offered"
    subject = Wording("Der er blevet plads", "There is room for you now")

    people: int
    expires_at: datetime


@dataclass(frozen=True)
class EventTomorrow(EventMail):
    """The day before, to those who come."""

    template = "event_tomorrow"
    subject = Wording("Vi ses i morgen", "See you tomorrow")

    people: int


@dataclass(frozen=True)
class EventChanged(EventMail):
    """Time or place is another than in the last mail."""

    template = "event_changed"
    subject = Wording("Ny tid eller nyt sted", "A new time or place")


@dataclass(frozen=True)
class EventCancelled(EventMail):
    """`reason` is what the host wrote to the guests."""

    template = "event_cancelled"
    subject = Wording("Arrangementet er aflyst", "The event has been cancelled")
    leads_to = None

    reason: str


@dataclass(frozen=True)
class EventThanks(EventMail):
    """To one who came. `text` is the host's own, filled in; `has_offer` is whether they offer something already."""

    template = "event_thanks"
    subject = Wording("Tak, fordi du kom", "Thank you for coming")
    leads_to = "offer_after_event"
    unsubscribe_by = "unsubscribe_after_event"

    text: str
    has_offer: bool
