"""Cases under a pseudonym, the needs in them, the family's consent and the caseworker's tasks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.foundation.database import CodeList, Model, Moment, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.people.models import User
from volunteer_match.vocabulary.contact_forms import ContactForm

from .states import CaseState, ChildViewSource, ConsentParty, NeedState, TaskKind


class Case(Model):
    """One child, known here by a pseudonym and a year of birth only."""

    __tablename__ = "child_case"
    __table_args__ = (
        one_of("state", CaseState),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_when_closed"),
        CheckConstraint("ladder_step BETWEEN 1 AND 6", name="ladder_step"),
        CheckConstraint("custody_holders BETWEEN 1 AND 2", name="custody_holders"),
        CheckConstraint("birth_year BETWEEN 1990 AND 2100", name="birth_year"),
        Index("ix_child_case_caseworker", "caseworker_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(40), unique=True)
    birth_year: Mapped[int]
    postcode: Mapped[str] = mapped_column(String(4))
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ladder_step: Mapped[int]
    custody_holders: Mapped[int]
    state: Mapped[CaseState] = mapped_column(choice(CaseState), default=CaseState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    caseworker: Mapped[User] = relationship()
    needs: Mapped[list["Need"]] = relationship(back_populates="case", order_by="Need.id")

    def age_on(self, day: date) -> int:
        """The age the child turns in that year: only the year of birth is known here."""
        return day.year - self.birth_year


class Need(Model):
    """What one child needs, written by a named caseworker. Only `external_wording` ever leaves the house."""

    __tablename__ = "need"
    __table_args__ = (
        one_of("state", NeedState),
        one_of("contact_form", ContactForm),
        one_of("child_view_source", ChildViewSource, nullable=True),
        CheckConstraint("max_km IS NULL OR max_km >= 1", name="max_km"),
        CheckConstraint(
            "(child_view IS NULL) = (child_view_on IS NULL) AND (child_view IS NULL) = (child_view_source IS NULL)",
            name="child_view_whole",
        ),
        Index("ix_need_case", "case_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("child_case.id"))
    text: Mapped[str] = mapped_column(EncryptedText("need.text"))
    codes: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    external_wording: Mapped[str] = mapped_column(EncryptedText("need.external_wording"))
    languages: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    contact_form: Mapped[ContactForm] = mapped_column(choice(ContactForm))
    slots: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    max_km: Mapped[int | None]
    transport_agreed: Mapped[bool] = mapped_column(default=False)
    child_view: Mapped[str | None] = mapped_column(EncryptedText("need.child_view"))
    child_view_on: Mapped[date | None]
    child_view_source: Mapped[ChildViewSource | None] = mapped_column(choice(ChildViewSource))
    state: Mapped[NeedState] = mapped_column(choice(NeedState), default=NeedState.OPEN)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    # The family said yes to the words they read: a yes from before this moment no longer covers them.
    wording_changed_at: Mapped[datetime | None] = mapped_column(Moment)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    case: Mapped[Case] = relationship(back_populates="needs")
    consents: Mapped[list["GuardianConsent"]] = relationship(back_populates="need", order_by="GuardianConsent.id")


class GuardianConsent(Model):
    """One party's answer for one need (the purpose) and the kinds of organisations it covers (the recipients)."""

    __tablename__ = "guardian_consent"
    __table_args__ = (
        one_of("party", ConsentParty),
        CheckConstraint("given_at IS NULL OR expires_at > given_at", name="lives_forward"),
        CheckConstraint("(given_at IS NULL) = (expires_at IS NULL)", name="given_with_end"),
        CheckConstraint("withdrawn_at IS NULL OR given_at IS NOT NULL", name="withdrawn_after_given"),
        Index("ix_guardian_consent_need", "need_id", "party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    party: Mapped[ConsentParty] = mapped_column(choice(ConsentParty))
    recipients: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    text_version: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    given_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    need: Mapped[Need] = relationship(back_populates="consents")


class Task(Model):
    """Something that waits for the caseworker of a case. `proposal_id` points up a floor, so it is no foreign key."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("kind", TaskKind),
        UniqueConstraint("kind", "proposal_id", "created_at", name="uq_task_once"),
        Index("ix_task_open", "case_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("child_case.id"))
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind))
    proposal_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    case: Mapped[Case] = relationship()
