"""A plan for all needs on paper, for a leader to read first: plain text, rows for a sheet, or a page to print.

In Danish, as what leaves the engine for people is. No need texts, no names but those of staff and organisations.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.explanations import Reason, ReasonKey
from volunteer_match.vocabulary.taxonomy import taxonomy

from .joint_plan import JointPlan, LeftWithout, PlannedPair, WhyWithout

WHY_WITHOUT: Mapping[WhyWithout, str] = MappingProxyType(
    {
        WhyWithout.NO_OFFER_MAY: "intet tilbud må vælges",
        WhyWithout.ONLY_FAINT: "de tilbud, der må vælges, passer kun lidt",
        WhyWithout.PLACES_TAKEN: "alle pladser gik til andre",
    }
)
COLUMNS = (
    "behov", "sag", "rådgiver", "dage ventet", "tilbud nr.", "tilbud", "organisation", "score",
    "nr. på egen liste", "km", "hvorfor",
)  # fmt: skip
MOST_REASONS = 3
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "report"
# What opens with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(plan: JointPlan) -> str:
    """To be read from top to bottom."""
    single = plan.one_by_one
    lines = [
        "Samlet forslag – en prøvekørsel. Intet er sendt, og ingen plads er optaget.",
        "",
        f"{len(plan.pairs)} behov kan få et forslag, {len(plan.without)} står uden.",
        f"{plan.proposed} har et forslag i gang, {plan.not_ready} mangler samtykke eller barnets mening.",
        f"Samlet værdi {_number(plan.total)}.",
        f"Blev det bedste par taget først hver gang: {single.served} behov, værdi {_number(single.total)}.",
        f"Model: {plan.model_version}",
    ]
    return "\n".join([*lines, *_pair_lines(plan.pairs), *_without_lines(plan.without), ""])


def as_csv(plan: JointPlan) -> str:
    """One row for each need, semicolons between, as a Danish spreadsheet opens it."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_safe(cell) for cell in row] for row in _rows(plan))
    return written.getvalue()


def as_html(plan: JointPlan, *, now: datetime) -> str:
    """One page that needs nothing beside itself: to be printed, or opened in a browser years from now."""
    made_on = format_datetime(now, "d. MMMM y 'kl.' HH.mm", tzinfo=COPENHAGEN, locale="da")
    return _page().render(plan=plan, made_on=made_on)


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(days=_days, number=_number, why=why, why_without=WHY_WITHOUT.__getitem__)
    return environment.get_template("joint_plan.html")


def _pair_lines(pairs: Iterable[PlannedPair]) -> Iterator[str]:
    for pair in pairs:
        yield ""
        yield f"{pair.need.pseudonym} (behov {pair.need.need_id}, {pair.need.caseworker}) – ventet {_days(pair)}"
        yield f"  {pair.offer.title}, {pair.offer.organisation} (tilbud {pair.offer.offer_id})"
        yield f"  score {_number(pair.score)}, nr. {pair.rank} på egen liste: {why(pair)}"


def _without_lines(without: Iterable[LeftWithout]) -> Iterator[str]:
    for number, line in enumerate(without):
        if number == 0:
            yield from ("", "Uden forslag:")
        gone = f": {', '.join(offer.title for offer in line.gone)}" if line.gone else ""
        who = f"{line.need.pseudonym} (behov {line.need.need_id})"
        yield f"  {who} – ventet {_days(line)}: {WHY_WITHOUT[line.why]}{gone}"


def _rows(plan: JointPlan) -> Iterator[tuple[object, ...]]:
    for pair in plan.pairs:
        need, offer = pair.need, pair.offer
        yield (
            *(need.need_id, need.pseudonym, need.caseworker, pair.days_waited),
            *(offer.offer_id, offer.title, offer.organisation, _number(pair.score), pair.rank),
            *(_number(pair.distance_km), why(pair)),
        )
    for line in plan.without:
        need = line.need
        nothing = ("",) * 6
        yield (need.need_id, need.pseudonym, need.caseworker, line.days_waited, *nothing, WHY_WITHOUT[line.why])


def why(pair: PlannedPair) -> str:
    """The strongest reasons in a few words, and how far it is."""
    telling = sorted(pair.reasons, key=lambda reason: -reason.contribution)
    named = [words for reason in telling if reason.contribution > 0 and (words := _words(reason))]
    return " · ".join([*dict.fromkeys(named[:MOST_REASONS]), _how_far(pair.distance_km)])


def _how_far(km: float) -> str:
    """Between areas, so that decimals would say more than is known."""
    return "under 1 km" if km < 1 else f"{km:.0f} km"


def _words(reason: Reason) -> str:
    if reason.key is ReasonKey.SHARED_TOPIC:
        book = concept_book().concepts
        return ", ".join(book[concept].label.da for concept in reason.concepts[:2] if concept in book)
    if reason.key is ReasonKey.NEED_LINK:
        needs = taxonomy().needs
        return ", ".join(needs[code].label.da for code in reason.concepts[:2] if code in needs)
    return ""


def _days(line: PlannedPair | LeftWithout) -> str:
    return "1 dag" if line.days_waited == 1 else f"{line.days_waited} dage"


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
