"""Every mail the platform sends: what it needs to know, and where its link leads.

Subjects show on locked phones and in shared mailboxes, so they hold no name, no title and nothing about a child.
"""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from volunteer_match.vocabulary.taxonomy import Wording

# Rules know no routes, so the paths are stated here; a test resolves each of them.
PATHS = MappingProxyType(
    {
        "confirm_registration": "/tilmeld/bekraeft/{token}",
        "open_own_page": "/min-side/aabn/{token}",
        "ask_for_link": "/min-side/link",
        "answer_request": "/forespoergsel/{token}",
        "answer_invitation": "/indbydelse/{token}",
        "unsubscribe_from_invitations": "/indbydelse/{token}/afmeld",
        "offer_after_event": "/tak/{token}",
        "unsubscribe_after_event": "/tak/{token}/afmeld",
        "event": "/arrangementer/{token}",
        "register": "/tilmeld",
        "today": "/i-dag",
        "change_consultation": "/konsultation/booking/{token}",
        "reset_password": "/ny-adgangskode/{token}",
    }
)


@dataclass(frozen=True)
class Message:
    """Base of all messages. `template` names the file in templates/mail/{da,en}, `leads_to` the path of its link,
    `unsubscribe_by` the path by which a mail program says no to more of the kind; only what nobody asked for has one.
    """

    template: ClassVar[str]
    subject: ClassVar[Wording]
    leads_to: ClassVar[str | None] = None
    unsubscribe_by: ClassVar[str | None] = None

    @property
    def path(self) -> str | None:
        """The path of this mail's link, with its token where it has one."""
        return self._to(self.leads_to)

    @property
    def unsubscribe_path(self) -> str | None:
        """The path that ends mails of this kind, with this mail's token."""
        return self._to(self.unsubscribe_by)

    def _to(self, page: str | None) -> str | None:
        return None if page is None else PATHS[page].format(token=getattr(self, "token", ""))


@dataclass(frozen=True)
class ConfirmRegistration(Message):
    """To someone who filled in the sign-up."""

    template = "confirm_registration"
    subject = Wording("Bekræft din tilmelding", "Please confirm your sign-up")
    leads_to = "confirm_registration"

    token: str
    name: str


@dataclass(frozen=True)
class OwnPageLink(Message):
    """To a contact person who asked for the way in."""

    template = "own_page_link"
    subject = Wording("Dit link til din egen side", "The link to your own page")
    leads_to = "open_own_page"

    token: str
    name: str


@dataclass(frozen=True)
class OrganisationApproved(Message):
    template = "organisation_approved"
    subject = Wording("Velkommen til Varige Spor", "Welcome to Varige Spor")
    leads_to = "ask_for_link"

    name: str
    organisation: str


@dataclass(frozen=True)
class OrganisationBlocked(Message):
    """`reason` is what the admin wrote to them."""

    template = "organisation_blocked"
    subject = Wording("Svar på din tilmelding til Varige Spor", "An answer to your sign-up for Varige Spor")

    name: str
    organisation: str
    reason: str


@dataclass(frozen=True)
class OfferApproved(Message):
    template = "offer_approved"
    subject = Wording("Dit tilbud er klar", "Your offer is ready")
    leads_to = "ask_for_link"

    name: str
    title: str


@dataclass(frozen=True)
class OfferBlocked(Message):
    """`reason` is what the admin wrote to them."""

    template = "offer_blocked"
    subject = Wording("Svar på dit tilbud i Varige Spor", "An answer about your offer in Varige Spor")
    leads_to = "ask_for_link"

    name: str
    title: str
    reason: str


@dataclass(frozen=True)
class RequestForHelp(Message):
    """All that a contact person may know before both sides have said yes.

    `age_band` is the youngest and the oldest the child can be, `area` a postcode, `times` slots,
    `answer_by` the last day to answer.
    """

    template = "request_for_help"
    subject = Wording("Kan du hjælpe et barn?", "Can you help a child?")
    leads_to = "answer_request"

    token: str
    name: str
    title: str
    external_wording: str
    age_band: tuple[int, int]
    area: str
    times: tuple[str, ...]
    answer_by: date


@dataclass(frozen=True)
class RequestReminder(RequestForHelp):
    """The same a week later, with a new link."""

    template = "request_reminder"
    subject = Wording("Har du set vores spørgsmål?", "Did you see our question?")


@dataclass(frozen=True)
class RequestWithdrawn(Message):
    """The request is off, for reasons that are not theirs to know."""

    template = "request_withdrawn"
    subject = Wording("Du behøver ikke svare længere", "You no longer need to answer")

    name: str
    title: str


@dataclass(frozen=True)
class IntroductionAgreed(Message):
    """Both sides said yes: now they may know whom to talk to."""

    template = "introduction_agreed"
    subject = Wording("Tak for dit ja – sådan går det videre", "Thank you for your yes – what happens next")

    name: str
    title: str
    caseworker_name: str
    caseworker_email: str


@dataclass(frozen=True)
class ConsentWithdrawnReceipt(Message):
    template = "consent_withdrawn_receipt"
    subject = Wording("Dit samtykke er trukket tilbage", "Your consent has been withdrawn")

    name: str


@dataclass(frozen=True)
class OfferWithdrawnReceipt(Message):
    template = "offer_withdrawn_receipt"
    subject = Wording("Dit tilbud er taget af listen", "Your offer has been taken off the list")
    leads_to = "register"

    name: str
    title: str


@dataclass(frozen=True)
class TaskWaiting(Message):
    """To a caseworker: something waits. What it is stands behind the sign-in."""

    template = "task_waiting"
    subject = Wording("Der venter noget på dig i Varige Spor", "Something is waiting for you in Varige Spor")
    leads_to = "today"

    name: str


@dataclass(frozen=True)
class ProposalsLaidBefore(Message):
    """To a caseworker: a leader laid proposals before them. How many, and for whom, stands behind the sign-in."""

    template = "proposals_laid_before"
    subject = Wording("Nye forslag venter på dig i Varige Spor", "New suggestions are waiting for you in Varige Spor")
    leads_to = "today"

    name: str


@dataclass(frozen=True)
class StaffPasswordReset(Message):
    template = "staff_password_reset"
    subject = Wording("Vælg en ny adgangskode", "Choose a new password")
    leads_to = "reset_password"

    token: str
    name: str
