"""The mails to those who book a time on a consultation day."""

from dataclasses import dataclass
from datetime import datetime

from volunteer_match.vocabulary.taxonomy import Wording

from .messages import Message


@dataclass(frozen=True)
class ConsultationMail(Message):
    """Base of the mails to somebody who booked a time with the staff at a school; `note` is why, in the staff's words.

    What they want to talk about stands in none of them.
    """

    leads_to = "change_consultation"

    token: str
    name: str
    starts_at: datetime
    place: str
    way_in: str
    reference: str
    note: str


@dataclass(frozen=True)
class ConsultationBooked(ConsultationMail):
    template = "consultation_booked"
    subject = Wording("Din tid er bestilt", "Your time is booked")


@dataclass(frozen=True)
class ConsultationReminder(ConsultationMail):
    template = "consultation_reminder"
    subject = Wording("Husk din tid i morgen", "Remember your time tomorrow")


@dataclass(frozen=True)
class ConsultationMoved(ConsultationMail):
    template = "consultation_moved"
    subject = Wording("Din tid er flyttet", "Your time has been moved")


@dataclass(frozen=True)
class ConsultationCalledOff(ConsultationMail):
    template = "consultation_called_off"
    subject = Wording("Din tid er aflyst – vælg en ny", "Your time is cancelled – choose another")


@dataclass(frozen=True)
class ConsultationCancelled(ConsultationMail):
    """To the one who cancelled."""

    template = "consultation_cancelled"
    subject = Wording("Du har aflyst din tid", "You have cancelled your time")
