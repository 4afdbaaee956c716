"""What the model looks at in a pair of need and offer, for many offers of one need at once.

Never among them: names, CPR, ethnicity, religion, the child's sex, who the caseworker is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.clues import Clue, NeedClues
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.kind_reading import kind_reader
from volunteer_match.matching.lexical import Weighing, WordedNeed, times_said, words_of
from volunteer_match.matching.offer_reading import Runs, concept_ids, concept_numbers, kind_ids
from volunteer_match.matching.packed_eligibility import languages_asked, slots_asked
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.segments import FORM_BITS, MOST_LANGUAGES, NO_DATE, Segment
from volunteer_match.matching.wording import tokens
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.slots import SLOTS
from volunteer_match.vocabulary.taxonomy import Contact, taxonomy

if TYPE_CHECKING:
    from volunteer_match.matching.compiled import CompiledFeatures

FEATURES = (
    ReasonKey.NEED_LINK,
    ReasonKey.USUAL_HELP,
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

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

# Half of the full value is reached at this much evidence; more always counts, but less and less.
HALF_WISH, HALF_LINK, HALF_FAMILY = 0.6, 0.8, 2.0
# The best answer counts in full, the next this much of it, and so on: one good reason beats many faint ones.
NEXT_COUNTS = 0.6
CLOSE_COUNTS = 2.0
DISTANCE_SCALE_KM = 15.0
UNKNOWN = 0.5
FRESH_DAYS = 180.0
# By how many times are shared.
_SHARED_TIMES = np.array([0.0, *(1.0 - UNKNOWN ** (shared + 1.0) for shared in range(1, len(SLOTS) + 1))])
_NO_TIMES = np.full(len(SLOTS) + 1, UNKNOWN)
# By an offer's bits: an offer for either says nothing of what the need asks for, nor does a need that asks for either.
_FORMS_WORTH: Mapping[ContactForm, Floats] = {
    asked: np.where((np.arange(4) == FORM_BITS[asked]) & (asked is not ContactForm.EITHER), 1.0, UNKNOWN)
    for asked in ContactForm
}
WITH_OTHERS: Mapping[Contact | None, float] = {Contact.FAMILY_PRESENT: 0.6, Contact.GOODS: 0.2, Contact.INDIRECT: 0.0}


class AskedNeed:
    """A need made ready to be laid beside any number of offers.

    `telling`: how much it tells that an offer has a concept, by number. `chosen`: for the offers the caseworker wants
    more of and those not wanted, their concepts weighed and of length one. `compiled`: by machine code (`compiled`).
    """

    def __init__(
        self,
        need: NeedProfile,
        clues: NeedClues,
        *,
        weighing: Weighing,
        telling: Floats,
        chosen: tuple[Sequence[Floats], Sequence[Floats]] = ((), ()),
        today: date | None = None,
        compiled: bool = False,
    ) -> None:
        self.need = need
        self.compiled = compiled
        self.clues = clues
        self.today = today
        unwanted = {word.lower() for clue in clues.aversions for word in clue.evidence.words}
        said = Counter(word for word in words_of(need.text) if word not in unwanted)
        times = times_said(np.array(list(said.values()), dtype=np.float64))
        counted = dict(zip(said, times.tolist(), strict=True))
        understood = {word.lower() for clue in clues.told for word in clue.evidence.words}
        # A need somebody picked codes for is one of ours, however it is worded.
        trust = 1.0 if need.codes else kind_reader().at_home(counted, understood)
        self._of_need = kind_reader().of_need(counted, {c.concept: c.evidence for c in clues.told})
        self.kinds = self._of_need.whole * trust
        self._words = tokens(need.text)
        self.worded = WordedNeed(self._words, counted, weighing)
        # One column a clue, one row a concept: what an offer's concept is worth as an answer.
        self.answers = _side_by_side([_answers(clue, telling) for clue in clues.told]) * trust
        self.aversions = _side_by_side([_aversion(clue) for clue in clues.aversions])
        families = _side_by_side([_families(clue) for clue in clues.told]) * trust
        self.worth = np.concatenate([self.answers, families, self.aversions], axis=1)
        self.chosen = chosen
        self.telling = telling
        self._of_words: dict[int, tuple[Floats, Floats]] = {}
        self._in_machine_code: dict[int, CompiledFeatures] = {}

    def words_for(self, offers: Floats) -> list[tuple[str, ...]]:
        """For each line of how strongly an offer is each kind: the need's words, as written, that point there most."""
        as_written = {word.surface.lower(): word.surface for word in self._words if not word.small}
        told = self._of_need.telling(offers, as_written)
        return [tuple(as_written[word] for word in words) for words in told]

    def distances(self, segment: Segment) -> Floats:
        """Kilometres to each place of the segment."""
        return segment.distances(self.need)

    def likeness_of_words(self, segment: Segment) -> tuple[Floats, Floats]:
        """Worked out once a segment: see `WordedNeed.likeness_of_words`."""
        if id(segment) not in self._of_words:
            self._of_words[id(segment)] = self.worded.likeness_of_words(segment.table)
        return self._of_words[id(segment)]

    def in_machine_code(self, segment: Segment) -> "CompiledFeatures":
        """Made ready once a segment."""
        if id(segment) not in self._in_machine_code:
            # numba is not installed everywhere, and takes a while to import.
            from volunteer_match.matching.compiled import CompiledFeatures  # noqa: PLC0415 - see above

            self._in_machine_code[id(segment)] = CompiledFeatures(segment, scales_of(self, segment))
        return self._in_machine_code[id(segment)]


def _side_by_side(columns: Sequence[Floats]) -> Floats:
    return np.array(columns).reshape(-1, len(concept_ids())).T


def _answers(clue: Clue, telling: Floats) -> Floats:
    numbers = concept_numbers()
    column = np.zeros(len(telling))
    for concept, worth in clue.answers.items():
        column[numbers[concept]] = worth * telling[numbers[concept]] * clue.evidence.strength
    return column


def _families(clue: Clue) -> Floats:
    column = np.zeros(len(concept_ids()))
    for group, worth in clue.groups.items():
        column[_concepts_of_groups()[group]] = worth * clue.evidence.strength
    return column


def _aversion(clue: Clue) -> Floats:
    column = np.zeros(len(concept_ids()))
    for concept, worth in clue.answers.items():
        column[concept_numbers()[concept]] = worth * clue.evidence.strength
    return column


@cache
def groups_of_concepts() -> tuple[str | None, ...]:
    """The taxonomy's group of each concept by number; none for what is no kind of offer."""
    kinds = taxonomy().offers
    return tuple(kinds[concept].group if concept in kinds else None for concept in concept_ids())


@cache
def _concepts_of_groups() -> Mapping[str, Rows]:
    """The numbers of the kinds in each of the taxonomy's groups."""
    groups = np.array([group or "" for group in groups_of_concepts()])
    return {group: np.flatnonzero(groups == group) for group in taxonomy().groups}


@cache
def _company_of_kinds() -> Floats:
    """Whether a kind brings the child together with somebody, by number; the last is for offers of no kind."""
    contacts = [taxonomy().offers[kind].contact for kind in kind_ids()]
    return np.array([WITH_OTHERS.get(contact, 1.0) for contact in (*contacts, None)])


class Said(NamedTuple):
    """What the texts of some rows say to a need, one entry a row.

    The sums of the answers to what the situation calls for, of those to wishes and of the families in common; the
    strongest aversion; how far it is the usual help; how alike the wording is by letters and stems together.
    """

    needs: Floats
    wishes: Floats
    families: Floats
    against: Floats
    usual: Floats
    likeness: Floats


def features_of_rows(asked: AskedNeed, segment: Segment, rows: Rows) -> Floats:
    """One line a row, one column a member of `FEATURES`."""
    if asked.compiled:
        return asked.in_machine_code(segment).features(rows)
    said, scales, columns = _said(asked, segment, rows), scales_of(asked, segment), segment.columns
    lines = (
        said.needs / (said.needs + HALF_LINK),
        said.usual,
        said.wishes / (said.wishes + HALF_WISH),
        said.families / (said.families + HALF_FAMILY),
        _wording(said.likeness),
        said.against,
        scales.company[segment.main_kind[rows]],
        scales.nearness[columns.place[rows]],
        _times(scales, columns.slots[rows]),
        _age(asked.need, segment, rows),
        scales.forms[columns.forms[rows]],
        scales.languages[np.bitwise_count(columns.languages[rows] & scales.languages_asked)],
        1.0 - 1.0 / (1.0 + columns.free_places[rows]),
        _freshness(asked.today, segment, rows),
        _like_chosen(asked, segment, rows),
    )
    return np.stack(lines).T


class Scales(NamedTuple):
    """What an offer's entries are worth to a need, looked up by the entry.

    `worth`: one column a clue; the first `needs` of the first `told` are answers to the situation, the other of them to
    wishes; as many again are families, the rest aversions. `by_letters`, `by_stem`: by word. `company` is by main kind,
    its last for none; `nearness` by place; `times` and `languages` by how many are shared; `forms` by their bits.
    `wanted`, `unwanted`: the concepts of offers pointed at, a line each, so that a product with an offer's concepts is
    how alike they are, but for its length. `constants`: what `features` and its compiled twin must agree on.
    """

    worth: Floats
    needs: int
    told: int
    kinds: Floats
    by_letters: Floats
    by_stem: Floats
    company: Floats
    nearness: Floats
    slots_asked: np.uint32
    times: Floats
    age: int
    forms: Floats
    languages_asked: np.uint64
    languages: Floats
    today: int
    wanted: Floats
    unwanted: Floats
    constants: tuple[float, ...]


def scales_of(asked: AskedNeed, segment: Segment) -> Scales:
    need = asked.need
    by_letters, by_stem = asked.likeness_of_words(segment)
    wanted, unwanted = (np.array(vectors).reshape(-1, len(asked.telling)) * asked.telling for vectors in asked.chosen)
    return Scales(
        worth=asked.worth,
        needs=len(asked.clues.needs),
        told=len(asked.clues.told),
        kinds=asked.kinds,
        by_letters=by_letters,
        by_stem=by_stem,
        company=_company_of_kinds(),
        nearness=np.exp(-asked.distances(segment) / DISTANCE_SCALE_KM),
        slots_asked=slots_asked(need),
        times=_SHARED_TIMES if need.slots else _NO_TIMES,
        age=need.age,
        forms=_FORMS_WORTH[need.contact_form],
        languages_asked=languages_asked(need, segment),
        languages=np.arange(MOST_LANGUAGES + 1) / len(need.languages),
        today=NO_DATE if asked.today is None else asked.today.toordinal(),
        wanted=wanted,
        unwanted=unwanted,
        constants=(HALF_LINK, HALF_WISH, HALF_FAMILY, NEXT_COUNTS, CLOSE_COUNTS, UNKNOWN, FRESH_DAYS),
    )


def _said(asked: AskedNeed, segment: Segment, rows: Rows) -> Said:
    found = np.zeros((4, len(rows)))
    concepts = segment.concepts_of_rows[rows]
    met, best = _best_where_met(asked.worth, Runs(concepts.indptr, concepts.indices, concepts.data))
    needs, told = len(asked.clues.needs), len(asked.clues.told)
    answers, families, against = best[:, :told], best[:, told : 2 * told], best[:, 2 * told :]
    found[:, met] = (
        _counted(answers[:, :needs]),
        _counted(answers[:, needs:]),
        families.sum(axis=1),
        against.max(axis=1, initial=0.0),
    )
    usual = np.asarray(segment.kinds_of_rows[rows] @ asked.kinds)
    words = segment.words_of_rows[rows]
    by_letters, by_stem = (
        (words @ of_words) / np.maximum(lengths[rows], 1e-9)
        for of_words, lengths in zip(asked.likeness_of_words(segment), segment.word_lengths, strict=True)
    )
    return Said._make((*found, usual, by_letters + by_stem))


def best_answers(worth: Floats, segment: Segment, rows: Rows) -> Floats:
    """For each row and clue the best of the row's concepts: how surely the row has it times its worth as an answer."""
    found = np.zeros((len(rows), worth.shape[1]))
    # A few rows are sooner fetched so than by scipy.
    met, best = _best_where_met(worth, segment.concepts.in_order(rows))
    found[met] = best
    return found


def _best_where_met(worth: Floats, concepts: Runs) -> tuple[Rows, Floats]:
    """The same for those lines alone that answer to anything: most of them don't."""
    telling = np.asarray(worth.any(axis=1))
    at = np.flatnonzero(telling[concepts.number])
    owners = concepts.owners()[at]
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    values = worth[concepts.number[at]] * concepts.value[at, np.newaxis]
    best = np.maximum.reduceat(values, begins, axis=0) if begins.size else values
    return owners[begins], best


def _counted(answers: Floats) -> Floats:
    """How much of what the need tells each row answers to: several answers add up, each counting less."""
    counts = NEXT_COUNTS ** np.arange(answers.shape[1])
    total: Floats = (np.sort(answers, axis=1)[:, ::-1] * counts).sum(axis=1)
    return total


def _wording(likeness: Floats) -> Floats:
    """Texts that are nearly the same say more than twice as much as texts that are half as alike."""
    likeness = np.minimum(likeness, 1.0)
    return likeness * (1.0 + CLOSE_COUNTS * likeness) / (1.0 + CLOSE_COUNTS)


def _times(scales: Scales, given: NDArray[np.uint32]) -> Floats:
    return np.where(given == 0, UNKNOWN, scales.times[np.bitwise_count(given & scales.slots_asked)])


def _age(need: NeedProfile, segment: Segment, rows: Rows) -> Floats:
    """In the middle of a narrow span an offer is made for this age; at the edge of a wide one perhaps not."""
    low = segment.columns.age_min[rows].astype(np.float64)
    high = segment.columns.age_max[rows].astype(np.float64)
    off_centre = np.abs(need.age - (low + high) / 2)
    return np.maximum(0.0, 1.0 - off_centre / ((high - low) / 2 + 1.0))


def _freshness(today: date | None, segment: Segment, rows: Rows) -> Floats:
    if today is None:
        return np.full(len(rows), UNKNOWN)
    updated_on = segment.columns.updated_on[rows]
    days = np.maximum(0, today.toordinal() - updated_on)
    return np.where(updated_on == NO_DATE, UNKNOWN, np.exp(-days / FRESH_DAYS))


def _like_chosen(asked: AskedNeed, segment: Segment, rows: Rows) -> Floats:
    """-1 to 1: how much a row is like the offers the caseworker wants more of, less how much like those not wanted."""
    wanted, unwanted = (_closest(vectors, asked.telling, segment, rows) for vectors in asked.chosen)
    return wanted - unwanted


def _closest(vectors: Sequence[Floats], telling: Floats, segment: Segment, rows: Rows) -> Floats:
    closest = np.zeros(len(rows))
    if vectors:
        concepts, lengths = segment.concepts_of_rows[rows], np.maximum(segment.concept_length[rows], 1e-9)
        for vector in vectors:
            closest = np.maximum(closest, (concepts @ (vector * telling)) / lengths)
    return closest


def weighed_concepts(segment: Segment, row: int, telling: Floats) -> Floats:
    """The concepts of one offer as a vector of length one, each weighed by what it tells."""
    own = slice(segment.concepts.start[row], segment.concepts.start[row + 1])
    vector = np.zeros(len(telling))
    vector[segment.concepts.number[own]] = segment.concepts.value[own]
    vector *= telling
    length = float(np.sqrt((vector**2).sum()))
    return vector / length if length else vector
