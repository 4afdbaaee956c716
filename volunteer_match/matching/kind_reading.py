"""Which kinds of help a text points to, learned from example texts of both sides.

`data/examples.jsonl` holds what caseworkers might write of a child and what volunteers might write of an offer, each
with the kinds it is about. A ridge regression of both sides learns how strongly words, by their letters and by their
stems, and the concepts of the concept file speak for a kind. Where the concept file knows no wording, words that are
like those of the examples still lead somewhere. It is linear in the words: what led there can be told.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array, vstack

from volunteer_match.matching.concepts import Evidence, NeedReading, concept_book
from volunteer_match.matching.lexical import NO_STEM, Weighing, WordTable, stem_of, times_said, words_of
from volunteer_match.matching.offer_reading import Entries, Runs, concept_numbers, kind_ids, kind_numbers
from volunteer_match.matching.whole_folder import written_whole

# What each part of a text counts in its likeness to another, and how far the regression is held back.
BY_LETTERS, BY_STEM, BY_CONCEPT = 0.5, 0.5, 0.75
ALPHA = 2.0
# How far an example of the other side counts as one of the same.
AKIN = 0.8
# Lines of the likeness of examples that are worked out at once.
BATCH = 1_000
# How surely an example of each grade asks for a kind.
GRADE_MEANS: Mapping[int, float] = {2: 1.0, 1: 0.5}
# Points below this are noise; the sum of what is left in a text that points nowhere is held down by `UNSURE`.
LEAST = 0.05
UNSURE = 0.2
SHORTEST = 1e-9
# Where fewer of a text's words than the first are met in any example, nothing learned or listed is trusted; from the
# second on, all of it. What caseworkers write lies above, what the engine was not made for (computing, recipes) below.
STRANGE, AT_HOME = 0.5, 0.8
# Of the words that speak for a kind: how many are named, and how much beside the strongest they must say.
MOST_WORDS, SPEAKS_FOR = 4, 0.4
# A word speaks by its letters and by its stem.
LINES_OF_WORD = 2
SQUARES_OF_CONCEPT = np.array([[0.0, 0.0, 1.0]])
# Words of needs whose points are kept in memory: some 20 MB.
MOST_KEPT = 10_000
BUILT = Path(__file__).parent / "built"
CONTENTS = "contents.json"
LAYOUT = "2"

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
    """Reads texts of both sides. `fit` takes half a minute for ten thousand examples, and room for each beside each."""

    def __init__(self, weighing: Weighing, points: Mapping[Side, _Points]) -> None:
        self.weighing = weighing
        self._points = points
        self._of_words: dict[str, _SpokenWord] = {}

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
        return cls(weighing, _learned(known, weighing, alpha))

    def points(self, told: Told, side: Side) -> Callable[[slice], Floats]:
        """A function that says what speaks for each kind in some of the texts; it may be asked by several threads."""
        points, parts = self._points[side], _parts_of_words(told.vocabulary, self.weighing)
        of_words = (np.asarray(parts[0] @ points.letters), np.asarray(parts[1] @ points.stems))
        own = [part.power(2).sum(axis=1) for part in parts]

        def of_rows(rows: slice) -> Floats:
            words = _matrix(told.words, rows, len(told.vocabulary))
            about = _matrix(told.concepts, rows, len(concept_numbers()))
            spoken = np.asarray(_over(about, _lengths_of(about, np.ones(about.shape[1]))) @ points.concepts)
            for by_word, length in zip(of_words, own, strict=True):
                spoken += np.asarray(words @ by_word) / np.maximum(_lengths_of(words, length), SHORTEST)[:, np.newaxis]
            return spoken

        return of_rows

    def at_home(self, words: Iterable[str], understood: Collection[str] = ()) -> float:
        """How far a text speaks of what the examples speak of, 0 to 1, by the share of its telling words they know.

        `understood`: words, in lower case, that are known whether an example has them or not.
        """
        known = [word in understood or stem in self.weighing.stem_ids for word in words if (stem := stem_of(word))]
        share = sum(known) / len(known) if known else 1.0
        return min(max((share - STRANGE) / (AT_HOME - STRANGE), 0.0), 1.0)

    def of_need(self, words: Mapping[str, float], concepts: Mapping[str, Evidence]) -> "KindsOfNeed":
        """What a need points to, given its words in lower case with what they count, and its concepts."""
        spoken = [self._of_word(word) for word in words]
        numbers = [concept_numbers()[concept] for concept in concepts]
        said = np.concatenate([*(word.points for word in spoken), self._points[Side.NEED].concepts[numbers]])
        squares = np.concatenate([*(word.squares for word in spoken), np.tile(SQUARES_OF_CONCEPT, (len(concepts), 1))])
        sure = [evidence.strength for evidence in concepts.values()]
        counts = np.array([*(times for times in words.values() for _ in range(LINES_OF_WORD)), *sure])[:, np.newaxis]
        heard_in = [frozenset(word.lower() for word in evidence.words) for evidence in concepts.values()]
        return KindsOfNeed(tuple(words), tuple(heard_in), said * counts, squares * counts**2)

    def _of_word(self, word: str) -> "_SpokenWord":
        """Worked out once: most needs are made of the same words."""
        found = self._of_words.get(word)
        if found is None:
            if len(self._of_words) >= MOST_KEPT:
                self._of_words.clear()
            found = self._of_words[word] = self._spoken(word)
        return found

    def _spoken(self, word: str) -> "_SpokenWord":
        points, squares = np.empty((LINES_OF_WORD, len(kind_ids()))), np.zeros((LINES_OF_WORD, LINES_OF_WORD + 1))
        learned = (self._points[Side.NEED].letters, self._points[Side.NEED].stems)
        for line, (parts, weight, by_part) in enumerate(
            zip(self.weighing.parts_of(word), self.weighing.weights, learned, strict=True)
        ):
            counted = parts.counts * np.sqrt(weight[parts.numbers])
            points[line] = counted @ by_part[parts.numbers]
            squares[line, line] = counted @ counted
        return _SpokenWord(points, squares)


class _SpokenWord(NamedTuple):
    """A word's lines of `KindsOfNeed` where it counts once."""

    points: Floats
    squares: Floats


@dataclass(frozen=True)
class KindsOfNeed:
    """What one need points to.

    `said`: how strongly each kind is spoken for; two lines a word, by its letters and by its stem, then one a concept.
    `squares`: the squared length of each line, in the column for letters, stems or concepts.
    `heard_in`: the words each concept was heard in; none where somebody picked it.
    """

    words: tuple[str, ...]
    heard_in: tuple[frozenset[str], ...]
    said: Floats
    squares: Floats

    @cached_property
    def whole(self) -> Floats:
        """How strongly the need points to each kind."""
        return self._of_lines(np.ones((1, len(self.said)))).ravel()

    def telling(self, gains: Floats, allowed: Collection[str]) -> list[tuple[str, ...]]:
        """For each line of what pointing to each kind gains: the words without which less is gained.

        Only allowed words, the most telling first. Each is missed by itself, and all together they are missed too.
        """
        candidates = sorted((word, at) for at, word in enumerate(self.words) if word in allowed)
        if not candidates:
            return [()] * len(gains)
        places = np.array([at for _, at in candidates])
        whole = gains @ self.whole
        losses = whole - self._without(np.eye(len(self.words))[places]) @ gains.T
        # Of equal losses the alphabet decides.
        order = np.argsort(-losses, axis=0, kind="stable")[:MOST_WORDS]
        most = np.take_along_axis(losses, order, axis=0)
        named = np.count_nonzero((most >= SPEAKS_FOR * most[0]) & (most[0] > 0.0), axis=0)
        chosen = self._missed_together(places[order.T], named, gains, whole)
        return [tuple(self.words[at] for at in line) for line in chosen]

    def _missed_together(
        self, places: NDArray[np.int64], named: NDArray[np.int64], gains: Floats, whole: Floats
    ) -> list[list[int]]:
        """The first `named` words of each line, or fewer: each by itself may tell, and all of them together may not."""
        while True:
            chosen = [line[:number] for line, number in zip(places.tolist(), named.tolist(), strict=True)]
            left_out = np.zeros((len(chosen), len(self.words)))
            for line, own in zip(left_out, chosen, strict=True):
                line[own] = 1.0
            apart = ((self._without(left_out) * gains).sum(axis=1) >= whole) & (named > 0)
            if not apart.any():
                return chosen
            named = named - apart

    def _without(self, left_out: Floats) -> Floats:
        """How strongly the need points to each kind without the words marked with 1, line by line."""
        heard, number = self._heard
        # Nobody tells a concept any more when all the words it was heard in are left out.
        silent = left_out @ heard >= number
        return self._of_lines(1.0 - np.concatenate([np.repeat(left_out, LINES_OF_WORD, axis=1), silent], axis=1))

    @cached_property
    def _heard(self) -> tuple[Floats, Floats]:
        """Which of the words each concept was heard in, and in how many: beyond all where it needs no word of these."""
        heard, number = np.zeros((len(self.words), len(self.heard_in))), np.full(len(self.heard_in), np.inf)
        place = {word: at for at, word in enumerate(self.words)}
        for concept, words in enumerate(self.heard_in):
            if words and words <= place.keys():
                heard[[place[word] for word in words], concept] = 1.0
                number[concept] = len(words)
        return heard, number

    def _of_lines(self, kept: Floats) -> Floats:
        """How strongly the need points to each kind by the lines marked with 1."""
        lengths = np.sqrt(np.maximum(kept @ self.squares, SHORTEST))
        return shortened((kept / lengths[:, self._part]) @ self.said)

    @cached_property
    def _part(self) -> NDArray[np.int64]:
        """Whether each line is one of letters, of a stem or of a concept: its column of `squares`."""
        return np.asarray(self.squares.argmax(axis=1))


def _lengths_of(rows: csr_array, own: Floats) -> Floats:
    """Lengths taken entry by entry, as if the words of a text shared nothing: it is the same for all examples."""
    return np.asarray(np.sqrt(rows.power(2) @ own))


@cache
def kind_reader() -> KindReader:
    """As learned by `make setup`; where that is missing or outdated, learned now, which takes some seconds."""
    return _opened(BUILT) or KindReader.fit(examples())


def build(folder: Path | None = None) -> None:
    """Learns from the examples and keeps what was learned, so that no process has to learn it again."""
    reader = KindReader.fit(examples())
    names = {"pieces": list(reader.weighing.piece_ids), "stems": list(reader.weighing.stem_ids)}
    contents = {"learned_from": learned_from(), **names}
    with written_whole(folder or BUILT) as building:
        for name, array in reader.arrays():
            np.save(building / f"{name}.npy", array, allow_pickle=False)
        (building / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")


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


def _learned(known: Sequence[Example], weighing: Weighing, alpha: float) -> dict[Side, _Points]:
    """Both sides at once: what a word means on one side is a good guess at what it means on the other."""
    # Only who learns needs it, and all processes would wait for it.
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - see above

    told = {side: tell([example.text for example in known if example.side is side], side) for side in Side}
    parts = [_stacked(of_sides) for of_sides in zip(*(_parts_of(told[side], weighing) for side in Side), strict=True)]
    counts = (BY_LETTERS, BY_STEM, BY_CONCEPT)
    bounds = np.cumsum([0, *(len(told[side]) for side in Side)])
    likeness = _likeness(parts, counts, bounds)
    ordered = sorted(known, key=lambda example: list(Side).index(example.side))
    likeness.flat[:: len(likeness) + 1] += alpha
    dual = cho_solve(cho_factor(likeness.T, overwrite_a=True), _wanted(ordered))
    learned = {}
    for side, rows in zip(Side, map(slice, bounds, bounds[1:]), strict=True):
        heard = dual * AKIN
        heard[rows] = dual[rows]
        learned[side] = _Points(
            *(np.asarray(part.T @ heard) * count for part, count in zip(parts, counts, strict=True))
        )
    return learned


def _parts_of(told: Told, weighing: Weighing) -> list[csr_array]:
    """Texts by letters, by stems and by concepts, a line each, of length one by what each word and concept counts."""
    everything = slice(0, len(told))
    words = _matrix(told.words, everything, len(told.vocabulary))
    about = _matrix(told.concepts, everything, len(concept_numbers()))
    by_words = _parts_of_words(told.vocabulary, weighing)
    return [
        *(_over(words, _lengths_of(words, part.power(2).sum(axis=1))) @ part for part in by_words),
        _over(about, _lengths_of(about, np.ones(about.shape[1]))),
    ]


def _stacked(of_sides: Sequence[csr_array]) -> csr_array:
    return csr_array(vstack(of_sides, format="csr", dtype=np.float32))


def _likeness(parts: Sequence[csr_array], counts: Sequence[float], bounds: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of every example to every other; those of the other side count less."""
    number = parts[0].shape[0]
    likeness = np.zeros((number, number), dtype=np.float32)
    for rows in (slice(start, min(start + BATCH, number)) for start in range(0, number, BATCH)):
        for part, count in zip(parts, counts, strict=True):
            likeness[rows] += (part[rows] @ part.T).toarray() * np.float32(count)
    middle = bounds[1]
    likeness[:middle, middle:] *= AKIN
    likeness[middle:, :middle] *= AKIN
    return likeness


def _wanted(known: Sequence[Example]) -> NDArray[np.float32]:
    """As short as the likeness, lest that is made longer: it is 350 MB as it is."""
    wanted = np.zeros((len(known), len(kind_ids())), dtype=np.float32)
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
    build(Path(sys.argv[1]) if sys.argv[1:] else None)
