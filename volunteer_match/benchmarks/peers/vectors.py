"""Vector indexes over 128 numbers a text: TF-IDF of words, reduced by an SVD."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from volunteer_match.benchmarks.peers.masked import Masked, Rows, listed, over_fetched
from volunteer_match.benchmarks.peers.peer import library, wordings
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts
from volunteer_match.matching.profiles import NeedProfile

DIMENSIONS = 128
LEARNED_FROM = 50_000
SEED = 7
LINKS, EFFORT_BUILDING, EFFORT_ASKING = 16, 100, 256
# As many as usearch is asked for before the filter; it has none of its own in Python.
OVER_FETCHED = 2_000

Vectors = NDArray[np.float32]


class TextVectors:
    """Learned from the first `LEARNED_FROM` texts: more change the directions hardly, and cost minutes."""

    def fit(self, texts: Sequence[str]) -> Vectors:
        self._words = TfidfVectorizer(sublinear_tf=True, dtype=np.float32)
        rows = self._words.fit_transform(texts)
        width = min(DIMENSIONS, min(rows.shape) - 1)
        _, _, directions = randomized_svd(rows[:LEARNED_FROM], width, n_iter=2, random_state=SEED)
        self._directions = np.ascontiguousarray(directions.T, dtype=np.float32)
        return self._reduced(rows)

    def vector(self, text: str) -> Vectors:
        return self._reduced(self._words.transform([text]))

    def _reduced(self, rows: csr_matrix) -> Vectors:
        return np.asarray(normalize(rows @ self._directions), dtype=np.float32)


class FaissFlat(Masked):
    """Exact, with the eligible rows as a bitmap."""

    def __init__(self) -> None:
        self._faiss = library("faiss")
        self._faiss.omp_set_num_threads(1)

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._space = TextVectors()
        vectors = self._space.fit(wordings(texts))
        self._index = self._faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        bitmap = np.packbits(self.mask(need), bitorder="little")
        chosen = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bitmap))
        found = self._index.search(self._space.vector(need.text), k, params=chosen)[1][0]
        return listed(found[found >= 0])


class Hnswlib(Masked):
    """Approximate, with a filter function that is called for each row it visits."""

    def __init__(self) -> None:
        self._hnswlib = library("hnswlib")

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._space = TextVectors()
        vectors = self._space.fit(wordings(texts))
        self._index = self._hnswlib.Index(space="ip", dim=vectors.shape[1])
        self._index.init_index(max_elements=len(vectors), ef_construction=EFFORT_BUILDING, M=LINKS)
        self._index.add_items(vectors, num_threads=-1)
        self._index.set_ef(EFFORT_ASKING)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        allowed = self.mask(need)
        number = min(k, int(np.count_nonzero(allowed)))
        vector = self._space.vector(need.text)
        while number:
            try:
                found = self._index.knn_query(vector, k=number, num_threads=1, filter=allowed.__getitem__)[0][0]
                return [int(row) for row in found]
            except RuntimeError:  # it found fewer than asked for and gives none of them
                number //= 2
        return []


class Usearch(Masked):
    """Approximate, with no filter: a fixed number is fetched and what may not be shown thrown away."""

    def __init__(self) -> None:
        self._index_module = library("usearch.index")

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._space = TextVectors()
        vectors = self._space.fit(wordings(texts))
        self._index = self._index_module.Index(
            ndim=vectors.shape[1], metric="ip", dtype="f32", connectivity=LINKS, expansion_add=EFFORT_BUILDING
        )
        self._index.add(np.arange(len(vectors)), vectors)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        vector = self._space.vector(need.text)[0]

        def nearest(number: int) -> Rows:
            return np.asarray(self._index.search(vector, number, threads=1).keys, dtype=np.intp)

        return over_fetched(nearest, self.mask(need), k, most=OVER_FETCHED)
