"""Staff, their sessions and the attempts to sign in."""

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.audit.actions import ActorKind
from volunteer_match.audit.trail import Actor
from volunteer_match.foundation.database import Base, Model, Moment, ShortText, choice, one_of

from .permissions import Permission, Role, permissions_of
from .states import SessionKind

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class RoleRow(Model, RoleMixin):
    """A role as Flask-Security wants it; `name` is a member of `Role`."""

    __tablename__ = "role"
    __table_args__ = (one_of("name", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Role] = mapped_column(choice(Role), unique=True)


class User(Model, UserMixin):
    """A member of staff. Never deleted: the trail and the cases name them; `active` ends their access."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(ShortText, unique=True)
    name: Mapped[str] = mapped_column(ShortText)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(5), default="da")
    created_at: Mapped[datetime] = mapped_column(Moment)
    roles: Mapped[list[RoleRow]] = relationship(  # type: ignore[assignment]  # the mixin names its own base class
        secondary=user_role, lazy="selectin"
    )

    @property
    def actor(self) -> Actor:
        """This person as the trail names them."""
        return Actor(ActorKind.STAFF, self.id)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the roles of this moment allow; read at every request, so a change bites at once."""
        return permissions_of(role.name for role in self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether an active person with the right role asks."""
        return self.active and permission in self.permissions


class WebSession(Model):
    """The server's side of a session: sign-out, idle and absolute limits work even on a copied cookie."""

    __tablename__ = "web_session"
    __table_args__ = (one_of("kind", SessionKind), Index("ix_web_session_principal", "kind", "principal_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    principal_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Model):
    """One try at something that is throttled. `subject` is a keyed hash of an account or a network address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_subject", "purpose", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
