"""How the made-up offers and needs of the benchmark are worded.

Each kind's and each need's wordings are dealt out to two sides that share none, so that an offer and the need it
answers rarely use the same word – as in real cases. The wordings are the project's own vocabulary, which the engine
has read too: what is measured here is speed at a quality that can be compared, not how good the engine is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from volunteer_match.matching.wording import read_data
from volunteer_match.vocabulary.taxonomy import PROFESSIONAL_GROUP, taxonomy

_MARKS = re.compile(r"[*=]")
FEWEST = 2

TITLES = MappingProxyType(
    {
        "da": (
            "{first}",
            "{first} i {town}",
            "Kom til {first}",
            "{first} – der er plads",
            "{first} for {low}-{high} år",
            "Prøv {first} hos os",
            "{first} og {second}",
            "{day}shold: {first}",
            "Vil du med til {first}?",
            "{first} med {who}",
            "{town}: {first}",
            "Fast plads: {first}",
        ),
        "en": (
            "{first}",
            "{first} in {town}",
            "Come and try {first}",
            "{first} for ages {low}-{high}",
            "{first} and {second}",
            "Room for one more: {first}",
        ),
    }
)
OFFERED = MappingProxyType(
    {
        "da": (
            "Her handler det om {first} og {second}.",
            "Vi laver {first}, og bagefter er der {second} for dem, der vil.",
            "Det meste af tiden går med {first}; {day} er der også {second}.",
            "{who} viser, hvad {first} er, og hvordan man kommer i gang.",
            "Hos os er {first} noget, man gør sammen, og {second} hører med.",
            "I {years} år har vi haft {first} på programmet, og nu også {second}.",
            "Man behøver ikke kende noget til {first} i forvejen.",
            "Der er {first} det ene år og {second} det næste.",
            "{who} tager imod og finder {first} frem.",
            "Vi holder til i {town} og er mest kendt for {first}.",
            "Nogle kommer for {first}, andre for {second}.",
            "Jeg har selv holdt af {first}, siden jeg var {age}, og giver det gerne videre.",
            "På {street} i {town} står alt klar til {first}.",
            "Efter {years} gange kan de fleste en hel del om {first}.",
        ),
        "en": (
            "This is about {first} and {second}.",
            "{who} will show what {first} is and how to get going.",
            "We meet in {town} for {first}, and some stay for {second}.",
            "No need to know anything about {first} beforehand.",
            "For {years} years we have done {first}, and lately {second} too.",
        ),
    }
)
PRACTICAL = MappingProxyType(
    {
        "da": (
            "Vi er {people} på holdet og mødes {day} klokken {hour}.",
            "Der er højst {people} ad gangen.",
            "Man kan komme på prøve {years} gange, før man bestemmer sig.",
            "Vi ligger på {street} {number} i {town}.",
            "{who} er der altid, så der er en at spørge.",
            "Det koster {price} kroner om året, og det kan vi finde ud af.",
            "Bussen fra {town} holder lige udenfor.",
            "Begynder {day} i uge {week}.",
            "Ring gerne først; {who} tager telefonen efter klokken {hour}.",
            "Der er saft og boller i pausen.",
            "Tag tøj på, der må blive brugt.",
            "Vi holder fri i skoleferierne.",
        ),
        "en": (
            "We are {people} and meet on {day} at {hour}.",
            "You can come along {years} times before you decide.",
            "We are at {street} {number} in {town}.",
            "It costs {price} kroner a year; ask if that is a problem.",
        ),
    }
)
SITUATION = MappingProxyType(
    {
        "da": (
            "Skolen skriver: {first}.",
            "{they} er {age} år, og det, der fylder, er {first}.",
            "Det har handlet om {first} siden uge {week}.",
            "Både {who} og læreren nævner {first}.",
            "Hjemme i {town} taler man om {first} og {second}.",
            "På mødet {day} kom det frem: {first}.",
            "Det er {years} år siden, det begyndte med {first}.",
            "{who} fortæller om {first} og er i tvivl om, hvad der hjælper.",
            "Forældrene bruger selv ordene {first}.",
            "I {grade}. klasse blev det tydeligt: {first}.",
            "Pædagogen har set {first} et stykke tid, og også {second}.",
            "{they} bor ved {street} i {town}; {first}.",
        ),
        "en": (
            "The school writes: {first}.",
            "{they} is {age}, and the main thing is {first}.",
            "At the meeting on {day} we talked about {first} and {second}.",
            "It has been {years} years of {first}.",
        ),
    }
)
WISH = MappingProxyType(
    {
        "da": (
            "{they} lyser op, når talen falder på {first}.",
            "{they} har selv sagt {first}.",
            "Det eneste, {they} fortæller om af sig selv, er {first}.",
            "Mormor siger, at {first} altid har trukket, og {second} med.",
            "Kunne tænke sig {first}, gerne {day}.",
            "Da {they} var {age}, var {first} det bedste.",
            "{they} har set {first} i {town} og spurgt til det.",
            "I frikvartererne er det {first} hver gang.",
            "Hvis {they} selv skulle vælge, blev det {first} eller {second}.",
            "Læreren har lagt mærke til {first}.",
        ),
        "en": (
            "{they} lights up at the mention of {first}.",
            "What {they} asks for is {first}.",
            "Given a free choice it would be {first} or {second}.",
            "{they} saw {first} in {town} and asked about it.",
        ),
    }
)
FILLINGS: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "da": MappingProxyType(
            {
                "who": (
                    "to frivillige",
                    "en pensioneret smed",
                    "Birthe fra bestyrelsen",
                    "en ung leder",
                    "formanden",
                    "en af bedsteforældrene",
                    "vores kasserer",
                    "et ægtepar fra byen",
                    "en tidligere lærer",
                    "naboen",
                    "onklen",
                    "mor",
                    "en sygeplejerske",
                    "kordegnen",
                    "Jens Ole",
                    "en studerende",
                ),
                "day": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
                "street": (
                    "Skolegade",
                    "Algade",
                    "Møllevej",
                    "Kirkevej",
                    "Stationsvej",
                    "Havnegade",
                    "Bakken",
                    "Engvej",
                    "Søndergade",
                    "Nørregade",
                    "Parkvej",
                    "Industrivej",
                    "Lindealle",
                    "Strandvejen",
                ),
                "they": ("han", "hun", "barnet", "drengen", "pigen", "den unge"),
            }
        ),
        "en": MappingProxyType(
            {
                "who": (
                    "two volunteers",
                    "a retired smith",
                    "one of the parents",
                    "the chairman",
                    "a student",
                    "an aunt",
                ),
                "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
                "street": ("Skolegade", "Algade", "Kirkevej", "Stationsvej", "Engvej", "Parkvej"),
                "they": ("he", "she", "the child", "the boy", "the girl"),
            }
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Sides:
    """The wordings of one kind or need by language, dealt out: what offers say, what needs say."""

    offers: Mapping[str, tuple[str, ...]]
    needs: Mapping[str, tuple[str, ...]]


@cache
def kinds() -> tuple[str, ...]:
    """The kinds that volunteers offer, in the taxonomy's order."""
    return tuple(kind.id for kind in taxonomy().offers.values() if kind.group != PROFESSIONAL_GROUP)


@cache
def kind_wordings() -> Mapping[str, Sides]:
    listed = _concept_entries()
    return MappingProxyType(
        {
            kind.id: Sides(
                offers={
                    "da": _dealt((kind.label.da, *kind.synonyms_da), listed.get(kind.id), "da", 0),
                    "en": _dealt((kind.label.en, *kind.synonyms_en), listed.get(kind.id), "en", 0),
                },
                needs={
                    "da": _dealt((kind.label.da, *kind.synonyms_da), listed.get(kind.id), "da", 1),
                    "en": _dealt((kind.label.en, *kind.synonyms_en), listed.get(kind.id), "en", 1),
                },
            )
            for kind in map(taxonomy().offers.__getitem__, kinds())
        }
    )


@cache
def need_wordings() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """What is said of each need, by language. Needs are never worded on the offers' side."""
    return MappingProxyType(
        {
            need.id: {
                "da": tuple(dict.fromkeys((need.label.da, *need.synonyms_da))),
                "en": tuple(dict.fromkeys((need.label.en, *need.synonyms_en))),
            }
            for need in taxonomy().needs.values()
        }
    )


def _concept_entries() -> Mapping[str, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in read_data("concepts")["concepts"]}


def _dealt(words: Iterable[str], entry: Mapping[str, Any] | None, language: str, side: int) -> tuple[str, ...]:
    """Every other wording; the first, the label, goes to the offers. Too few to share go to both sides."""
    every = tuple(dict.fromkeys((*words, *map(_plain, (entry or {}).get(language, ())))))
    return every[side::2] if len(every) >= 2 * FEWEST else every


def _plain(wording: Any) -> str:
    """A wording of the concept file as somebody would write it: no marks, the first of alternatives."""
    parts = _MARKS.sub("", str(wording)).replace(" … ", " ").split(" ")
    return " ".join(part.split("|")[0] for part in parts)
