"""Makes candidate versions of the model from what was decided. None of them serves until an admin says so."""

from dataclasses import dataclass
from datetime import datetime

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import SYSTEM, Actor, record
from volunteer_match.foundation.conditional_moves import change_if
from volunteer_match.foundation.database import db
from volunteer_match.matching.learning import STRENGTH, Figures, TooLittle, measure, measure_unseen, teach
from volunteer_match.matching.model import PairModel
from volunteer_match.matching.model_store import DataSheet, Flaw, pack
from volunteer_match.people.models import User

from .decisions import Decisions, gather
from .models import MatchingModel
from .serving_model import model_key, open_model, serving_model, serving_row
from .states import ModelState


@dataclass(frozen=True)
class Training:
    """A taught model beside the serving one, both measured on decisions grouped by need.

    `unseen`: each need judged by a model taught by the other needs. The serving one may have seen some of them.
    """

    model: PairModel
    serving: PairModel
    unseen: Figures
    serving_figures: Figures
    decisions: Decisions
    version: str
    artefact: bytes


def train(*, now: datetime) -> Training:
    """Learns and measures, and stores nothing. Raises TooLittle."""
    decisions, serving = gather(now=now), serving_model()
    model = teach(decisions.lessons, strength=STRENGTH)
    unseen = measure_unseen(decisions.lessons, strength=STRENGTH)
    serving_figures = measure(decisions.lessons, lambda _need: serving)
    sheet = DataSheet(
        trained_at=now.isoformat(),
        decided_from=(decisions.decided_from or now).isoformat(),
        decided_to=(decisions.decided_to or now).isoformat(),
        decisions=decisions.lessons.decisions,
        needs=len(decisions.lessons.needs),
        kinds=decisions.kinds,
        strength=STRENGTH,
        unseen=unseen.as_json(),
        serving=serving_figures.as_json(),
        serving_version=serving.version,
    )
    version, artefact = pack(model, sheet, key=model_key())
    return Training(model, serving, unseen, serving_figures, decisions, version, artefact)


def store_candidate(training: Training, *, by: Actor, user: User | None = None, now: datetime) -> MatchingModel:
    """Keeps what was trained for an admin to look at."""
    row = MatchingModel(
        version=training.version,
        artefact=training.artefact,
        metrics={"unseen": training.unseen.as_json(), "serving": training.serving_figures.as_json()},
        trained_at=now,
        trained_by_id=user.id if user is not None else None,
        state=ModelState.CANDIDATE,
    )
    db.session.add(row)
    db.session.flush()
    details = {"version": row.version, "decisions": training.decisions.lessons.decisions}
    record(AuditAction.MODEL_TRAINED, by=by, now=now, subject=("matching_model", row.id), details=details)
    return row


def retrain_if_broken(*, now: datetime) -> int:
    """Where the promoted version can't be used, the prior serves and one new candidate is made. Returns how many."""
    row = serving_row()
    if row is None or row.broken_at is not None or not isinstance(open_model(row), Flaw):
        return 0
    if not change_if(row, MatchingModel.broken_at.is_(None), {"broken_at": now}):
        return 0
    try:
        store_candidate(train(now=now), by=SYSTEM, now=now)
    except TooLittle:
        return 0
    return 1
