"""A ranker's packed offers in a folder: written whole or not at all, read memory-mapped, so that all processes of a
machine share one copy.

The arrays lie as `.npy` in a folder of their own for each time they were saved. `contents.json` names the one that
counts, the names that numbers stand for, and a fingerprint of the concepts: numbers of another concept file would mean
other things. It is replaced in one step when all arrays are on the disk, so whoever is killed on the way leaves the old
index as it was.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from volunteer_match.matching.lexical import Weighing, WordTable
from volunteer_match.matching.offer_reading import Runs, concept_ids, kind_ids
from volunteer_match.matching.segments import Columns, Segment, Spot
from volunteer_match.matching.whole_folder import written_whole

CONTENTS, LOCK = "contents.json", "lock"
LAYOUT = 2
PLAIN_ARRAYS = ("first", "levels", "reaching", "by_id", "concept_length", "word_lengths", "main_kind")

Opened = tuple[Segment, Weighing, np.ndarray[Any, Any]]


class UnusableIndex(ValueError):
    """The folder holds no index that this version of the engine can read."""


def save_index(folder: Path, segment: Segment, weighing: Weighing, telling: np.ndarray[Any, Any]) -> None:
    """Replaces what was there, whole: a reader sees the old or the new, also when this process is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with _saving_alone(folder):
        arrays = folder / uuid4().hex
        contents = {
            "layout": LAYOUT,
            "meanings": meanings(),
            "arrays": arrays.name,
            "spots": [[spot.lat, spot.lon] for spot in segment.spots],
            "languages": segment.languages,
            "organisation_kinds": segment.organisation_kinds,
            "pieces": list(weighing.piece_ids),
            "stems": list(weighing.stem_ids),
        }
        with written_whole(arrays) as building:
            for name, array in _arrays(segment, weighing, telling):
                np.save(building / f"{name}.npy", array, allow_pickle=False)
            (building / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
        (arrays / CONTENTS).replace(folder / CONTENTS)
        for other in folder.iterdir():
            if other.is_dir() and other != arrays:
                shutil.rmtree(other)


@contextmanager
def _saving_alone(folder: Path) -> Iterator[None]:
    """Two at a time would take each other's unfinished arrays for what a killed process left."""
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def open_index(folder: Path) -> Opened:
    """Raises UnusableIndex."""
    contents = _contents(folder)
    while True:
        try:
            return _opened(folder / contents["arrays"], contents)
        except (OSError, ValueError, KeyError) as problem:
            newer = _contents(folder)
            # Saved again meanwhile, and the arrays it named before are gone.
            if newer["arrays"] == contents["arrays"]:
                raise UnusableIndex(f"{folder}: {problem}") from None
            contents = newer


def _contents(folder: Path) -> Mapping[str, Any]:
    try:
        contents: Mapping[str, Any] = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UnusableIndex(f"{folder}: {problem}") from None
    if contents.get("layout") != LAYOUT or contents.get("meanings") != meanings():
        raise UnusableIndex(f"{folder} was made with other concepts or another version")
    return contents


def _opened(arrays: Path, contents: Mapping[str, Any]) -> Opened:
    def array(name: str) -> Any:
        # A plain array over the map: np.memmap takes ten times as long to give one number.
        return np.asarray(np.load(arrays / f"{name}.npy", mmap_mode="r", allow_pickle=False))

    segment = Segment(
        columns=Columns(**{field.name: array(f"columns.{field.name}") for field in fields(Columns)}),
        spots=tuple(Spot(lat, lon) for lat, lon in contents["spots"]),
        languages=tuple(contents["languages"]),
        organisation_kinds=tuple(contents["organisation_kinds"]),
        concepts=_runs(array, "concepts"),
        words=_runs(array, "words"),
        table=WordTable(**{field.name: array(f"table.{field.name}") for field in fields(WordTable)}),
        kinds=_runs(array, "kinds"),
        **{name: array(name) for name in PLAIN_ARRAYS},
    )
    weighing = Weighing(
        piece_ids={piece: number for number, piece in enumerate(contents["pieces"])},
        piece_weight=array("weighing.piece_weight"),
        stem_ids={stem: number for number, stem in enumerate(contents["stems"])},
        stem_weight=array("weighing.stem_weight"),
    )
    return segment, weighing, array("telling")


def meanings() -> str:
    """What the numbers of concepts and kinds stand for, in short."""
    return hashlib.sha256("\n".join((*concept_ids(), "", *kind_ids())).encode()).hexdigest()


def _runs(array: Any, name: str) -> Runs:
    return Runs(**{field.name: array(f"{name}.{field.name}") for field in fields(Runs)})


def _arrays(
    segment: Segment, weighing: Weighing, telling: np.ndarray[Any, Any]
) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    for part in ("columns", "concepts", "words", "kinds", "table"):
        holder = getattr(segment, part)
        for field in fields(holder):
            yield f"{part}.{field.name}", getattr(holder, field.name)
    for name in PLAIN_ARRAYS:
        yield name, getattr(segment, name)
    yield "weighing.piece_weight", weighing.piece_weight
    yield "weighing.stem_weight", weighing.stem_weight
    yield "telling", telling
