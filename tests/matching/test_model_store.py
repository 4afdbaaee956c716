"""A stored model comes back exactly as it was, or not at all."""

import hashlib
import hmac
import json
from typing import Any

import numpy as np
import pytest

from tests.matching.lessons import lessons_about
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.learning import teach
from volunteer_match.matching.model_store import DataSheet, Flaw, Unusable, pack, unpack

KEY = b"k" * 32
SHEET = DataSheet(
    trained_at="2026-11-20T10:00:00+00:00",
    decided_from="2026-01-02T10:00:00+00:00",
    decided_to="2026-11-19T10:00:00+00:00",
    decisions=120,
    needs=30,
    kinds={"chosen": 120},
    strength=1.0,
    unseen={"auc": 0.8},
    serving={"auc": 0.7},
    serving_version="prior-1",
)
MODEL = teach(lessons_about(ReasonKey.DISTANCE))
VERSION, ARTEFACT = pack(MODEL, SHEET, key=KEY)


def _flaw(artefact: bytes, *, version: str = VERSION, key: bytes = KEY) -> Flaw:
    with pytest.raises(Unusable) as refused:
        unpack(artefact, version=version, key=key)
    return refused.value.flaw


def _sealed(**changes: Any) -> bytes:
    """Another content, well sealed."""
    content = {**json.loads(ARTEFACT.split(b"\n", 1)[1]), **changes}
    body = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(KEY, body, hashlib.sha256).hexdigest().encode() + b"\n" + body


def test_every_weight_comes_back_to_the_last_bit() -> None:
    stored = unpack(ARTEFACT, version=VERSION, key=KEY)
    np.testing.assert_array_equal(stored.model.coef_, MODEL.coef_)
    assert stored.model.intercept_ == MODEL.intercept_
    assert stored.model.version == VERSION
    assert stored.sheet == SHEET


def test_the_version_is_the_day_and_what_is_inside() -> None:
    assert VERSION.startswith("learned-2026-11-20-")
    assert pack(MODEL, SHEET, key=KEY)[0] == VERSION
    assert pack(teach(lessons_about(ReasonKey.TIMES)), SHEET, key=KEY)[0] != VERSION


def test_every_single_flipped_bit_is_found() -> None:
    for bit in range(8 * len(ARTEFACT)):
        broken = bytearray(ARTEFACT)
        broken[bit // 8] ^= 1 << bit % 8
        assert _flaw(bytes(broken)) is Flaw.SEAL


@pytest.mark.parametrize("length", [0, 1, 64, 65, len(ARTEFACT) - 1])
def test_a_truncated_artefact_is_refused(length: int) -> None:
    assert _flaw(ARTEFACT[:length]) is Flaw.SEAL


def test_another_key_and_another_version_are_refused() -> None:
    assert _flaw(ARTEFACT, key=b"x" * 32) is Flaw.SEAL
    assert _flaw(ARTEFACT, version="learned-2026-11-21-000000000000") is Flaw.VERSION


def test_a_model_of_another_release_is_refused() -> None:
    weights = json.loads(ARTEFACT.split(b"\n", 1)[1])["weights"]
    assert unpack(_sealed(), version=VERSION, key=KEY).model.version == VERSION
    assert _flaw(_sealed(format=2)) is Flaw.FORMAT
    assert _flaw(_sealed(weights={**weights, "shoe_size": "1.0"})) is Flaw.FEATURES
    assert _flaw(_sealed(weights={k: w for k, w in weights.items() if k != "distance"})) is Flaw.FEATURES
