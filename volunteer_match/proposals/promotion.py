"""An admin decides which version of the model serves. One at a time, and never by itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.matching.model import VERSION
from volunteer_match.matching.model_store import Flaw, Unusable
from volunteer_match.people.models import User

from .models import MatchingModel
from .serving_model import open_model, serving_row
from .states import ModelState

TURN = "matching_model"


class SomebodyWasQuicker(Exception):
    """Another version serves than the one on the page where this was decided."""


def versions() -> Sequence[MatchingModel]:
    """Newest first."""
    return db.session.scalars(select(MatchingModel).order_by(MatchingModel.id.desc())).all()


def find_version(model_id: int) -> MatchingModel | None:
    return db.session.get(MatchingModel, model_id)


def promote(row: MatchingModel, *, instead_of: str, reason: str, by: User, now: datetime) -> None:
    """Has it serve from the next list on; said twice is said once. `instead_of`: the version that was seen serving.

    Raises SomebodyWasQuicker, and Unusable when the artefact is not whole.
    """
    take_turns(TURN)
    serving = serving_row()
    if serving is not None and serving.id == row.id:
        return
    _as_seen(serving, instead_of)
    opened = open_model(row)
    if isinstance(opened, Flaw):
        raise Unusable(opened)
    if serving is not None:
        _change(serving, ModelState.RETIRED, reason=reason, by=by, now=now)
    _change(row, ModelState.SERVING, reason=reason, by=by, now=now)
    _trace(AuditAction.MODEL_PROMOTED, row, instead_of=instead_of, by=by, now=now)


def back_to_prior(*, instead_of: str, reason: str, by: User, now: datetime) -> None:
    """The reasoned weights serve again; said twice is said once. Raises SomebodyWasQuicker."""
    take_turns(TURN)
    serving = serving_row()
    if serving is None:
        return
    _as_seen(serving, instead_of)
    _change(serving, ModelState.RETIRED, reason=reason, by=by, now=now)
    _trace(AuditAction.MODEL_TAKEN_BACK, serving, instead_of=instead_of, by=by, now=now)


def _as_seen(serving: MatchingModel | None, seen: str) -> None:
    if (serving.version if serving is not None else VERSION) != seen:
        raise SomebodyWasQuicker


def _change(row: MatchingModel, state: ModelState, *, reason: str, by: User, now: datetime) -> None:
    row.state, row.change_reason, row.changed_by_id, row.changed_at = state, reason, by.id, now
    db.session.flush()  # in this order: two may never serve, not even for a moment


def _trace(action: AuditAction, row: MatchingModel, *, instead_of: str, by: User, now: datetime) -> None:
    details = {"version": row.version, "instead_of": instead_of}
    record(action, by=by.actor, now=now, subject=("matching_model", row.id), details=details)
