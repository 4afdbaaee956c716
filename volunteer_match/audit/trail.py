"""Adding to the trail and proving that nobody has touched it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from volunteer_match.foundation.database import before_commit, db

from .actions import ActorKind, AuditAction
from .models import AuditEntry, AuditHead

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: passed into every rule, so that no rule needs to know about sign-in."""

    kind: ActorKind
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
VISITOR = Actor(ActorKind.VISITOR)


class _Seal:
    """Holds the trail's key of this process."""

    key: bytes | None = None


def use_audit_key(key: str) -> None:
    """Called once by the factory."""
    _Seal.key = key.encode()


def record(
    action: AuditAction,
    *,
    by: Actor,
    now: datetime,
    subject: tuple[str, int | None],
    details: Mapping[str, Any] | None = None,
) -> None:
    """Has an entry written when the caller's transaction commits. `details`: codes and numbers only.

    The chain's end is locked as the very last thing: a transaction that took it earlier and then waited for
    an offer's lock could meet another one coming the opposite way.
    """
    entry = AuditEntry(
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        details=dict(details or {}),
    )
    before_commit(lambda: _append(entry))


def _append(entry: AuditEntry) -> None:
    head = _locked_head()
    entry.id, entry.previous_mac = head.last_id + 1, _mac_of(head.last_id)
    entry.mac = _mac(entry)
    head.last_id, head.last_mac = entry.id, _seal_of_end(entry.id, entry.mac)
    db.session.add(entry)
    db.session.flush()


def _locked_head() -> AuditHead:
    # The first migration writes the row; populate_existing sees what others added while we waited for the lock.
    return db.session.execute(
        select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def _mac_of(entry_id: int) -> str:
    return db.session.scalar(select(AuditEntry.mac).where(AuditEntry.id == entry_id)) or START


def _mac(entry: AuditEntry) -> str:
    content = [
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind.value,
        entry.actor_id,
        entry.action.value,
        entry.subject_kind,
        entry.subject_id,
        entry.details,
        entry.previous_mac,
    ]
    return _sealed(json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":")))


def _seal_of_end(last_id: int, last_mac: str) -> str:
    # Stands nowhere in the lines themselves, so that who cuts some off can't say where the new end is.
    return START if last_id == 0 else _sealed(f"end {last_id} {last_mac}")


def _sealed(text: str) -> str:
    if _Seal.key is None:
        raise RuntimeError("the audit trail has no key")
    return hmac.new(_Seal.key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Broken:
    """Where the chain no longer holds."""

    entry_id: int
    reason: str


def verify_trail() -> Broken | None:
    """Walks the whole chain; None when every entry is as it was written and the end is where it should be."""
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    with closing(db.session.scalars(query)) as entries:
        return _first_break(entries)


def _first_break(entries: Iterable[AuditEntry]) -> Broken | None:
    previous, expected_id = START, 1
    for entry in entries:
        if entry.id != expected_id:
            return Broken(expected_id, "missing")
        if entry.previous_mac != previous or not hmac.compare_digest(_mac(entry), entry.mac):
            return Broken(entry.id, "changed")
        previous, expected_id = entry.mac, entry.id + 1
    head = db.session.execute(select(AuditHead)).scalar_one()
    end = _seal_of_end(expected_id - 1, previous)
    if head.last_id != expected_id - 1 or not hmac.compare_digest(head.last_mac, end):
        return Broken(expected_id, "missing at the end")
    return None
