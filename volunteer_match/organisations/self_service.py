"""What contact persons do with their own offers."""

from dataclasses import asdict
from datetime import datetime

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.conditional_moves import change_if, make_move
from volunteer_match.notifications.messages import OfferWithdrawnReceipt
from volunteer_match.notifications.outbox import enqueue

from .models import Offer
from .offer_details import OfferDetails
from .states import AVAILABILITY_MOVES, Availability, AvailabilityAction, Vetting

# What an approval rests on: another activity, other ages or another form of contact is another offer.
REVIEWED = ("title", "description", "kinds", "age_min", "age_max", "contact_form")


class CapacityBelowPlacesTaken(Exception):
    """There are already more matches than the new number of places."""

    def __init__(self, places_taken: int) -> None:
        super().__init__(f"{places_taken} places are taken")
        self.places_taken = places_taken


class OfferWithdrawn(Exception):
    """A withdrawn offer stays as it was: register it anew."""


class DecidedMeanwhile(Exception):
    """The municipality decided on the offer while its owner was changing it: look again."""


def changed_fields(offer: Offer, details: OfferDetails) -> tuple[str, ...]:
    """The names of what `details` would change."""
    return tuple(name for name, value in asdict(details).items() if getattr(offer, name) != value)


def needs_new_approval(offer: Offer, details: OfferDetails) -> bool:
    """Whether these changes send an offer that was decided on back to the queue: a blocked one may be mended."""
    return offer.state is not Vetting.NEW and any(name in REVIEWED for name in changed_fields(offer, details))


def change_offer(*, offer: Offer, details: OfferDetails, by: Actor, now: datetime) -> tuple[str, ...]:
    """Stores the changes and returns what changed. Raises CapacityBelowPlacesTaken,
    OfferWithdrawn, DecidedMeanwhile.
    """
    changed = changed_fields(offer, details)
    if not changed:
        return changed
    back_to_queue = needs_new_approval(offer, details)
    values = {**asdict(details), "changed_at": now}
    if back_to_queue:
        values |= {"state": Vetting.NEW, "state_reason": None, "decided_at": None, "decided_by_id": None}
    # The state is part of the condition: a decision made while the form was open is not overwritten unseen.
    condition = (
        (Offer.availability != Availability.WITHDRAWN)
        & (Offer.places_taken <= details.capacity)
        & (Offer.state == offer.state)
    )
    if not change_if(offer, condition, values):
        raise _why_not(offer, details)
    record(
        AuditAction.OFFER_CHANGED,
        by=by,
        now=now,
        subject=("offer", offer.id),
        details={"fields": list(changed), "back_to_queue": back_to_queue},
    )
    return changed


def pause_offer(*, offer: Offer, by: Actor, now: datetime) -> None:
    """Keeps the offer out of suggestions until it is reopened. Raises MoveRefused.

    Pages call `proposals.withdrawal.pause_offer`, which also stops proposals on their way.
    """
    make_move(offer, Offer.availability, AVAILABILITY_MOVES, AvailabilityAction.PAUSE, changed_at=now)
    record(AuditAction.OFFER_PAUSED, by=by, now=now, subject=("offer", offer.id))


def reopen_offer(*, offer: Offer, by: Actor, now: datetime) -> None:
    """Takes up a paused offer again. Raises MoveRefused."""
    make_move(offer, Offer.availability, AVAILABILITY_MOVES, AvailabilityAction.REOPEN, changed_at=now)
    record(AuditAction.OFFER_REOPENED, by=by, now=now, subject=("offer", offer.id))


def withdraw_offer(*, offer: Offer, by: Actor, now: datetime) -> None:
    """Takes the offer back for good and sends a receipt. Raises MoveRefused.

    Pages call `proposals.withdrawal.withdraw_offer`, which also stops what rests on the offer.
    """
    make_move(offer, Offer.availability, AVAILABILITY_MOVES, AvailabilityAction.WITHDRAW, changed_at=now)
    record(AuditAction.OFFER_WITHDRAWN, by=by, now=now, subject=("offer", offer.id))
    contact = offer.contact
    enqueue(
        OfferWithdrawnReceipt(name=contact.name, title=offer.title),
        to=contact.email,
        language=contact.language,
        about=("offer_withdrawal", offer.id),
        now=now,
    )


def _why_not(offer: Offer, details: OfferDetails) -> Exception:
    if offer.availability is Availability.WITHDRAWN:
        return OfferWithdrawn()
    if offer.places_taken > details.capacity:
        return CapacityBelowPlacesTaken(offer.places_taken)
    return DecidedMeanwhile()
