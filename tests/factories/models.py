"""Learned versions of the matching model, as rows."""

from datetime import datetime
from functools import cache

from tests.factories.people import NOW
from tests.matching.lessons import lessons_about
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.learning import Figures, Lessons, measure, measure_unseen, teach
from volunteer_match.matching.model import PairModel, prior_model
from volunteer_match.matching.model_store import DataSheet, pack
from volunteer_match.proposals.decisions import Decisions
from volunteer_match.proposals.models import MatchingModel
from volunteer_match.proposals.serving_model import model_key
from volunteer_match.proposals.training import Training, store_candidate


@cache
def _taught(about: ReasonKey) -> tuple[Lessons, PairModel, Figures]:
    lessons = lessons_about(about)
    return lessons, teach(lessons), measure_unseen(lessons)


def candidate(about: ReasonKey = ReasonKey.DISTANCE, *, now: datetime = NOW) -> MatchingModel:
    """A version taught by people to whom one thing matters most."""
    lessons, model, unseen = _taught(about)
    prior = prior_model()
    serving = measure(lessons, lambda _need: prior)
    sheet = DataSheet(
        trained_at=now.isoformat(),
        decided_from=now.isoformat(),
        decided_to=now.isoformat(),
        decisions=lessons.decisions,
        needs=len(lessons.needs),
        kinds={"lasted": 80, "ended_early": 40},
        strength=1.0,
        unseen=unseen.as_json(),
        serving=serving.as_json(),
        serving_version=prior.version,
    )
    version, artefact = pack(model, sheet, key=model_key())
    decisions = Decisions(lessons, sheet.kinds, now, now)
    trained = Training(model, prior, unseen, serving, decisions, version, artefact)
    return store_candidate(trained, by=SYSTEM, now=now)
