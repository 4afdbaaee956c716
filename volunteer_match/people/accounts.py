"""Staff accounts: added, given roles, closed. Never deleted, because the trail and the cases name them."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.database import db

from .models import RoleRow, User
from .permissions import Role
from .sessions import end_all_sessions
from .states import SessionKind


class EmailTaken(Exception):
    """There is an account with this address."""


def find_user(email: str) -> User | None:
    """The account with this address, whatever its letters' case."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def staff_names() -> dict[int, str]:
    """Every member of staff, also those who have left: what the trail and decisions name them by."""
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).order_by(User.name, User.id))}


def add_user(
    *, email: str, name: str, roles: Iterable[Role], password_hash: str | None, by: Actor, now: datetime
) -> User:
    """Adds a member of staff. Without a password they set one by the mailed link. Raises EmailTaken."""
    if find_user(email) is not None:
        raise EmailTaken
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        language="da",
        created_at=now,
        roles=_rows(roles),
    )
    db.session.add(user)
    db.session.flush()
    details = {"roles": sorted(role.name.value for role in user.roles)}
    record(AuditAction.USER_ADDED, by=by, now=now, subject=("user", user.id), details=details)
    return user


def close_account(*, user: User, by: Actor, now: datetime) -> None:
    """Ends every access at once; cases must be handed over by a leader."""
    user.active = False
    end_all_sessions(kind=SessionKind.STAFF, principal_id=user.id, now=now)
    record(AuditAction.USER_CHANGED, by=by, now=now, subject=("user", user.id), details={"active": False})


def _rows(roles: Iterable[Role]) -> list[RoleRow]:
    wanted = list(roles)
    rows = {row.name: row for row in db.session.scalars(select(RoleRow).where(RoleRow.name.in_(wanted)))}
    for role in wanted:
        if role not in rows:
            rows[role] = RoleRow(name=role)
    return list(rows.values())
