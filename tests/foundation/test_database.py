"""A savepoint gives back what a refused rule did, and nothing else."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from volunteer_match.foundation.database import attempt, before_commit


class Refused(Exception):
    """What a rule says no with."""


def test_a_refusal_keeps_the_steps_that_waited_before_it(session: Session) -> None:
    done: list[str] = []
    before_commit(lambda: done.append("before"))

    with pytest.raises(Refused), attempt():
        _refuse(done)
    before_commit(lambda: done.append("after"))
    session.commit()

    assert done == ["before", "after"]


def _refuse(done: list[str]) -> None:
    before_commit(lambda: done.append("within"))
    raise Refused


def test_a_rollback_forgets_every_step(session: Session) -> None:
    done: list[str] = []
    session.execute(select(func.now()))
    before_commit(lambda: done.append("before"))

    session.rollback()
    session.commit()

    assert done == []
