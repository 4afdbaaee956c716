import json
import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.index_files import CONTENTS, UnusableIndex
from volunteer_match.matching.ranking import Ranker

CASES = read_cases(Path(__file__).parent / "data/development")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "offers"
    Ranker.fit(CASES.offers).save(folder)
    return folder


def test_an_opened_index_ranks_as_the_one_that_was_saved(folder: Path) -> None:
    built, opened = Ranker.fit(CASES.offers), Ranker.open(folder)
    for need in CASES.needs:
        assert opened.rank(need) == built.rank(need)


def test_the_arrays_are_mapped_not_read(folder: Path) -> None:
    segment = Ranker.open(folder)._base
    # A plain array, which gives single numbers faster, but one that lies over the map and owns nothing.
    assert isinstance(segment.words.number.base, np.memmap)
    assert not segment.words.number.flags.owndata
    assert not segment.columns.barred.flags.writeable


def test_offers_change_on_top_of_a_mapped_index_without_touching_it(folder: Path) -> None:
    need = CASES.needs[0]
    opened = Ranker.open(folder)
    first = opened.rank(need).suggestions[0].offer_id
    offer = next(offer for offer in CASES.offers if offer.id == first)
    changed = opened.with_offer(replace(offer, consent=False))
    assert first not in {scored.offer_id for scored in changed.scores(need)}
    assert first not in {scored.offer_id for scored in opened.without(first).scores(need)}
    assert first in {scored.offer_id for scored in Ranker.open(folder).scores(need)}


def test_saving_again_replaces_the_whole(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "offers"
    Ranker.fit([an_offer(id="old")]).save(target)
    reader = Ranker.open(target)
    Ranker.fit([an_offer(id="new")]).save(target)
    assert [s.offer_id for s in Ranker.open(target).scores(a_need())] == ["new"]
    assert [s.offer_id for s in reader.scores(a_need())] == ["old"]  # who reads on has the files it opened
    assert [path.name for path in tmp_path.iterdir()] == ["offers"]


@pytest.mark.parametrize("harm", ["no folder", "no contents", "cut array", "other concepts"])
def test_what_cannot_be_used_is_refused(harm: str, tmp_path: Path) -> None:
    target = tmp_path / "offers"
    if harm != "no folder":
        Ranker.fit([an_offer()]).save(target)
    if harm == "no contents":
        (target / CONTENTS).unlink()
    if harm == "cut array":
        (array,) = target.glob("*/words.number.npy")
        array.write_bytes(b"\x93NUMPY")
    if harm == "other concepts":
        contents = json.loads((target / CONTENTS).read_text())
        (target / CONTENTS).write_text(json.dumps(contents | {"meanings": "others"}))
    with pytest.raises(UnusableIndex):
        Ranker.open(target)


def _die_at(step: int) -> None:
    """Kills this process as it does the given step to a file or folder."""
    left = step

    def count(event: str, _: object) -> None:
        nonlocal left
        if event in {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _killed_at_each_step(target: Path) -> list[str]:
    """What the index holds after a process was killed at its first step of saving a new one, at its second, …"""
    old, new = Ranker.fit([an_offer(id="old")]), Ranker.fit([an_offer(id="new")])
    found: list[str] = []
    killed = True
    while killed:
        old.save(target)
        child = os.fork()
        if not child:
            _die_at(len(found))
            new.save(target)
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        (scored,) = Ranker.open(target).scores(a_need())
        found.append(scored.offer_id)
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked and killed")
def test_a_process_killed_at_any_step_of_saving_leaves_the_old_index_or_the_new(tmp_path: Path) -> None:
    with get_context("spawn").Pool(1) as process:
        found = process.apply(_killed_at_each_step, (tmp_path / "offers",))
    assert len(found) > len(list(tmp_path.glob("offers/*/*.npy"))) > 1
    assert found == sorted(found, reverse=True)
    assert found[0] == "old"
    assert found[-1] == "new"


def _best_and_pages(folder: Path, together: Barrier) -> tuple[list[str], Counter[str]]:
    """The best offer for each need, and kilobytes of the index's arrays that this process and another have read."""
    ranker = Ranker.open(folder)
    best = [ranker.rank(need).suggestions[0].offer_id for need in CASES.needs[:9]]
    together.wait()
    found: Counter[str] = Counter()
    of_arrays = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        name, *rest = line.split()
        if not name.endswith(":"):
            of_arrays = rest[-1].endswith(".npy") if rest else False
        elif of_arrays and rest[-1] == "kB":
            found[name.removesuffix(":")] += int(rest[0])
    together.wait()
    return best, found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is shared is told by /proc")
def test_processes_share_one_copy_of_the_arrays(folder: Path) -> None:
    context = get_context("spawn")
    with context.Manager() as manager, context.Pool(2) as processes:
        together = manager.Barrier(2)
        found = processes.starmap(_best_and_pages, [(folder, together)] * 2, chunksize=1)
    (best, _), (other_best, _) = found
    assert best == other_best
    for _, pages in found:
        assert pages["Rss"] > 0
        # One of the two may have read a page that the other had no need of.
        assert pages["Private_Dirty"] == 0
        assert pages["Shared_Clean"] > 0.9 * pages["Rss"]
