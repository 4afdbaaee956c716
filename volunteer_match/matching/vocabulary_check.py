"""What is wrong with the words the engine reads by: `data/concepts.yaml`, `data/wording.yaml` and the taxonomy.

An error makes the engine read something wrong, or not at all; a warning is for a person to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

from volunteer_match.matching.concepts import NEED
from volunteer_match.matching.lexicon import ELLIPSIS
from volunteer_match.matching.wording import WORD, fold, small_words
from volunteer_match.vocabulary.sensitive_text import leak_words
from volunteer_match.vocabulary.taxonomy import Taxonomy

CONCEPTS, WORDING, TAXONOMY = "concepts.yaml", "wording.yaml", "taxonomy"
SEVERAL = ", "
SIDES = frozenset({"both", "need", "offer"})
LINKS = ("is_a", "calls", "needs", "against")
SPOKEN = ("da", "en", "need_da")
TYPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "side", "heard_in"), str),
    **dict.fromkeys(SPOKEN, list),
    **dict.fromkeys((*LINKS, "label"), dict),
    **dict.fromkeys(("quality", "situation"), bool),
    "weight": (int, float),
}
LISTS = (
    *("danish", "english", "stop", "clause", "contrast", "negators", "lacking", "liking", "aversion"),
    *("fear", "fear_of", "relatives", "determiners", "relative_pronouns", "the_child"),
)


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Slip(StrEnum):
    """What sort of thing is wrong."""

    SHAPE = "shape"
    TWICE_THERE = "twice_there"
    NO_LABEL = "no_label"
    NO_DANISH = "no_danish"
    NO_ENGLISH = "no_english"
    DANGLING = "dangling"
    CYCLE = "cycle"
    NEVER_MET = "never_met"
    NEVER_CALLED_FOR = "never_called_for"
    NO_WORD = "no_word"
    SMALL_WORD = "small_word"
    MEANS_APART = "means_apart"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Finding:
    """`entry`: the id, list or code it stands at, or several ids. `about`: the wording or id that is wrong there."""

    level: Level
    slip: Slip
    file: str
    entry: str
    message: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.file}: {self.entry}: {self.message}"

    @property
    def concepts(self) -> tuple[str, ...]:
        """The ids of the concepts it stands at, as `ConceptBook` knows them."""
        prefix = NEED if self.file == TAXONOMY else ""
        return tuple(prefix + id_ for id_ in self.entry.split(SEVERAL))


def check_vocabulary(*, concepts: Any, wording: Any, taxonomy: Taxonomy) -> list[Finding]:
    """Errors first. Data of the wrong shape is told of alone, for nothing else can be said of it."""
    shape = [*_shape_of_concepts(concepts), *_shape_of_wording(wording)]
    if shape:
        return shape
    entries: list[Mapping[str, Any]] = concepts["concepts"]
    found = [
        *_duplicate_ids(entries),
        *_missing_language(entries, taxonomy),
        *_dangling(entries, taxonomy),
        *_cycles(entries),
        *_never_met(entries, taxonomy),
        *_never_found(entries),
        *_small_alone(entries),
        *_means_apart(entries, taxonomy),
        *_leaks(taxonomy),
    ]
    return sorted(found, key=lambda finding: finding.level is not Level.ERROR)


def _misshapen(entry: str, message: str, file: str = CONCEPTS) -> Finding:
    return Finding(Level.ERROR, Slip.SHAPE, file, entry, message)


def _error(slip: Slip, entry: str, message: str, *, about: str = "", file: str = CONCEPTS) -> Finding:
    return Finding(Level.ERROR, slip, file, entry, message, about)


def _warning(slip: Slip, entry: str, message: str, *, about: str = "") -> Finding:
    return Finding(Level.WARNING, slip, CONCEPTS, entry, message, about)


def _shape_of_concepts(data: Any) -> Iterator[Finding]:
    if not isinstance(data, dict) or set(data) != {"too_vague", "concepts"}:
        yield _misshapen("(file)", "holds too_vague and concepts, no more and no less")
        return
    if not _texts(data["too_vague"]):
        yield _misshapen("too_vague", "is not a list of texts")
    if not isinstance(data["concepts"], list):
        yield _misshapen("concepts", "is not a list")
        return
    for number, entry in enumerate(data["concepts"], start=1):
        yield from _shape_of_entry(entry, number)


def _shape_of_entry(entry: Any, number: int) -> Iterator[Finding]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        yield _misshapen(f"concept no. {number}", "has no id")
        return
    for key, value in entry.items():
        if key not in TYPES:
            yield _misshapen(entry["id"], f"unknown key {key}")
        elif not _right_type(key, value):
            yield _misshapen(entry["id"], f"{key} is of the wrong type")


def _right_type(key: str, value: Any) -> bool:
    """YAML reads `no` and `on` as truth values and 12 as a number: as words they need quotes."""
    if key in SPOKEN:
        return _texts(value)
    if key in ("side", "heard_in"):
        return value in SIDES
    if key == "label":
        return isinstance(value, dict) and _texts([*value, *value.values()])
    if key in LINKS:
        return isinstance(value, dict) and _texts(list(value)) and all(map(_weight, value.values()))
    return _weight(value) if key == "weight" else isinstance(value, TYPES[key])


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)


def _weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _shape_of_wording(data: Any) -> Iterator[Finding]:
    if not isinstance(data, dict):
        yield _misshapen("(file)", "is not a mapping", WORDING)
        return
    for key in data.keys() - {*LISTS, "irregular"}:
        yield _misshapen(str(key), "unknown key", WORDING)
    for name in LISTS:
        if not _texts(data.get(name)):
            yield _misshapen(name, "is not a list of texts", WORDING)
    forms = data.get("irregular")
    if not isinstance(forms, dict) or not _texts([*forms, *forms.values()]):
        yield _misshapen("irregular", "is not a mapping from text to text", WORDING)


def _duplicate_ids(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for id_, times in Counter(entry["id"] for entry in entries).items():
        if times > 1:
            yield _error(Slip.TWICE_THERE, id_, f"stands here {times} times: the last one would win")


def _missing_language(entries: Iterable[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    known = _of_taxonomy(taxonomy)
    for entry in entries:
        if entry["id"] not in known and set(entry.get("label", ())) != {"da", "en"}:
            yield _error(Slip.NO_LABEL, entry["id"], "needs a label in da and en: the taxonomy has none for it")
        if not entry.get("da") and not entry.get("need_da"):
            yield _error(Slip.NO_DANISH, entry["id"], "has no wording in Danish")
        if not entry.get("en"):
            yield _warning(Slip.NO_ENGLISH, entry["id"], "has no wording in English")


def _of_taxonomy(taxonomy: Taxonomy) -> set[str]:
    return {*taxonomy.offers, *(NEED + code for code in taxonomy.needs)}


def _dangling(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    known = _of_taxonomy(taxonomy) | {entry["id"] for entry in entries}
    for entry in entries:
        for link in LINKS:
            ids = (NEED + code if link == "needs" else code for code in entry.get(link, ()))
            yield from (
                _error(Slip.DANGLING, entry["id"], f"{link} names {id_}, which is not there", about=id_)
                for id_ in ids
                if id_ not in known
            )
    for code, need in taxonomy.needs.items():
        for kind in {*need.core, *need.also} - known:
            yield _error(Slip.DANGLING, code, f"calls for {kind}, which is not there", about=kind, file=TAXONOMY)


def _cycles(entries: list[Mapping[str, Any]]) -> Iterator[Finding]:
    broader = {entry["id"]: set(entry.get("is_a", ())) for entry in entries}
    for id_, first in broader.items():
        if id_ in _closed(first, broader):
            yield _error(Slip.CYCLE, id_, "is one of itself, by way of is_a")


def _never_met(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    """What no text and no link leads to, and what the taxonomy offers that nothing leads a need to."""
    led_to = {id_ for entry in entries for link in LINKS for id_ in entry.get(link, ())}
    led_to |= {kind for need in taxonomy.needs.values() for kind in (*need.core, *need.also)}
    spoken = {entry["id"] for entry in entries if any(entry.get(key) for key in SPOKEN)}
    for entry in entries:
        if entry["id"] not in spoken | led_to | _of_taxonomy(taxonomy):
            yield _error(Slip.NEVER_MET, entry["id"], "is never met: it has no wording and nothing points to it")
    links = {entry["id"]: {*entry.get("is_a", ()), *entry.get("calls", ())} for entry in entries}
    for kind in taxonomy.offers:
        if kind not in led_to and not links.get(kind):
            message = "no need calls for this kind of offer, and it is one of nothing broader"
            yield _warning(Slip.NEVER_CALLED_FOR, kind, message)


def _never_found(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """A wording, or one word of it, that no text can fill: *67 år* among them, for numbers alone are no words."""
    for entry in entries:
        for text in (text for key in SPOKEN for text in entry.get(key, ())):
            slots = [slot for slot in text.split() if slot != ELLIPSIS]
            if not slots or not all(map(WORD.search, slots)):
                yield _error(Slip.NO_WORD, entry["id"], f"“{text}” holds no word, or a part that is none", about=text)


def _small_alone(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """A small word by itself is in nearly every text. In a phrase it is met only just as it stands."""
    for entry in entries:
        for key in SPOKEN:
            for text in entry.get(key, ()):
                if fold(text) in _small_in("en" if key == "en" else "da"):
                    yield _warning(Slip.SMALL_WORD, entry["id"], f"“{text}” is a small word by itself", about=text)


def _small_in(language: str) -> frozenset[str]:
    """The small words by which a text is told to be of this language: *men* is small in Danish alone."""
    return small_words()["english" if language == "en" else "danish"]


def _means_apart(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    """One wording on one side for concepts that have nothing to do with each other.

    Where one of them leads to the other, or both to a third, a wording is shared on purpose.
    """
    led_to = _led_to(entries, taxonomy)
    meant: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for entry in entries:
        for key in SPOKEN:
            for heard in _heard(entry, key):
                for text in entry.get(key, ()):
                    meant[heard, key.removeprefix("need_"), fold(text)].setdefault(entry["id"], text)
    told: dict[tuple[tuple[str, ...], str], str] = {}
    for (side, _, _), texts in meant.items():
        if any(led_to[one].isdisjoint(other) for one, other in _pairs(texts, led_to)):
            told.setdefault((tuple(texts), next(iter(texts.values()))), side)
    for (ids, text), side in told.items():
        message = f"“{text}” says all of these on the side of the {side}, and they have nothing to do with each other"
        yield _warning(Slip.MEANS_APART, SEVERAL.join(ids), message, about=text)


def _pairs(ids: Iterable[str], led_to: Mapping[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
    return ((one, led_to[other]) for one, other in combinations(ids, 2))


def _led_to(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Mapping[str, set[str]]:
    """Each concept with all it is one of, what it calls for or hints at, and all that those are one of."""
    broader: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for code, need in taxonomy.needs.items():
        called[NEED + code] |= {*need.core, *need.also}
    for entry in entries:
        broader[entry["id"]] |= set(entry.get("is_a", ()))
        called[entry["id"]] |= {*entry.get("calls", ()), *(NEED + code for code in entry.get("needs", ()))}
    return {id_: _closed({id_} | _closed({id_}, broader) | called[id_], broader) for id_ in [*called, *broader]}


def _closed(ids: set[str], broader: Mapping[str, set[str]]) -> set[str]:
    reached, frontier = set[str](), list(ids)
    while frontier:
        current = frontier.pop()
        if current not in reached:
            reached.add(current)
            frontier += broader.get(current, ())
    return reached


def _heard(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    side = "need" if key == "need_da" else entry.get("heard_in", entry.get("side", "both"))
    return ("need", "offer") if side == "both" else (side,)


def _leaks(taxonomy: Taxonomy) -> Iterator[Finding]:
    """What an organisation reads of a need must not tell more of the child than it has to."""
    for code, need in taxonomy.needs.items():
        for text in (need.external_wording.da, need.external_wording.en):
            for word in leak_words(text):
                message = f"the wording for organisations says “{word}”"
                yield _error(Slip.LEAK, code, message, about=word, file=TAXONOMY)
