"""sparse_dot_topn: the best k of a sparse product without holding the rest."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from volunteer_match.benchmarks.peers.masked import GATHER_AT_MOST, Masked, Rows, listed, over_fetched
from volunteer_match.benchmarks.peers.peer import library, wordings
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile


class SparseDotTopN(Masked):
    def __init__(self) -> None:
        self._product = library("sparse_dot_topn").sp_matmul_topn

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._words = TfidfVectorizer(sublinear_tf=True, dtype=np.float32)
        self._rows = self._words.fit_transform(wordings(texts))
        self._postings = self._rows.T.tocsr()

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        mask, vector = self.mask(need), self._words.transform([need.text])
        if np.count_nonzero(mask) <= GATHER_AT_MOST * len(mask):
            rows = np.flatnonzero(mask)
            found = self._product(vector, self._rows[rows].T.tocsr(), top_n=k, sort=True)
            return listed(rows[found.indices])

        def most_alike(number: int) -> Rows:
            alike: Rows = self._product(vector, self._postings, top_n=number, sort=True).indices
            return alike

        return over_fetched(most_alike, mask, k)
