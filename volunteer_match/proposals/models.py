"""Suggestion lists as they were shown, proposals, their history and their follow-ups."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.audit.actions import ActorKind
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.database import CodeList, Model, Moment, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.organisations.models import Offer

from .states import EndedBy, HowItGoes, LessonDirection, ModelState, ProposalAction, ProposalState


class SuggestionList(Model):
    """What one caseworker was shown for one need: model version and order, kept as it was."""

    __tablename__ = "suggestion_list"
    __table_args__ = (Index("ix_suggestion_list_need", "need_id", "shown_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    shown_to_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    shown_at: Mapped[datetime] = mapped_column(Moment)
    model_version: Mapped[str] = mapped_column(String(60))

    items: Mapped[list["SuggestionItem"]] = relationship(back_populates="list", order_by="SuggestionItem.rank")


class SuggestionItem(Model):
    """One line of a shown list: the offer, its place, score, reasons, or the rules that barred it."""

    __tablename__ = "suggestion_item"
    __table_args__ = (
        UniqueConstraint("list_id", "offer_id"),
        CheckConstraint("rank >= 1", name="rank_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("suggestion_list.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    rank: Mapped[int]
    score: Mapped[float | None] = mapped_column(Float)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # What the model was given, by feature; None where no model ranked it. Numbers only: the model learns from them.
    features: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))
    unknown: Mapped[tuple[str, ...]] = mapped_column(CodeList)
    bars: Mapped[tuple[str, ...]] = mapped_column(CodeList)

    list: Mapped[SuggestionList] = relationship(back_populates="items")


class SuggestionLesson(Model):
    """What a caseworker said of one suggestion for one need: more like this, or not this sort. It moves the others."""

    __tablename__ = "suggestion_lesson"
    __table_args__ = (UniqueConstraint("need_id", "offer_id"), one_of("direction", LessonDirection))

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    # The list it was said on, so that what the model had shown can be learned from too.
    suggestion_list_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion_list.id"))
    direction: Mapped[LessonDirection] = mapped_column(choice(LessonDirection))
    said_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    said_at: Mapped[datetime] = mapped_column(Moment)

    offer: Mapped[Offer] = relationship()


class MatchingModel(Model):
    """One version of the learned model. No row serving: the reasoned weights do. At most one serves.

    `broken_at`: when its artefact was found unusable, and a new version was trained if there was enough to learn from.
    """

    __tablename__ = "matching_model"
    __table_args__ = (
        one_of("state", ModelState),
        Index(
            "uq_matching_model_serving",
            "state",
            unique=True,
            sqlite_where=text("state = 'serving'"),
            postgresql_where=text("state = 'serving'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(60), unique=True)
    artefact: Mapped[bytes] = mapped_column(LargeBinary)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)
    trained_at: Mapped[datetime] = mapped_column(Moment)
    trained_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[ModelState] = mapped_column(choice(ModelState), default=ModelState.CANDIDATE)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Why it was promoted or taken back, in an admin's words.
    change_reason: Mapped[str | None] = mapped_column(Text)
    broken_at: Mapped[datetime | None] = mapped_column(Moment)


class Proposal(Model):
    """One need and one offer brought together by a caseworker. The same pair is reactivated, not duplicated."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("need_id", "offer_id"),
        one_of("state", ProposalState),
        one_of("ended_by", EndedBy, nullable=True),
        CheckConstraint(
            "state NOT IN ('rejected', 'declined', 'cancelled', 'ended', 'paused') OR reason IS NOT NULL",
            name="closed_with_reason",
        ),
        CheckConstraint(
            "state <> 'asked' OR (asked_at IS NOT NULL AND answer_by IS NOT NULL)", name="asked_with_deadline"
        ),
        CheckConstraint("state NOT IN ('active', 'paused') OR started_at IS NOT NULL", name="running_was_started"),
        CheckConstraint(
            "(state = 'ended') = (ended_by IS NOT NULL AND ever_met IS NOT NULL AND ended_at IS NOT NULL)",
            name="ended_whole",
        ),
        Index("ix_proposal_offer", "offer_id", "state"),
        Index("ix_proposal_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    # The list it was chosen from; none when found by hand.
    suggestion_list_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion_list.id"))
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState))
    reason: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    answer_by: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    introduced_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[EndedBy | None] = mapped_column(choice(EndedBy))
    ever_met: Mapped[bool | None]

    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    moves: Mapped[list["ProposalMove"]] = relationship(back_populates="proposal", order_by="ProposalMove.id")
    follow_ups: Mapped[list["FollowUp"]] = relationship(back_populates="proposal", order_by="FollowUp.due_on")


class ProposalMove(Model):
    """The history that the page shows; the audit trail proves it."""

    __tablename__ = "proposal_move"
    __table_args__ = (one_of("actor_kind", ActorKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    action: Mapped[ProposalAction] = mapped_column(choice(ProposalAction))
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState))
    reason: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_kind: Mapped[ActorKind] = mapped_column(choice(ActorKind))
    actor_id: Mapped[int | None]

    proposal: Mapped[Proposal] = relationship(back_populates="moves")


class FollowUp(Model):
    """A date to ask the child, the guardian and the volunteer how it goes, and what they said."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("proposal_id", "due_on"),
        one_of("how_it_goes", HowItGoes, nullable=True),
        CheckConstraint("(done_at IS NULL) = (how_it_goes IS NULL)", name="done_with_answer"),
        Index("ix_follow_up_due", "done_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    how_it_goes: Mapped[HowItGoes | None] = mapped_column(choice(HowItGoes))
    child_voice: Mapped[str | None] = mapped_column(EncryptedText("follow_up.child_voice"))
    guardian_voice: Mapped[str | None] = mapped_column(EncryptedText("follow_up.guardian_voice"))
    volunteer_voice: Mapped[str | None] = mapped_column(EncryptedText("follow_up.volunteer_voice"))

    proposal: Mapped[Proposal] = relationship(back_populates="follow_ups")


class PairBlock(Model):
    """A caseworker's word that this child and this organisation must not be brought together."""

    __tablename__ = "pair_block"
    __table_args__ = (UniqueConstraint("case_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("child_case.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    blocked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    blocked_at: Mapped[datetime] = mapped_column(Moment)

    case: Mapped[Case] = relationship()
