"""Organisations, their contact persons and offers, the consent ledger and certificate confirmations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.audit.actions import ActorKind
from volunteer_match.audit.trail import Actor
from volunteer_match.foundation.database import CodeList, Model, Moment, ShortText, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.vocabulary.contact_forms import ContactForm

from .states import Availability, OrganisationKind, RegistrationState, Vetting


class Registration(Model):
    """A sign-up from its first step until the mailed link is used; `answers` is JSON of what was typed."""

    __tablename__ = "registration"
    __table_args__ = (
        one_of("state", RegistrationState),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_at_unless_draft"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at_when_confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The visitor's cookie holds the key; only its hash is here.
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[RegistrationState] = mapped_column(choice(RegistrationState), default=RegistrationState.DRAFT)
    language: Mapped[str] = mapped_column(String(5), default="da")
    answers: Mapped[str] = mapped_column(EncryptedText("registration.answers"), default="{}")
    consent_text_version: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class Organisation(Model):
    """A club, church, business, association, professional service – or one citizen, who then is the organisation."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("kind", OrganisationKind),
        one_of("state", Vetting),
        CheckConstraint("(state = 'new') = (decided_at IS NULL)", name="decided_at_unless_new"),
        CheckConstraint("state <> 'blocked' OR state_reason IS NOT NULL", name="blocked_with_reason"),
        Index("ix_organisation_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    name: Mapped[str] = mapped_column(ShortText)
    cvr: Mapped[str | None] = mapped_column(String(8), index=True)
    postcode: Mapped[str] = mapped_column(String(4))
    state: Mapped[Vetting] = mapped_column(choice(Vetting), default=Vetting.NEW)
    state_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    possible_duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    contacts: Mapped[list["ContactPerson"]] = relationship(back_populates="organisation", order_by="ContactPerson.id")
    offers: Mapped[list["Offer"]] = relationship(back_populates="organisation", order_by="Offer.id")
    possible_duplicate_of: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")


class ContactPerson(Model):
    """The one who answers for an organisation's offers, and does what they say."""

    __tablename__ = "contact_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(EncryptedText("contact_person.name"))
    email: Mapped[str] = mapped_column(EncryptedText("contact_person.email"))
    # One address may speak for several organisations (a chairman who is also a citizen), so it is not unique.
    email_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    phone: Mapped[str] = mapped_column(EncryptedText("contact_person.phone"))
    language: Mapped[str] = mapped_column(String(5), default="da")
    created_at: Mapped[datetime] = mapped_column(Moment)

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")
    offers: Mapped[list["Offer"]] = relationship(back_populates="contact", order_by="Offer.id")
    consents: Mapped[list["VolunteerConsent"]] = relationship(
        back_populates="contact", order_by="VolunteerConsent.given_at"
    )
    certificates: Mapped[list["CertificateConfirmation"]] = relationship(
        back_populates="contact", order_by="CertificateConfirmation.confirmed_on"
    )

    @property
    def actor(self) -> Actor:
        """This person as the trail names them."""
        return Actor(ActorKind.CONTACT_PERSON, self.id)


class Offer(Model):
    """What somebody offers to do. `places_taken` counts proposals that hold a place (proposals.places)."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("state", Vetting),
        one_of("availability", Availability),
        one_of("contact_form", ContactForm),
        CheckConstraint("(state = 'new') = (decided_at IS NULL)", name="decided_at_unless_new"),
        CheckConstraint("state <> 'blocked' OR state_reason IS NOT NULL", name="blocked_with_reason"),
        CheckConstraint("age_min >= 0 AND age_min <= age_max AND age_max <= 17", name="age_span"),
        CheckConstraint("radius_km >= 1 AND radius_km <= 400", name="radius"),
        CheckConstraint("capacity >= 1 AND capacity <= 99", name="capacity"),
        CheckConstraint("places_taken >= 0 AND places_taken <= capacity", name="places_within_capacity"),
        Index("ix_offer_state", "state", "availability"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact_person.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), unique=True)
    title: Mapped[str] = mapped_column(ShortText)
    description: Mapped[str] = mapped_column(Text)
    kinds: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    age_min: Mapped[int]
    age_max: Mapped[int]
    postcode: Mapped[str] = mapped_column(String(4))
    radius_km: Mapped[int]
    slots: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    languages: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    contact_form: Mapped[ContactForm] = mapped_column(choice(ContactForm))
    capacity: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[Vetting] = mapped_column(choice(Vetting), default=Vetting.NEW)
    state_reason: Mapped[str | None] = mapped_column(Text)
    availability: Mapped[Availability] = mapped_column(choice(Availability), default=Availability.OPEN)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship(back_populates="offers")
    contact: Mapped[ContactPerson] = relationship(back_populates="offers")

    @property
    def free_places(self) -> int:
        """Places nobody holds; read it under a lock before relying on it."""
        return self.capacity - self.places_taken


class VolunteerConsent(Model):
    """One line of the consent ledger. Lines are added and withdrawn, never changed otherwise or deleted."""

    __tablename__ = "volunteer_consent"
    __table_args__ = (CheckConstraint("expires_at > given_at", name="lives_forward"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact_person.id"), index=True)
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    contact: Mapped[ContactPerson] = relationship(back_populates="consents")


class CertificateConfirmation(Model):
    """That a child certificate without remarks was seen, by whom it was confirmed and until when. Dates only."""

    __tablename__ = "certificate_confirmation"
    __table_args__ = (CheckConstraint("next_review_on > confirmed_on", name="lives_forward"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact_person.id"), index=True)
    confirmed_on: Mapped[date]
    next_review_on: Mapped[date]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    revoked_on: Mapped[date | None]

    contact: Mapped[ContactPerson] = relationship(back_populates="certificates")
