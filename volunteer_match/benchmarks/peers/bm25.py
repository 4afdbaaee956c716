"""bm25s: BM25 with the sums worked out when the index is built."""

from collections.abc import Sequence

import numpy as np

from volunteer_match.benchmarks.peers.masked import Masked, listed
from volunteer_match.benchmarks.peers.peer import library, wordings
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.lexical import stems
from volunteer_match.matching.profiles import NeedProfile


class Bm25s(Masked):
    """Its mask only makes scores nought: where fewer rows are eligible or alike than asked for, it fills the list with
    ineligible ones. So what it gives is looked up in the mask once more.
    """

    backend = "numpy"

    def __init__(self) -> None:
        self._library = library("bm25s")

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        split = [_words(text) for text in wordings(texts)]
        self._index = self._library.BM25(backend=self.backend)
        self._index.index(split, show_progress=False)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        mask = self.mask(need)
        known = self._index.vocab_dict
        asked = [[word for word in dict.fromkeys(_words(need.text)) if word in known]]
        if not asked[0]:
            return listed(np.flatnonzero(mask)[:k])
        found = self._index.retrieve(
            asked, k=min(k, len(mask)), weight_mask=mask.astype(np.float32), return_as="documents", show_progress=False
        )[0]
        return listed(found[mask[found]])


class Bm25sNumba(Bm25s):
    backend = "numba"

    def __init__(self) -> None:
        library("numba")
        super().__init__()


def _words(text: str) -> list[str]:
    return list(stems(text))
