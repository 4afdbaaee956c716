"""Who is shown, chosen, turned down and left waiting: the same figures for groups of children and groups of offers.

Counts only, small ones hidden (`small_numbers`). No texts are read, and nothing in it leads to a child or a volunteer.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import func, or_, select, true

from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer, Organisation
from volunteer_match.organisations.states import Vetting
from volunteer_match.vocabulary.taxonomy import age_band, taxonomy

from .models import Proposal, SuggestionItem, SuggestionList
from .small_numbers import LEAST, shown_numbers, shown_total
from .states import BOTH_SAID_YES, ProposalState

TOP = 3
DANISH = "da"
NOT_TOLD = "not_told"
OTHERS = "others"
TOTAL = "total"


class About(StrEnum):
    """Whose groups a table compares."""

    NEEDS = "needs"
    OFFERS = "offers"


class Dimension(StrEnum):
    """What the groups are made by. Each child and each offer is in one group of each, so that the groups add up."""

    AREA = "area"
    AGE_BAND = "age_band"
    LANGUAGE = "language"
    KIND = "kind"
    ORGANISATION = "organisation"


class Figure(StrEnum):
    """What is counted. `COUNTED`: needs or offers; all others but `WAITING` count pairs of a need and an offer.

    `SHOWN`: the offer stood on a list for the need as one that may be chosen; `FIRST` and `TOP_THREE`: its best place
    there. `CHOSEN`: somebody was asked. `DECLINED`: they said no or did not answer in time. `WAITING`: open needs for
    which nobody has said yes.
    """

    COUNTED = "counted"
    SHOWN = "shown"
    FIRST = "first"
    TOP_THREE = "top_three"
    CHOSEN = "chosen"
    REJECTED = "rejected"
    DECLINED = "declined"
    STARTED = "started"
    WAITING = "waiting"


FIGURES: Mapping[About, tuple[Figure, ...]] = {
    About.NEEDS: tuple(Figure),
    About.OFFERS: tuple(figure for figure in Figure if figure is not Figure.WAITING),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One group. None: hidden. The days are of those who wait, and hidden where their number is."""

    group: str
    figures: Mapping[Figure, int | None]
    median_days: int | None = None
    longest_days: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    about: About
    dimension: Dimension
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True, slots=True)
class Fairness:
    """`since`: the first moment of what was shown and decided; None: everything. Who waits is always as of `at`."""

    at: datetime
    since: datetime | None
    tables: tuple[Table, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "tables": [
                {
                    "about": table.about.value,
                    "dimension": table.dimension.value,
                    "rows": [_row_as_json(row, table.about) for row in (*table.rows, table.total)],
                }
                for table in self.tables
            ],
        }


@dataclass(frozen=True, slots=True)
class _Counted:
    """A need or an offer: the group it is in by each dimension, and how many days it has waited, if it waits."""

    groups: Mapping[Dimension, str]
    days_waiting: int | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    need_id: int
    offer_id: int
    figures: frozenset[Figure]


def read_fairness(*, now: datetime, since: datetime | None = None) -> Fairness:
    """In four queries, however much there is."""
    counted = {About.NEEDS: _needs(now=now, since=since), About.OFFERS: _offers()}
    pairs = list(_pairs(since=since))
    ids: Mapping[About, Callable[[_Pair], int]] = {
        About.NEEDS: lambda pair: pair.need_id,
        About.OFFERS: lambda pair: pair.offer_id,
    }
    tables = [
        _table(about, dimension, counted[about], [(ids[about](pair), pair.figures) for pair in pairs])
        for about in About
        for dimension in _dimensions(counted[about].values())
    ]
    return Fairness(now, since, tuple(tables))


def _row_as_json(row: Row, about: About) -> dict[str, Any]:
    told: dict[str, Any] = {"group": row.group, **{figure.value: row.figures[figure] for figure in FIGURES[about]}}
    if about is About.NEEDS:
        told |= {"median_days_waiting": row.median_days, "longest_days_waiting": row.longest_days}
    return told


def _dimensions(counted: Iterable[_Counted]) -> Sequence[Dimension]:
    first = next(iter(counted), None)
    return list(first.groups) if first else []


def _table(
    about: About,
    dimension: Dimension,
    counted: Mapping[int, _Counted],
    pairs: Iterable[tuple[int, frozenset[Figure]]],
) -> Table:
    numbers: dict[Figure, Counter[str]] = {figure: Counter() for figure in FIGURES[about]}
    days: dict[str, list[int]] = defaultdict(list)
    groups = _large_groups({id_: one.groups[dimension] for id_, one in counted.items()})
    for id_, group in groups.items():
        numbers[Figure.COUNTED][group] += 1
        waited = counted[id_].days_waiting
        if waited is not None:
            numbers[Figure.WAITING][group] += 1
            days[group].append(waited)
    for id_, figures in pairs:
        if id_ in groups:
            for figure in figures:
                numbers[figure][groups[id_]] += 1
    return _hidden(about, dimension, numbers, days)


def _large_groups(groups: Mapping[int, str]) -> dict[int, str]:
    """Those too small to be shown are one group together, which tells more than many hidden ones."""
    size = Counter(groups.values())
    return {id_: group if size[group] >= LEAST else OTHERS for id_, group in groups.items()}


def _hidden(
    about: About, dimension: Dimension, numbers: Mapping[Figure, Counter[str]], days: Mapping[str, list[int]]
) -> Table:
    groups = sorted(numbers[Figure.COUNTED], key=_place)
    people = [numbers[Figure.COUNTED][group] for group in groups]
    columns = {figure: [of_groups[group] for group in groups] for figure, of_groups in numbers.items()}
    shown = {figure: shown_numbers(column, people=people) for figure, column in columns.items()}
    total = {figure: shown_total(column, people=people) for figure, column in columns.items()}
    rows = [
        _row(group, {figure: column[place] for figure, column in shown.items()}, days.get(group, []))
        for place, group in enumerate(groups)
    ]
    everyone = [day for waiting in days.values() for day in waiting]
    return Table(about, dimension, tuple(rows), _row(TOTAL, total, everyone))


def _place(group: str) -> tuple[bool, int, str]:
    """Ages and postcodes by number, then by name, those put together last."""
    start = group.partition("-")[0]
    return group == OTHERS, int(start) if start.isdecimal() else 0, group


def _row(group: str, figures: Mapping[Figure, int | None], days: Sequence[int]) -> Row:
    if figures.get(Figure.WAITING) is None:
        return Row(group, figures)
    return Row(group, figures, median_days=round(median(days)), longest_days=max(days))


def _needs(*, now: datetime, since: datetime | None) -> dict[int, _Counted]:
    """Those that are open, and those written or closed since."""
    which = or_(Need.state == NeedState.OPEN, Need.changed_at >= since) if since else true()
    ended = select(Proposal.need_id, func.max(Proposal.ended_at).label("at")).group_by(Proposal.need_id).subquery()
    helped = select(Proposal.need_id).where(Proposal.state.in_(BOTH_SAID_YES))
    waits = Need.id.not_in(helped) & (Need.state == NeedState.OPEN) & (Case.state == CaseState.OPEN)
    statement = (
        select(Need.id, Case.postcode, Case.birth_year, Need.languages, Need.created_at, ended.c.at, waits)
        .join(Case, Case.id == Need.case_id)
        .outerjoin(ended, ended.c.need_id == Need.id)
        .where(which)
    )
    return {
        id_: _Counted(
            {
                Dimension.AREA: postcode,
                Dimension.AGE_BAND: age_band(danish_date(now).year - birth_year).id,
                Dimension.LANGUAGE: _language(languages),
            },
            (now - max(created_at, ended_at or created_at)).days if waiting else None,
        )
        for id_, postcode, birth_year, languages, created_at, ended_at, waiting in db.session.execute(statement)
    }


def _offers() -> dict[int, _Counted]:
    """All that were ever approved, whatever became of them."""
    statement = (
        select(Offer.id, Offer.postcode, Offer.languages, Offer.kinds, Organisation.kind)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.state != Vetting.NEW)
    )
    return {
        id_: _Counted(
            {
                Dimension.AREA: postcode,
                Dimension.LANGUAGE: _language(languages),
                Dimension.KIND: _group_of_kinds(kinds),
                Dimension.ORGANISATION: organisation.value,
            }
        )
        for id_, postcode, languages, kinds, organisation in db.session.execute(statement)
    }


def _language(languages: Iterable[str]) -> str:
    """Danish for those who have no other; else the first other one."""
    return next((language for language in languages if language != DANISH), DANISH)


def _group_of_kinds(kinds: Iterable[str]) -> str:
    """The group of the kind named first: single kinds would nearly all be too few to show."""
    known = taxonomy().offers
    return next((known[kind].group for kind in kinds if kind in known), NOT_TOLD)


def _pairs(*, since: datetime | None) -> Iterator[_Pair]:
    """Every need and offer that met on a list or in a proposal."""
    ranks, found = _best_ranks(since), _outcomes(since)
    for need_id, offer_id in ranks.keys() | found.keys():
        shown = _exposure(ranks.get((need_id, offer_id)))
        yield _Pair(need_id, offer_id, frozenset(shown) | found.get((need_id, offer_id), frozenset()))


def _best_ranks(since: datetime | None) -> dict[tuple[int, int], int]:
    """On lists that the engine ordered. One that is opened again shows nothing new: the best place counts."""
    statement = (
        select(SuggestionList.need_id, SuggestionItem.offer_id, func.min(SuggestionItem.rank))
        .join(SuggestionList, SuggestionList.id == SuggestionItem.list_id)
        .where(
            SuggestionItem.bars == (),
            SuggestionItem.score.is_not(None),
            *([SuggestionList.shown_at >= since] if since else []),
        )
        .group_by(SuggestionList.need_id, SuggestionItem.offer_id)
    )
    return {(need_id, offer_id): rank for need_id, offer_id, rank in db.session.execute(statement)}


def _exposure(rank: int | None) -> Iterator[Figure]:
    if rank is not None:
        yield Figure.SHOWN
        if rank == 1:
            yield Figure.FIRST
        if rank <= TOP:
            yield Figure.TOP_THREE


def _outcomes(since: datetime | None) -> dict[tuple[int, int], frozenset[Figure]]:
    statement = select(
        Proposal.need_id, Proposal.offer_id, Proposal.state, Proposal.asked_at, Proposal.started_at
    ).where(*([Proposal.created_at >= since] if since else []))
    found: dict[tuple[int, int], frozenset[Figure]] = {}
    for need_id, offer_id, state, asked_at, started_at in db.session.execute(statement):
        came_to = (
            (Figure.REJECTED, state is ProposalState.REJECTED),
            (Figure.CHOSEN, asked_at is not None),
            (Figure.DECLINED, state in (ProposalState.DECLINED, ProposalState.EXPIRED)),
            (Figure.STARTED, started_at is not None),
        )
        found[need_id, offer_id] = frozenset(figure for figure, is_so in came_to if is_so)
    return found
