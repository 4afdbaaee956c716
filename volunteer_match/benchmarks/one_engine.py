"""One engine measured in this process, which does nothing else, so that its memory is its own.

Started by `comparison`: the town's folder and the engine's name come as arguments, what was measured goes out as one
line of JSON for each filter; an engine that can't be measured here says why.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from volunteer_match.benchmarks.peers import make_peer
from volunteer_match.benchmarks.peers.peer import NotPossible, Peer
from volunteer_match.benchmarks.process_memory import peak_megabytes
from volunteer_match.benchmarks.synthetic_denmark import Filter
from volunteer_match.benchmarks.town_folder import Town, open_town
from volunteer_match.matching.profiles import NeedProfile

SHOWN = 20
WARM_UP = 10
FEWEST_NEEDS = 20


def measure(town: Town, engine: str, filters: Sequence[Filter], *, seconds: float) -> Iterator[dict[str, object]]:
    """`seconds`: an engine that is not done by then stops after at least `FEWEST_NEEDS` needs."""
    peer = make_peer(engine)
    try:
        _ = town.texts
        began = time.perf_counter()
        peer.read(town.texts, town.denmark(Filter.NATURAL))
        read = time.perf_counter() - began
        for filtered in filters:
            denmark = town.denmark(filtered)
            needs = [graded.profile for graded in denmark.needs(town.needs + WARM_UP)]
            _ = denmark.columns
            began = time.perf_counter()
            peer.take(denmark)
            built = read + time.perf_counter() - began
            for need in needs[town.needs :]:
                peer.ask(need, SHOWN)
            times, lists = _asked(peer, needs[: town.needs], seconds)
            yield {
                "filter": filtered,
                "build_s": built,
                "milliseconds": [each.waited for each in times],
                "own_milliseconds": [each.worked for each in times],
                "lists": lists,
                "peak_mb": peak_megabytes(),
            }
    finally:
        peer.close()


class Times(NamedTuple):
    """Milliseconds for one need: until the list was there, and of them those this process had a core."""

    waited: float
    worked: float


def _asked(peer: Peer, needs: Sequence[NeedProfile], seconds: float) -> tuple[list[Times], list[list[int]]]:
    times: list[Times] = []
    lists: list[list[int]] = []
    deadline = time.perf_counter() + seconds
    for need in needs:
        began, worked = time.perf_counter(), time.process_time()
        if began > deadline and len(lists) >= FEWEST_NEEDS:
            break
        lists.append(peer.ask(need, SHOWN))
        times.append(Times((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
    return times, lists


def main(arguments: Sequence[str]) -> None:
    folder, engine, filters, seconds = arguments
    chosen = [Filter(name) for name in filters.split(",")]
    try:
        for found in measure(open_town(Path(folder)), engine, chosen, seconds=float(seconds)):
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
    except NotPossible as reason:
        sys.stdout.write(json.dumps({"not_checked": str(reason)}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
