"""What the engine is measured against: plain text similarity of a need's and an offer's words, and chance."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from volunteer_match.matching.lexical import stems

SVD_DIMENSIONS = 100
SEED = 20260110

Scores = NDArray[np.float64]
Scorer = Callable[[str], Scores]
"""The likeness of one need's text to every offer."""


def char_tfidf(offers: Sequence[str]) -> Scorer:
    return _cosine(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True), offers)


def word_tfidf(offers: Sequence[str]) -> Scorer:
    return _cosine(TfidfVectorizer(sublinear_tf=True), offers)


def truncated_svd(offers: Sequence[str]) -> Scorer:
    """Without words enough to reduce, it is the word TF-IDF it would be made from."""
    width = TfidfVectorizer().fit_transform(offers).shape[1]
    dimensions = min(SVD_DIMENSIONS, len(offers) - 1, width - 1)
    if dimensions < 1:
        return word_tfidf(offers)
    svd = TruncatedSVD(dimensions, random_state=SEED)
    # Offers worded all alike have no variance for it to explain.
    with np.errstate(invalid="ignore"):
        return _cosine(make_pipeline(TfidfVectorizer(sublinear_tf=True), svd, Normalizer(copy=False)), offers)


def bm25(offers: Sequence[str]) -> Scorer:
    """Okapi BM25 on Danish stems. An empty offer would make it divide by nothing."""
    index = BM25Okapi([list(stems(offer)) or [""] for offer in offers])
    return lambda need: np.asarray(index.get_scores(list(stems(need))), dtype=np.float64)


def chance(offers: Sequence[str]) -> Scorer:
    generator = np.random.default_rng(SEED)
    return lambda need: generator.random(len(offers))  # noqa: ARG005 - chance does not read


BASELINES: Mapping[str, Callable[[Sequence[str]], Scorer]] = MappingProxyType(
    {"char_tfidf": char_tfidf, "word_tfidf": word_tfidf, "bm25": bm25, "svd": truncated_svd, "random": chance}
)


def _cosine(vectorizer: TfidfVectorizer, offers: Sequence[str]) -> Scorer:
    rows = vectorizer.fit_transform(offers)

    def score(need: str) -> Scores:
        likeness = rows @ vectorizer.transform([need]).T
        dense = likeness.toarray() if hasattr(likeness, "toarray") else likeness
        return np.asarray(dense, dtype=np.float64).ravel()

    return score
