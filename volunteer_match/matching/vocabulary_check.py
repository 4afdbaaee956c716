"""What is wrong with the words the engine reads by: `data/concepts.yaml`, `data/wording.yaml` and the taxonomy.

An error makes the engine read something wrong, or not at all; a warning is for a person to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from volunteer_match.matching.concepts import NEED
from volunteer_match.matching.wording import WORD, fold, is_small
from volunteer_match.vocabulary.sensitive_text import leak_words
from volunteer_match.vocabulary.taxonomy import Taxonomy

CONCEPTS, WORDING, TAXONOMY = "concepts.yaml", "wording.yaml", "taxonomy"
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
    *("danish", "english", "stop", "clause", "negators", "lacking", "liking", "aversion", "fear", "fear_of"),
    *("relatives", "determiners", "relative_pronouns", "the_child"),
)


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`entry`: the id, list or code it stands at."""

    level: Level
    file: str
    entry: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.file}: {self.entry}: {self.message}"


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
        *_small_only(entries),
        *_said_twice(entries),
        *_leaks(taxonomy),
    ]
    return sorted(found, key=lambda finding: finding.level is not Level.ERROR)


def _error(entry: str, message: str, file: str = CONCEPTS) -> Finding:
    return Finding(Level.ERROR, file, entry, message)


def _warning(entry: str, message: str) -> Finding:
    return Finding(Level.WARNING, CONCEPTS, entry, message)


def _shape_of_concepts(data: Any) -> Iterator[Finding]:
    if not isinstance(data, dict) or set(data) != {"too_vague", "concepts"}:
        yield _error("(file)", "holds too_vague and concepts, no more and no less")
        return
    if not _texts(data["too_vague"]):
        yield _error("too_vague", "is not a list of texts")
    if not isinstance(data["concepts"], list):
        yield _error("concepts", "is not a list")
        return
    for number, entry in enumerate(data["concepts"], start=1):
        yield from _shape_of_entry(entry, number)


def _shape_of_entry(entry: Any, number: int) -> Iterator[Finding]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        yield _error(f"concept no. {number}", "has no id")
        return
    for key, value in entry.items():
        if key not in TYPES:
            yield _error(entry["id"], f"unknown key {key}")
        elif not _right_type(key, value):
            yield _error(entry["id"], f"{key} is of the wrong type")


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
        yield _error("(file)", "is not a mapping", WORDING)
        return
    for key in data.keys() - {*LISTS, "irregular"}:
        yield _error(str(key), "unknown key", WORDING)
    for name in LISTS:
        if not _texts(data.get(name)):
            yield _error(name, "is not a list of texts", WORDING)
    forms = data.get("irregular")
    if not isinstance(forms, dict) or not _texts([*forms, *forms.values()]):
        yield _error("irregular", "is not a mapping from text to text", WORDING)


def _duplicate_ids(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for id_, times in Counter(entry["id"] for entry in entries).items():
        if times > 1:
            yield _error(id_, f"stands here {times} times: the last one would win")


def _missing_language(entries: Iterable[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    known = _of_taxonomy(taxonomy)
    for entry in entries:
        if entry["id"] not in known and set(entry.get("label", ())) != {"da", "en"}:
            yield _error(entry["id"], "needs a label in da and en: the taxonomy has none for it")
        if not entry.get("da") and not entry.get("need_da"):
            yield _error(entry["id"], "has no wording in Danish")
        if not entry.get("en"):
            yield _warning(entry["id"], "has no wording in English")


def _of_taxonomy(taxonomy: Taxonomy) -> set[str]:
    return {*taxonomy.offers, *(NEED + code for code in taxonomy.needs)}


def _dangling(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    known = _of_taxonomy(taxonomy) | {entry["id"] for entry in entries}
    for entry in entries:
        for link in LINKS:
            ids = (NEED + code if link == "needs" else code for code in entry.get(link, ()))
            yield from (
                _error(entry["id"], f"{link} names {id_}, which is not there") for id_ in ids if id_ not in known
            )
    for code, need in taxonomy.needs.items():
        for kind in {*need.core, *need.also} - known:
            yield _error(code, f"calls for {kind}, which is not there", TAXONOMY)


def _cycles(entries: list[Mapping[str, Any]]) -> Iterator[Finding]:
    broader = {entry["id"]: tuple(entry.get("is_a", ())) for entry in entries}
    for id_, first in broader.items():
        reached: set[str] = set()
        frontier = list(first)
        while frontier:
            current = frontier.pop()
            if current not in reached:
                reached.add(current)
                frontier += broader.get(current, ())
        if id_ in reached:
            yield _error(id_, "is one of itself, by way of is_a")


def _never_met(entries: list[Mapping[str, Any]], taxonomy: Taxonomy) -> Iterator[Finding]:
    """What no text and no link leads to, and what the taxonomy offers that nothing leads a need to."""
    led_to = {id_ for entry in entries for link in LINKS for id_ in entry.get(link, ())}
    led_to |= {kind for need in taxonomy.needs.values() for kind in (*need.core, *need.also)}
    spoken = {entry["id"] for entry in entries if any(entry.get(key) for key in SPOKEN)}
    for entry in entries:
        if entry["id"] not in spoken | led_to | _of_taxonomy(taxonomy):
            yield _error(entry["id"], "is never met: it has no wording and nothing points to it")
    links = {entry["id"]: {*entry.get("is_a", ()), *entry.get("calls", ())} for entry in entries}
    for kind in taxonomy.offers:
        if kind not in led_to and not links.get(kind):
            yield _warning(kind, "no need calls for this kind of offer, and it is one of nothing broader")


def _small_only(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """A wording asked for as it stands (`=ro`) is meant."""
    for entry in entries:
        for text in (text for key in SPOKEN for text in entry.get(key, ()) if "=" not in text):
            words = WORD.findall(text)
            if not words:
                yield _error(entry["id"], f"“{text}” holds no word")
            elif all(map(is_small, words)):
                yield _warning(entry["id"], f"“{text}” is made of small words only")


def _said_twice(entries: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    said: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for entry in entries:
        for key in SPOKEN:
            for heard in _heard(entry, key):
                for text in entry.get(key, ()):
                    said[heard, key.removeprefix("need_"), fold(text)][entry["id"]] = None
    twice: dict[tuple[str, str], str] = {}
    for (side, _, text), ids in said.items():
        if len(ids) > 1:
            twice.setdefault((text, ", ".join(ids)), side)
    for (text, concepts), side in twice.items():
        yield _warning(concepts, f"“{text}” says all of these on the side of the {side}")


def _heard(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    side = "need" if key == "need_da" else entry.get("heard_in", entry.get("side", "both"))
    return ("need", "offer") if side == "both" else (side,)


def _leaks(taxonomy: Taxonomy) -> Iterator[Finding]:
    """What an organisation reads of a need must not tell more of the child than it has to."""
    for code, need in taxonomy.needs.items():
        for text in (need.external_wording.da, need.external_wording.en):
            for word in leak_words(text):
                yield _error(code, f"the wording for organisations says “{word}”", TAXONOMY)
