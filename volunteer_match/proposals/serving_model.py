"""The model that serves: the promoted version if it is whole, else the reasoned weights."""

import hashlib
import logging
from functools import lru_cache

from sqlalchemy import select

from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import key_ring
from volunteer_match.matching.model import PairModel, prior_model
from volunteer_match.matching.model_store import Flaw, StoredModel, Unusable, unpack

from .models import MatchingModel
from .states import ModelState

log = logging.getLogger(__name__)
OPENED = 16


def serving_model() -> PairModel:
    """One object a version, so that who keeps it can tell whether another one serves now."""
    row = serving_row()
    opened = open_model(row) if row is not None else None
    return opened.model if isinstance(opened, StoredModel) else _prior()


def serving_row() -> MatchingModel | None:
    """The promoted version, whether or not it can be used."""
    statement = select(MatchingModel).where(MatchingModel.state == ModelState.SERVING)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def open_model(row: MatchingModel) -> StoredModel | Flaw:
    """What the row holds, or what is wrong with it."""
    return _open(row.version, row.artefact, model_key())


def model_key() -> bytes:
    """A key of its own, which stays when the encryption keys are renewed."""
    return hashlib.sha256(b"matching model" + key_ring().index_key).digest()


@lru_cache(maxsize=OPENED)
def _open(version: str, artefact: bytes, key: bytes) -> StoredModel | Flaw:
    try:
        return unpack(artefact, version=version, key=key)
    except Unusable as refused:
        log.error("matching model %s can't be used: %s", version, refused.flaw)  # noqa: TRY400 - no trace needed
        return refused.flaw


@lru_cache(maxsize=1)
def _prior() -> PairModel:
    return prior_model()
