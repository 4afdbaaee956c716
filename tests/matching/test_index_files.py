import json
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

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


def _best(folder: Path) -> str:
    return Ranker.open(folder).rank(CASES.needs[0]).suggestions[0].offer_id


def test_two_processes_read_the_same_files(folder: Path) -> None:
    with get_context("spawn").Pool(1) as other:
        assert other.apply(_best, [folder]) == _best(folder)


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
        (target / "words.number.npy").write_bytes(b"\x93NUMPY")
    if harm == "other concepts":
        contents = json.loads((target / CONTENTS).read_text())
        (target / CONTENTS).write_text(json.dumps(contents | {"meanings": "others"}))
    with pytest.raises(UnusableIndex):
        Ranker.open(target)
