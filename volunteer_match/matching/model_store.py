"""A learned model as signed text: weights, data sheet and seal. What is not exactly as it was sealed is not loaded.

Text rather than pickle: a flipped bit in a pickle crashes a process or silently changes what it predicts.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.model import PairModel

FORMAT = 1


class Flaw(StrEnum):
    """Why an artefact can't be used."""

    SEAL = "seal"
    FORMAT = "format"
    VERSION = "version"
    FEATURES = "features"


class Unusable(Exception):
    """The artefact is damaged, forged, or made for another engine."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class DataSheet:
    """What a model was made from. Moments as ISO text; figures as `Figures.as_json` gives them."""

    trained_at: str
    decided_from: str
    decided_to: str
    decisions: int
    needs: int
    kinds: Mapping[str, int]
    strength: float
    unseen: Mapping[str, float | None]
    serving: Mapping[str, float | None]
    serving_version: str


@dataclass(frozen=True, slots=True)
class StoredModel:
    model: PairModel
    sheet: DataSheet


def pack(model: PairModel, sheet: DataSheet, *, key: bytes) -> tuple[str, bytes]:
    """The version – its day and the hash of what it holds – and the artefact."""
    content: dict[str, Any] = {
        "format": FORMAT,
        # repr gives a float back exactly
        "weights": {key.value: repr(float(value)) for key, value in zip(FEATURES, model.coef_[0], strict=True)},
        "baseline": repr(float(model.intercept_[0])),
        "sheet": asdict(sheet),
    }
    version = _version(content, datetime.fromisoformat(sheet.trained_at))
    body = _plain({**content, "version": version})
    return version, _seal(body, key) + b"\n" + body


def unpack(artefact: bytes, *, version: str, key: bytes) -> StoredModel:
    """Raises Unusable unless every bit is as sealed, the version is the one asked for and the features ours."""
    sealed, _newline, body = artefact.partition(b"\n")
    if not hmac.compare_digest(sealed, _seal(body, key)):
        raise Unusable(Flaw.SEAL)
    content = json.loads(body)
    if content["format"] != FORMAT:
        raise Unusable(Flaw.FORMAT)
    if content["version"] != version:
        raise Unusable(Flaw.VERSION)
    if set(content["weights"]) != set(FEATURES):
        raise Unusable(Flaw.FEATURES)
    weights = {ReasonKey(name): float(value) for name, value in content["weights"].items()}
    model = PairModel.of_weights(weights, float(content["baseline"]), version=version)
    return StoredModel(model, DataSheet(**content["sheet"]))


def _version(content: Mapping[str, Any], trained_at: datetime) -> str:
    return f"learned-{trained_at:%Y-%m-%d}-{hashlib.sha256(_plain(content)).hexdigest()[:12]}"


def _seal(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).hexdigest().encode()


def _plain(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
