"""One engine measured in this process, which does nothing else, so that its memory is its own.

Started by `comparison`: the town's folder and the engine's name come as arguments, what was measured goes out as one
line of JSON for each filter; an engine that can't be measured here says why.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

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
        began = time.perf_counter()
        peer.read(town.texts)
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
            milliseconds, lists = _asked(peer, needs[: town.needs], seconds)
            yield {
                "filter": filtered,
                "build_s": built,
                "milliseconds": milliseconds,
                "lists": lists,
                "peak_mb": peak_megabytes(),
            }
    finally:
        peer.close()


def _asked(peer: Peer, needs: Sequence[NeedProfile], seconds: float) -> tuple[list[float], list[list[int]]]:
    milliseconds: list[float] = []
    lists: list[list[int]] = []
    deadline = time.perf_counter() + seconds
    for need in needs:
        began = time.perf_counter()
        if began > deadline and len(lists) >= FEWEST_NEEDS:
            break
        found = peer.ask(need, SHOWN)
        milliseconds.append((time.perf_counter() - began) * 1000)
        lists.append(found)
    return milliseconds, lists


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
