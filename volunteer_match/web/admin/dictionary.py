"""The words the engine reads by: looked up, checked, and tried on a made-up sentence. Nothing is changed here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import abort, render_template, request

from volunteer_match.matching.dictionary import Entry, Found, Link, Sort, dictionary, findings, search
from volunteer_match.matching.kind_reading import Side
from volunteer_match.matching.trial_reading import TrialReading, try_as_need, try_as_offer
from volunteer_match.matching.vocabulary_check import Finding, Level, Slip
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary.collation import danish_sort_key
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.access import requires
from volunteer_match.web.shared.language import current_language
from volunteer_match.web.shared.need_words import NumberedText, number_words

from . import dictionary_words
from .blueprint import blueprint
from .forms.dictionary import DictionaryForm, SentenceForm

PER_PAGE = 50
CORE_FROM = 0.9


@dataclass(frozen=True, slots=True)
class Said:
    """Wordings of one concept that are of one language, heard on the same side and equally sure."""

    language: str
    heard_in: str
    sure: float
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Findings of one sort at the same concepts, told together. `about`: the wordings or ids that are wrong there."""

    concepts: tuple[str, ...]
    about: tuple[str, ...]
    messages: tuple[str, ...]


@blueprint.get("/ordbogen")
@requires(Permission.MANAGE_MATCHING)
def concepts() -> str:
    """Every concept, by name."""
    form = DictionaryForm(request.args, meta={"csrf": False})
    if not form.validate():
        form = DictionaryForm(None, meta={"csrf": False})
    found = sorted(_found(form), key=lambda one: danish_sort_key(label_of(one.entry.id)))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(form.page.data or 1, pages)
    return render_template(
        "admin/dictionary/list.html",
        form=form,
        found=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(found),
        page=page,
        pages=pages,
        errors=sum(finding.level is Level.ERROR for finding in findings()),
        findings=findings(),
        noted=_noted(),
        groups=taxonomy().groups,
        label_of=label_of,
        words=dictionary_words,
    )


@blueprint.get("/ordbogen/begreber/<concept_id>")
@requires(Permission.MANAGE_MATCHING)
def concept(concept_id: str) -> str:
    """One concept: its words, what it leads to, what leads to it."""
    entry = dictionary().get(concept_id) or abort(404)
    return render_template(
        "admin/dictionary/show.html",
        entry=entry,
        label=label_of(entry.id),
        said=_said(entry),
        core=[pointer for pointer in entry.leads_to[Link.CALLS] if pointer[1] >= CORE_FROM],
        also=[pointer for pointer in entry.leads_to[Link.CALLS] if pointer[1] < CORE_FROM],
        findings=_by_slip(finding for finding in findings() if entry.id in finding.concepts),
        group=taxonomy().groups[next(iter(entry.groups))] if entry.sort is Sort.KIND else None,
        label_of=label_of,
        known=dictionary(),
        Link=Link,
        words=dictionary_words,
    )


@blueprint.get("/ordbogen/gennemsyn")
@requires(Permission.MANAGE_MATCHING)
def vocabulary_findings() -> str:
    """What the check found, errors first, by sort and concept."""
    errors = [finding for finding in findings() if finding.level is Level.ERROR]
    warnings = [finding for finding in findings() if finding.level is Level.WARNING]
    return render_template(
        "admin/dictionary/findings.html",
        errors=_by_slip(errors),
        warnings=_by_slip(warnings),
        known=dictionary(),
        label_of=label_of,
        words=dictionary_words,
    )


@blueprint.route("/ordbogen/proev", methods=["GET", "POST"])
@requires(Permission.MANAGE_MATCHING)
def try_sentence() -> str | tuple[str, int]:
    """What the engine reads in a made-up sentence, which is neither kept nor logged: it comes by POST."""
    form = SentenceForm()
    if request.method == "POST" and form.validate():
        return _trial_page(form, _read(form))
    page = _trial_page(form, None)
    return (page, 422) if form.errors else page


def label_of(concept_id: str) -> str:
    """The concept's name in the language of the page; an id that leads nowhere is shown as it is."""
    known = dictionary().get(concept_id)
    if known is None:
        return concept_id
    label = known.concept.label.in_language(current_language())
    return label[:1].upper() + label[1:]


def _found(form: DictionaryForm) -> list[Found]:
    sort = Sort(form.sort.data) if form.sort.data else None
    return search(words=form.words.data or "", sort=sort, group=form.group.data or "")


def _noted() -> Mapping[str, int]:
    """How many findings stand at each concept."""
    noted: dict[str, int] = defaultdict(int)
    for finding in findings():
        for id_ in finding.concepts:
            noted[id_] += 1
    return noted


def _said(entry: Entry) -> list[Said]:
    """Danish first, the surest first."""
    alike: dict[tuple[str, float, str], set[str]] = defaultdict(set)
    for wording in entry.wordings:
        alike[wording.language, -wording.sure, wording.heard_in].add(wording.text)
    return [
        Said(language, heard_in, -sure, tuple(sorted(texts, key=danish_sort_key)))
        for (language, sure, heard_in), texts in sorted(alike.items())
    ]


def _by_slip(found: Iterable[Finding]) -> dict[Slip, list[Apart]]:
    by_slip: dict[Slip, dict[tuple[str, ...], list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in found:
        by_slip[finding.slip][finding.concepts].append(finding)
    return {slip: list(_apart(by_concepts)) for slip, by_concepts in by_slip.items()}


def _apart(by_concepts: Mapping[tuple[str, ...], list[Finding]]) -> Iterator[Apart]:
    """Those with the most to look at first."""
    for ids, found in sorted(by_concepts.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield Apart(ids, tuple(one.about for one in found if one.about), tuple(one.message for one in found))


def _read(form: SentenceForm) -> TrialReading:
    text = form.sentence.data or ""
    return try_as_need(text) if form.side.data == Side.NEED else try_as_offer(text)


def _trial_page(form: SentenceForm, reading: TrialReading | None) -> str:
    return render_template(
        "admin/dictionary/try.html",
        form=form,
        reading=reading,
        numbered=_numbered(reading) if reading else None,
        label_of=label_of,
        words=dictionary_words,
    )


def _numbered(reading: TrialReading) -> NumberedText:
    met = (*reading.named, *reading.situation, *reading.unwanted)
    return number_words(reading.text, [word for one in met for word in one.words])
