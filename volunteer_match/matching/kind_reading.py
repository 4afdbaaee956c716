"""Which kinds of help a text points to, learned from example texts of both sides.

`data/examples.jsonl` holds what caseworkers might write of a child and what volunteers might write of an offer, each
with the kinds it is about. A ridge regression for each side learns how strongly words, by their letters and by their
stems, and the concepts of the concept file speak for a kind. Where the concept file knows no wording, words that are
like those of the examples still lead somewhere. It is linear in the words: what led there can be told.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array
from sklearn.kernel_ridge import KernelRidge

from volunteer_match.matching.concepts import Evidence, NeedReading, concept_book
from volunteer_match.matching.lexical import NO_STEM, Weighing, WordTable, times_said, words_of
from volunteer_match.matching.offer_reading import Entries, Runs, concept_numbers, kind_ids, kind_numbers

# What each part of a text counts in its likeness to another, and how far the regression is held back.
BY_LETTERS, BY_STEM, BY_CONCEPT = 0.75, 0.25, 1.0
ALPHA = 1.0
# How surely an example of each grade asks for a kind.
GRADE_MEANS: Mapping[int, float] = {2: 1.0, 1: 0.5}
# Points below this are noise; the sum of what is left in a text that points nowhere is held down by `UNSURE`.
LEAST = 0.05
UNSURE = 0.2
BATCH = 50_000
SHORTEST = 1e-9
# Of the words that speak for a kind: how many are named, and how much beside the strongest they must say.
MOST_WORDS, SPEAKS_FOR = 4, 0.4
BUILT = Path(__file__).parent / "built"
CONTENTS = "contents.json"
LAYOUT = "1"

Floats = NDArray[np.float64]


class Side(StrEnum):
    NEED = "need"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Example:
    """`kinds`: 2 for what is just right, 1 for what would do some good."""

    side: Side
    text: str
    kinds: Mapping[str, int]


@cache
def examples() -> tuple[Example, ...]:
    lines = files("volunteer_match.matching").joinpath("data/examples.jsonl").read_text(encoding="utf-8").splitlines()
    read = (json.loads(line) for line in lines)
    return tuple(Example(Side(line["side"]), line["text"], line["kinds"]) for line in read)


@dataclass(frozen=True, slots=True)
class Told:
    """Texts as numbers: the words of each and what they count, and how surely each speaks of which concepts."""

    vocabulary: Sequence[str]
    words: Runs
    concepts: Runs

    def __len__(self) -> int:
        return len(self.words.start) - 1


@dataclass(frozen=True, slots=True)
class _Points:
    """How strongly letters, stems and concepts speak for each kind; a line each, one column a kind."""

    letters: Floats
    stems: Floats
    concepts: Floats


class KindReader:
    """Reads texts of both sides. `fit` takes a second or two for some thousand examples."""

    def __init__(self, weighing: Weighing, points: Mapping[Side, _Points]) -> None:
        self.weighing = weighing
        self._points = points

    def arrays(self) -> Iterator[tuple[str, Floats]]:
        """Everything that was learned, by name."""
        yield "piece_weight", self.weighing.piece_weight
        yield "stem_weight", self.weighing.stem_weight
        for side, points in self._points.items():
            for field in fields(_Points):
                yield f"{side}.{field.name}", getattr(points, field.name).astype(np.float32)

    @classmethod
    def fit(cls, known: Sequence[Example], *, alpha: float = ALPHA) -> "KindReader":
        said = Counter(word for example in known for word in set(words_of(example.text)))
        weighing = Weighing.fit(said, len(known))
        return cls(weighing, {side: _learned([e for e in known if e.side is side], weighing, alpha) for side in Side})

    def points(self, told: Told, side: Side) -> Iterator[Floats]:
        """What speaks for each kind in each text, batch by batch."""
        points, parts = self._points[side], _parts_of_words(told.vocabulary, self.weighing)
        of_words = (parts[0] @ points.letters, parts[1] @ points.stems)
        own = [part.power(2).sum(axis=1) for part in parts]
        for start in range(0, len(told), BATCH):
            rows = slice(start, min(start + BATCH, len(told)))
            words = _matrix(told.words, rows, len(told.vocabulary))
            about = _matrix(told.concepts, rows, len(concept_numbers()))
            spoken = _over(about, _lengths_of(about, np.ones(about.shape[1]))) @ points.concepts
            for by_word, length in zip(of_words, own, strict=True):
                spoken = spoken + _over(words, _lengths_of(words, length)) @ by_word
            yield np.asarray(spoken)

    def of_need(self, words: Mapping[str, float], concepts: Mapping[str, Evidence]) -> "KindsOfNeed":
        """What a need points to, given its words in lower case with what they count, and its concepts."""
        points = self._points[Side.NEED]
        times = np.fromiter(words.values(), dtype=np.float64, count=len(words))
        parts = zip(_parts_of_words(list(words), self.weighing), (points.letters, points.stems), strict=True)
        said, squares = [], []
        for part, by_part in parts:
            said.append(np.asarray((part @ by_part) * times[:, np.newaxis]))
            squares.append(np.asarray(part.power(2).sum(axis=1) * times**2))
        sure = np.array([evidence.strength for evidence in concepts.values()])
        numbers = [concept_numbers()[concept] for concept in concepts]
        said.append(points.concepts[numbers] * sure[:, np.newaxis])
        squares.append(sure**2)
        heard_in = [frozenset(word.lower() for word in evidence.words) for evidence in concepts.values()]
        return KindsOfNeed(tuple(words), tuple(heard_in), said, squares)


@dataclass(frozen=True, slots=True)
class KindsOfNeed:
    """What one need points to, by letters, stems and concepts: a line a word, or a concept, with its squared length.

    `heard_in`: the words each concept was heard in; none where somebody picked it.
    """

    words: tuple[str, ...]
    heard_in: tuple[frozenset[str], ...]
    said: Sequence[Floats]
    squares: Sequence[Floats]

    def without(self, left_out: Collection[str] = ()) -> Floats:
        """How strongly the need points to each kind when these of its words are left out."""
        gone = frozenset(left_out)
        words = np.array([word not in gone for word in self.words], dtype=np.bool_)
        concepts = np.array([not heard or not heard <= gone for heard in self.heard_in], dtype=np.bool_)
        points = np.zeros(len(kind_ids()))
        for kept, said, squares in zip((words, words, concepts), self.said, self.squares, strict=True):
            points += (kept @ said) / np.sqrt(max(float(kept @ squares), SHORTEST))
        return np.asarray(shortened(points[np.newaxis])[0])

    def telling(self, gain: Callable[[Floats], float], allowed: Collection[str]) -> tuple[str, ...]:
        """Of the allowed words those without which `gain` of what the need points to falls, the most telling first."""
        whole = gain(self.without())
        losses = [(whole - gain(self.without({word})), word) for word in self.words if word in allowed]
        losses.sort(key=lambda loss: (-loss[0], loss[1]))
        named = [word for loss, word in losses[:MOST_WORDS] if loss >= SPEAKS_FOR * losses[0][0] > 0.0]
        # Each by itself may tell, and all of them together may not: what is named must hold together.
        while named and gain(self.without(named)) >= whole:
            named.pop()
        return tuple(named)


def _lengths_of(rows: csr_array, own: Floats) -> Floats:
    """Lengths taken entry by entry, as if the words of a text shared nothing: it is the same for all examples."""
    return np.asarray(np.sqrt(rows.power(2) @ own))


@cache
def kind_reader() -> KindReader:
    """As learned by `make setup`; where that is missing or outdated, learned now, which takes some seconds."""
    return _opened(BUILT) or KindReader.fit(examples())


def build(folder: Path | None = None) -> None:
    """Learns from the examples and keeps what was learned, so that no process has to learn it again."""
    target = folder or BUILT
    target.mkdir(parents=True, exist_ok=True)
    reader = KindReader.fit(examples())
    for name, array in reader.arrays():
        np.save(target / f"{name}.npy", array, allow_pickle=False)
    names = {"pieces": list(reader.weighing.piece_ids), "stems": list(reader.weighing.stem_ids)}
    contents = {"learned_from": learned_from(), **names}
    (target / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")


def learned_from() -> str:
    """A fingerprint of all that the learning rests on."""
    sources = [files("volunteer_match.matching").joinpath("data"), files("volunteer_match.vocabulary").joinpath("data")]
    named = sorted((file.name, file) for source in sources for file in source.iterdir() if file.is_file())
    known = hashlib.sha256(LAYOUT.encode())
    for name, file in named:
        known.update(name.encode() + file.read_bytes())
    return known.hexdigest()


def _opened(folder: Path) -> KindReader | None:
    try:
        contents = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        if contents["learned_from"] != learned_from():
            return None

        def array(name: str) -> Floats:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

        weighing = Weighing(
            piece_ids={piece: number for number, piece in enumerate(contents["pieces"])},
            piece_weight=array("piece_weight"),
            stem_ids={stem: number for number, stem in enumerate(contents["stems"])},
            stem_weight=array("stem_weight"),
        )
        parts = [field.name for field in fields(_Points)]
        return KindReader(weighing, {side: _Points(*(array(f"{side}.{part}") for part in parts)) for side in Side})
    except (OSError, ValueError, KeyError):
        return None


def _learned(known: Sequence[Example], weighing: Weighing, alpha: float) -> _Points:
    told = tell([example.text for example in known], known[0].side)
    everything = slice(0, len(told))
    words = _matrix(told.words, everything, len(told.vocabulary))
    about = _matrix(told.concepts, everything, len(concept_numbers()))
    counts = (BY_LETTERS, BY_STEM, BY_CONCEPT)
    parts = [
        *(
            _over(words, _lengths_of(words, p.power(2).sum(axis=1))) @ p
            for p in _parts_of_words(told.vocabulary, weighing)
        ),
        _over(about, _lengths_of(about, np.ones(about.shape[1]))),
    ]
    likeness = sum((part @ part.T).toarray() * count for part, count in zip(parts, counts, strict=True))
    dual = KernelRidge(kernel="precomputed", alpha=alpha).fit(likeness, _wanted(known)).dual_coef_
    return _Points(*(np.asarray(part.T @ dual) * count for part, count in zip(parts, counts, strict=True)))


def _wanted(known: Sequence[Example]) -> Floats:
    wanted = np.zeros((len(known), len(kind_ids())))
    for row, example in enumerate(known):
        for kind, grade in example.kinds.items():
            wanted[row, kind_numbers()[kind]] = GRADE_MEANS[grade]
    return wanted


def tell(texts: Sequence[str], side: Side) -> Told:
    """Reads a few texts; many offers come read already (`offer_reading`)."""
    vocabulary: dict[str, int] = {}
    words, concepts = Entries(), Entries()
    for text in texts:
        said = Counter(words_of(text))
        words.add([vocabulary.setdefault(word, len(vocabulary)) for word in said], said.values())
        about = (
            concepts_of_need(concept_book().read_need(text))
            if side is Side.NEED
            else concept_book().read_offer("", text)
        )
        concepts.add([concept_numbers()[concept] for concept in about], about.values())
    counted = words.runs()
    return Told(
        tuple(vocabulary),
        Runs(counted.start, counted.number, times_said(counted.value).astype(np.float32)),
        concepts.runs(),
    )


def concepts_of_need(reading: NeedReading) -> dict[str, float]:
    return {concept: said.strength for concept, said in (*reading.wishes.items(), *reading.needs.items())}


def _parts_of_words(words: Sequence[str], weighing: Weighing) -> tuple[csr_array, csr_array]:
    table = WordTable.of(words, weighing)
    letters = csc_array(
        (table.piece_counts, table.piece_words, table.piece_start), shape=(len(words), len(weighing.piece_weight))
    ).tocsr()
    known = np.flatnonzero(table.stem_ids != NO_STEM)
    stems = csr_array(
        (np.ones(len(known)), (known, table.stem_ids[known])), shape=(len(words), len(weighing.stem_weight))
    )
    return letters @ diags_array(np.sqrt(weighing.piece_weight)), stems @ diags_array(np.sqrt(weighing.stem_weight))


def _matrix(runs: Runs, rows: slice, width: int) -> csr_array:
    """Some of the runs, one line each."""
    starts = runs.start[rows.start : rows.stop + 1]
    entries = slice(starts[0], starts[-1])
    shape = (len(starts) - 1, width)
    return csr_array((runs.value[entries].astype(np.float64), runs.number[entries], starts - starts[0]), shape=shape)


def _over(rows: csr_array, lengths: Floats) -> csr_array:
    return diags_array(1.0 / np.maximum(lengths, SHORTEST)) @ rows


def shortened(points: Floats) -> Floats:
    """Without the noise, and as vectors that stay short where a text points nowhere."""
    clear = np.where(points >= LEAST, points, 0.0)
    return np.asarray(clear / (np.sqrt((clear**2).sum(axis=1, keepdims=True)) + UNSURE))


if __name__ == "__main__":
    build()
