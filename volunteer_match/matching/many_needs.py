"""Many needs ranked at once, area by area: by this process, by several, or on the cluster the caller set up.

Who calls decides where it runs: `joblib.parallel_config(backend="dask")` around `rank_all` sends the parts to Dask.
Every part is ranked by the same ranker, so the answers are the same wherever they are worked out.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from joblib import Parallel, delayed

from .explanations import Ranking
from .profiles import NeedProfile
from .ranking import Ranker

# Small enough that progress shows and no worker is left with the last long part.
NEEDS_IN_A_PART = 20
Ranked = list[tuple[str, Ranking]]


def rank_all(ranker: Ranker, needs: Sequence[NeedProfile], *, limit: int, jobs: int | None = 1) -> Iterator[Ranked]:
    """The parts as they are done, each with its needs' ids and rankings. `jobs`: processes; None lets joblib decide."""
    parts = parts_by_area(needs)
    parallel = Parallel(n_jobs=jobs, return_as="generator")
    yield from parallel(delayed(_rank_part)(ranker, part, limit) for part in parts)


def parts_by_area(needs: Sequence[NeedProfile]) -> list[list[NeedProfile]]:
    """Needs of one postcode look at the same offers, so they stay together; a big town is cut up."""
    ordered = sorted(needs, key=lambda need: (need.postcode, need.id))
    return [
        area[start : start + NEEDS_IN_A_PART]
        for _postcode, group in groupby(ordered, key=lambda need: need.postcode)
        for area in [list(group)]
        for start in range(0, len(area), NEEDS_IN_A_PART)
    ]


def _rank_part(ranker: Ranker, needs: Sequence[NeedProfile], limit: int) -> Ranked:
    return [(need.id, ranker.rank(need, limit=limit, near_misses=0)) for need in needs]
