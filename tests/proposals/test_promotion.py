"""One version serves, promoted by a person who saw what it replaces – also when two press at once."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.databases import app_over
from tests.factories.models import candidate
from tests.factories.people import NOW, hire
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.foundation.database import db
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.model import VERSION
from volunteer_match.matching.model_store import Unusable
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import MatchingModel
from volunteer_match.proposals.promotion import SomebodyWasQuicker, back_to_prior, find_version, promote, versions
from volunteer_match.proposals.serving_model import serving_model
from volunteer_match.proposals.states import ModelState

ROUNDS = 5


@pytest.fixture
def admin(session_on_each: Session) -> User:
    return hire("Ditte", Role.ADMIN)


@pytest.fixture
def two(admin: User) -> tuple[MatchingModel, MatchingModel]:
    return candidate(ReasonKey.DISTANCE), candidate(ReasonKey.TIMES)


def _promotions() -> int:
    db.session.commit()
    promoted = AuditEntry.action == AuditAction.MODEL_PROMOTED
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(promoted)) or 0


def test_one_takes_the_place_of_the_other(two: tuple[MatchingModel, MatchingModel], admin: User) -> None:
    one, other = two
    promote(one, instead_of=VERSION, reason="Bedre tal", by=admin, now=NOW)
    promote(other, instead_of=one.version, reason="Endnu bedre", by=admin, now=NOW)
    assert (one.state, other.state) == (ModelState.RETIRED, ModelState.SERVING)
    assert (other.change_reason, other.changed_by_id, other.changed_at) == ("Endnu bedre", admin.id, NOW)
    assert serving_model().version == other.version
    assert list(versions()) == [other, one]


def test_an_earlier_version_may_come_back(two: tuple[MatchingModel, MatchingModel], admin: User) -> None:
    one, other = two
    promote(one, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    promote(other, instead_of=one.version, reason="Bedre", by=admin, now=NOW)
    promote(one, instead_of=other.version, reason="Alligevel", by=admin, now=NOW)
    assert serving_model().version == one.version


def test_pressed_twice_is_pressed_once(two: tuple[MatchingModel, MatchingModel], admin: User) -> None:
    for _ in range(2):
        promote(two[0], instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    assert _promotions() == 1
    for _ in range(2):
        back_to_prior(instead_of=two[0].version, reason="Fortrudt", by=admin, now=NOW)
    assert serving_model().version == VERSION


def test_who_saw_another_version_serve_is_told(two: tuple[MatchingModel, MatchingModel], admin: User) -> None:
    one, other = two
    promote(one, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    with pytest.raises(SomebodyWasQuicker):
        promote(other, instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    with pytest.raises(SomebodyWasQuicker):
        back_to_prior(instead_of=other.version, reason="Nej", by=admin, now=NOW)
    assert serving_model().version == one.version


def test_a_broken_version_is_not_promoted(two: tuple[MatchingModel, MatchingModel], admin: User) -> None:
    two[0].artefact = two[0].artefact[:-1]
    with pytest.raises(Unusable):
        promote(two[0], instead_of=VERSION, reason="Bedre", by=admin, now=NOW)
    assert serving_model().version == VERSION


def test_the_database_itself_lets_only_one_serve(two: tuple[MatchingModel, MatchingModel]) -> None:
    for row in two:
        row.state = ModelState.SERVING
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.slow
def test_of_two_admins_at_once_one_succeeds(
    two: tuple[MatchingModel, MatchingModel], admin: User, database_url: str
) -> None:
    keys, admin_id = [row.id for row in two], admin.id
    db.session.commit()
    for _ in range(ROUNDS):
        told: list[str] = []
        barrier = Barrier(2)

        def press(key: int, barrier: Barrier = barrier, told: list[str] = told) -> None:
            with app_over(database_url).app_context():
                row, by = find_version(key), db.session.get_one(User, admin_id)
                assert row is not None
                db.session.rollback()
                barrier.wait()
                try:
                    promote(row, instead_of=VERSION, reason="Bedre", by=by, now=NOW)
                    db.session.commit()
                    told.append("promoted")
                except SomebodyWasQuicker:
                    told.append("too late")
                finally:
                    db.session.remove()
                    db.engine.dispose()

        db.session.rollback()
        presses = [Thread(target=press, args=(key,)) for key in keys]
        for thread in presses:
            thread.start()
        for thread in presses:
            thread.join()
        assert sorted(told) == ["promoted", "too late"]
        version = serving_model().version
        back_to_prior(instead_of=version, reason="Igen", by=db.session.get_one(User, admin_id), now=NOW)
        db.session.commit()
