"""What the model looks at in a pair of need and offer, each with what it was seen by.

Never among them: names, CPR, ethnicity, religion, the child's sex, who the caseworker is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from types import MappingProxyType

from volunteer_match.matching.concepts import NEED, Evidence, concept_book, offer_concepts
from volunteer_match.matching.eligibility import kilometres
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.profiles import NeedProfile, OfferProfile
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.taxonomy import Contact, taxonomy

FEATURES = (
    ReasonKey.NEED_LINK,
    ReasonKey.SHARED_TOPIC,
    ReasonKey.SAME_FAMILY,
    ReasonKey.WORDING,
    ReasonKey.AGAINST_WISH,
    ReasonKey.COMPANY,
    ReasonKey.DISTANCE,
    ReasonKey.TIMES,
    ReasonKey.AGE,
    ReasonKey.CONTACT_FORM,
    ReasonKey.LANGUAGE,
    ReasonKey.FREE_PLACES,
    ReasonKey.FRESHNESS,
    ReasonKey.LIKE_CHOSEN,
)

# A child who loves guitar may like other music too, though less surely.
KINDRED = 0.45
# Half of the full value is reached at this much evidence; more always counts, but less and less.
HALF_WISH, HALF_LINK, HALF_FAMILY = 0.6, 0.8, 2.0
# The best answer counts in full, the next this much of it, and so on: one good reason beats many faint ones.
NEXT_COUNTS = 0.6
WORTH_NAMING = 0.5
DISTANCE_SCALE_KM = 15.0
UNKNOWN = 0.5
FRESH_DAYS = 180.0
WITH_OTHERS: Mapping[Contact | None, float] = {Contact.FAMILY_PRESENT: 0.6, Contact.GOODS: 0.2, Contact.INDIRECT: 0.0}


@dataclass(frozen=True, slots=True)
class Feature:
    value: float
    words: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    shown: str | float | None = None


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing the need tells, and how strongly each concept of an offer answers to it."""

    concept: str
    evidence: Evidence
    answers: Mapping[str, float]
    groups: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NeedClues:
    need: NeedProfile
    wishes: tuple[Clue, ...]
    needs: tuple[Clue, ...]
    aversions: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class OfferFacts:
    offer: OfferProfile
    concepts: Mapping[str, float]
    groups: Mapping[str, float]
    main_kind: str | None


def clues_of(need: NeedProfile) -> NeedClues:
    book = concept_book()
    reading = book.read_need(need.text, need.codes)
    wishes = [_clue(concept, said, _kindred(concept)) for concept, said in reading.wishes.items()]
    needs = [_clue(concept, said, book.concepts[concept].calls) for concept, said in reading.needs.items()]
    against = [_clue(c, said, {c: 1.0}) for c, said in reading.aversions.items() if not book.concepts[c].quality]
    return NeedClues(need, tuple(wishes), tuple(needs), tuple(against))


def facts_of(offer: OfferProfile) -> OfferFacts:
    concepts = offer_concepts(offer.title, offer.text, offer.kinds, offer.organisation)
    kinds = {concept: sure for concept, sure in concepts.items() if concept in taxonomy().offers}
    groups: dict[str, float] = {}
    for kind, sure in kinds.items():
        group = taxonomy().offers[kind].group
        groups[group] = max(sure, groups.get(group, 0.0))
    main = offer.kinds[0] if offer.kinds else min(kinds, key=lambda kind: (-kinds[kind], kind), default=None)
    return OfferFacts(offer, concepts, MappingProxyType(groups), main)


def rarity(all_facts: Sequence[OfferFacts]) -> Mapping[str, float]:
    """How telling it is that an offer has a concept: 1.0 when hardly any does, towards 0 when most do.

    The taxonomy's examples are counted in, so that a handful of offers doesn't decide.
    """
    examples = [offer_concepts("", kind.example.da, (kind.id,), "") for kind in taxonomy().offers.values()]
    common: dict[str, float] = defaultdict(float)
    for concepts in (*examples, *(facts.concepts for facts in all_facts)):
        for concept, sure in concepts.items():
            common[concept] += sure
    number = len(examples) + len(all_facts)
    return {concept: log((number + 1) / (having + 1)) / log(number + 1) for concept, having in common.items()}


def pair_features(
    clues: NeedClues,
    facts: OfferFacts,
    *,
    telling: Mapping[str, float],
    likeness: float,
    chosen: float,
    today: date | None,
) -> tuple[Feature, ...]:
    """In the order of `FEATURES`; `telling`: the `rarity` of concepts, `chosen`: the likeness to offers pointed at."""
    need, offer = clues.need, facts.offer
    return (
        _answered(clues.needs, facts.concepts, telling, half=HALF_LINK),
        _answered(clues.wishes, facts.concepts, telling, half=HALF_WISH),
        _same_family((*clues.wishes, *clues.needs), facts.groups),
        Feature(likeness),
        _against(clues.aversions, facts.concepts),
        _company(facts.main_kind),
        _distance(need, offer),
        _times(need, offer),
        _age(need, offer),
        _contact_form(need, offer),
        _language(need, offer),
        Feature(1.0 - 1.0 / (1.0 + offer.free_places), shown=float(offer.free_places)),
        _freshness(offer, today),
        Feature(chosen),
    )


def concept_cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How alike two offers are in what they are about, 0 to 1."""
    shared = sum(sure * other[concept] for concept, sure in one.items() if concept in other)
    lengths = sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
    return shared / lengths if lengths else 0.0


def _kindred(concept: str) -> dict[str, float]:
    """The concept itself, and less surely what it is one of."""
    broader = concept_book().broader(concept)
    return {other: 1.0 if other == concept else KINDRED * sure for other, sure in broader.items()}


def _clue(concept: str, evidence: Evidence, answers: Mapping[str, float]) -> Clue:
    concepts, kinds = concept_book().concepts, taxonomy().offers
    groups: dict[str, float] = {}
    for kind, sure in answers.items():
        if kind in kinds:
            groups[kinds[kind].group] = max(sure, groups.get(kinds[kind].group, 0.0))
    weighed = {answer: sure * concepts[answer].weight for answer, sure in answers.items()}
    return Clue(concept, evidence, weighed, groups)


def _answered(
    clues: Iterable[Clue], concepts: Mapping[str, float], telling: Mapping[str, float], *, half: float
) -> Feature:
    """How much of what the need tells this offer answers to."""
    met = []
    for clue in clues:
        answer = max(
            (weight * concepts[c] * telling.get(c, 1.0) for c, weight in clue.answers.items() if c in concepts),
            default=0.0,
        )
        if answer > 0.0:
            met.append((answer * clue.evidence.strength, clue))
    met.sort(key=lambda pair: (-pair[0], pair[1].concept))
    total = sum(answer * NEXT_COUNTS**place for place, (answer, _) in enumerate(met))
    # Everything met counts; only what counts beside the strongest is worth naming as a reason.
    named = [clue for answer, clue in met if answer >= WORTH_NAMING * met[0][0]]
    words = tuple(dict.fromkeys(word for clue in named for word in clue.evidence.words))
    return Feature(total / (total + half), words, tuple(clue.concept.removeprefix(NEED) for clue in named))


def _same_family(clues: Iterable[Clue], groups: Mapping[str, float]) -> Feature:
    total = sum(
        clue.evidence.strength * max(sure * groups.get(group, 0.0) for group, sure in clue.groups.items())
        for clue in clues
        if clue.groups
    )
    main = min(groups, key=lambda group: (-groups[group], group), default=None)
    return Feature(total / (total + HALF_FAMILY), shown=main)


def _against(aversions: Iterable[Clue], concepts: Mapping[str, float]) -> Feature:
    met = [clue for clue in aversions if concepts.get(clue.concept, 0.0) > 0.0]
    value = max((clue.evidence.strength * concepts[clue.concept] for clue in met), default=0.0)
    words = tuple(dict.fromkeys(word for clue in met for word in clue.evidence.words))
    return Feature(value, words, tuple(clue.concept for clue in met))


def _company(kind: str | None) -> Feature:
    """Whether the offer brings the child together with somebody, or gives the family things and advice."""
    contact = taxonomy().offers[kind].contact if kind else None
    return Feature(WITH_OTHERS.get(contact, 1.0), shown=contact.value if contact else None)


def _distance(need: NeedProfile, offer: OfferProfile) -> Feature:
    km = kilometres(need, offer)
    return Feature(exp(-km / DISTANCE_SCALE_KM), shown=km)


def _times(need: NeedProfile, offer: OfferProfile) -> Feature:
    if not (need.slots and offer.slots):
        return Feature(UNKNOWN)
    shared = len(need.slots & offer.slots)
    return Feature(1.0 - UNKNOWN ** (shared + 1) if shared else 0.0, shown=float(shared))


def _age(need: NeedProfile, offer: OfferProfile) -> Feature:
    """In the middle of a narrow span an offer is made for this age; at the edge of a wide one perhaps not."""
    half_span = (offer.age_max - offer.age_min) / 2
    off_centre = abs(need.age - (offer.age_min + offer.age_max) / 2)
    return Feature(max(0.0, 1.0 - off_centre / (half_span + 1.0)), shown=f"{offer.age_min}-{offer.age_max}")


def _contact_form(need: NeedProfile, offer: OfferProfile) -> Feature:
    asked_and_given = need.contact_form is offer.contact_form and need.contact_form is not ContactForm.EITHER
    return Feature(1.0 if asked_and_given else UNKNOWN, shown=offer.contact_form.value)


def _language(need: NeedProfile, offer: OfferProfile) -> Feature:
    shared = sorted(need.languages & offer.languages)
    return Feature(len(shared) / len(need.languages), shown=",".join(shared))


def _freshness(offer: OfferProfile, today: date | None) -> Feature:
    if today is None or offer.updated_on is None:
        return Feature(UNKNOWN)
    days = max(0, (today - offer.updated_on).days)
    return Feature(exp(-days / FRESH_DAYS), shown=float(days))
