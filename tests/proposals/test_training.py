"""From stored decisions to a candidate; a broken version is replaced by a new candidate, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.factories.cases import ready_need
from tests.factories.models import candidate
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cli.matching_train import train as train_command
from volunteer_match.foundation.database import db
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import LEAST_DECISIONS, TooLittle
from volunteer_match.matching.model import PRIOR_WEIGHTS, VERSION
from volunteer_match.matching.model_store import StoredModel
from volunteer_match.people.models import User
from volunteer_match.proposals import promotion
from volunteer_match.proposals.candidates import suggest
from volunteer_match.proposals.lifecycle import reject
from volunteer_match.proposals.models import MatchingModel
from volunteer_match.proposals.serving_model import open_model, serving_model
from volunteer_match.proposals.states import ModelState, RejectReason
from volunteer_match.proposals.training import retrain_if_broken, store_candidate, train

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def decide(admin: User, anna: User) -> Callable[[int], None]:
    """The caseworker says of the best offer for so many needs that it is too far away."""
    for _ in range(3):
        approved_offer(admin, postcode="9330", radius_km=50)

    def say_too_far(number: int) -> None:
        for _ in range(number):
            need = ready_need(anna)
            listed = suggest(need=need, by=anna, now=NOW)
            offer = listed.suggestions[0].offer
            reason = RejectReason.TOO_FAR
            reject(need=need, offer=offer, reason=reason, by=anna, now=NOW, suggestion_list_id=listed.list_id)
        db.session.flush()

    return say_too_far


def _versions() -> int:
    return db.session.scalar(select(func.count()).select_from(MatchingModel)) or 0


def test_enough_decisions_make_a_candidate_that_does_not_serve(decide: Callable[[int], None]) -> None:
    decide(LEAST_DECISIONS)
    trained = train(now=NOW)
    row = store_candidate(trained, by=SYSTEM, now=NOW)
    db.session.commit()
    assert (row.state, row.version, serving_model().version) == (ModelState.CANDIDATE, trained.version, VERSION)
    opened = open_model(row)
    assert isinstance(opened, StoredModel)
    distance = FEATURES.index(ReasonKey.DISTANCE)
    assert opened.model.coef_[0][distance] > PRIOR_WEIGHTS[ReasonKey.DISTANCE]
    assert (opened.sheet.decisions, opened.sheet.needs) == (LEAST_DECISIONS, LEAST_DECISIONS)
    assert opened.sheet.kinds == {"rejected": LEAST_DECISIONS}
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject_id) == (AuditAction.MODEL_TRAINED, row.id)


def test_too_few_make_none(decide: Callable[[int], None]) -> None:
    decide(2)
    with pytest.raises(TooLittle, match="2 decisions on 2 needs"):
        train(now=NOW)


def test_the_command_says_what_it_did(decide: Callable[[int], None]) -> None:
    def run(*arguments: str) -> str:
        db.session.commit()
        done = CliRunner().invoke(train_command, arguments, obj=None)
        assert done.exit_code == 0, done.output
        return done.output

    decide(2)
    assert "Too little to learn from: 2 decisions" in run()
    decide(LEAST_DECISIONS)
    assert "Dry run: nothing is stored." in run("--dry-run")
    assert _versions() == 0
    output = run()
    assert "It serves when an admin promotes it." in output
    assert "distance" in output
    assert _versions() == 1


def test_a_promoted_version_ranks_and_names_itself(decide: Callable[[int], None], admin: User, anna: User) -> None:
    decide(1)
    row = candidate()
    promotion.promote(row, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    shown = suggest(need=ready_need(anna), by=anna, now=NOW)
    assert shown.model_version == row.version
    total = sum(reason.contribution for reason in shown.suggestions[0].reasons)
    opened = open_model(row)
    assert isinstance(opened, StoredModel)
    features = [(shown.suggestions[0].features or {})[key] for key in FEATURES]
    assert opened.model.decision_function([features])[0] == pytest.approx(total)
    promotion.back_to_prior(instead_of=row.version, reason="Fortrudt", by=admin, now=NOW)
    assert suggest(need=ready_need(anna), by=anna, now=NOW).model_version == VERSION


def test_when_the_promoted_version_breaks_the_prior_serves_and_one_new_candidate_is_made(
    decide: Callable[[int], None], admin: User
) -> None:
    decide(LEAST_DECISIONS)
    row = candidate()
    promotion.promote(row, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    assert retrain_if_broken(now=NOW) == 0
    row.artefact = row.artefact[:-1] + b"!"
    db.session.commit()
    assert serving_model().version == VERSION
    assert retrain_if_broken(now=LATER) == 1
    assert retrain_if_broken(now=LATER) == 0
    assert (row.broken_at, _versions()) == (LATER, 2)
    assert serving_model().version == VERSION


def test_with_too_little_to_learn_from_a_broken_version_is_tried_once(admin: User) -> None:
    row = candidate()
    promotion.promote(row, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    row.artefact = b""
    db.session.flush()
    assert [retrain_if_broken(now=LATER), retrain_if_broken(now=LATER)] == [0, 0]
    assert (row.broken_at, _versions()) == (LATER, 1)


def test_a_whole_artefact_under_another_version_does_not_serve(admin: User) -> None:
    row = candidate()
    promotion.promote(row, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    row.version = "learned-2026-01-01-000000000000"
    db.session.flush()
    assert serving_model().version == VERSION
