"""scikit-learn as its guide shows it: TF-IDF and cosine."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import linear_kernel
from sklearn.neighbors import NearestNeighbors

from volunteer_match.benchmarks.peers.masked import GATHER_AT_MOST, Masked, Rows, best, listed, over_fetched
from volunteer_match.benchmarks.peers.peer import wordings
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile


class BruteForce(Masked):
    """Neighbours can't be filtered: it asks for as many as should hold enough eligible ones."""

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._words = TfidfVectorizer(sublinear_tf=True, dtype=np.float32)
        rows = self._words.fit_transform(wordings(texts))
        self._neighbours = NearestNeighbors(algorithm="brute", metric="cosine").fit(rows)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        vector = self._words.transform([need.text])

        def nearest(number: int) -> Rows:
            found: Rows = self._neighbours.kneighbors(vector, n_neighbors=number, return_distance=False)[0]
            return found

        return over_fetched(nearest, self.mask(need), k)


class LinearKernel(Masked):
    """The eligible rows alone when they are few, else every row with the others left out afterwards."""

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._words = self._vectorizer()
        self._rows = self._words.fit_transform(wordings(texts))

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        mask, vector = self.mask(need), self._words.transform([need.text])
        if np.count_nonzero(mask) <= GATHER_AT_MOST * len(mask):
            rows = np.flatnonzero(mask)
            scores = linear_kernel(vector, self._rows[rows])[0] if len(rows) else np.empty(0)
            return listed(rows[best(scores, k)])
        scores = linear_kernel(vector, self._rows)[0]
        scores[~mask] = -np.inf
        return listed(best(scores, k))

    def _vectorizer(self) -> TfidfVectorizer:
        return TfidfVectorizer(sublinear_tf=True, dtype=np.float32)


class CharLinearKernel(LinearKernel):
    def _vectorizer(self) -> TfidfVectorizer:
        return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
