"""How alike a need and an offer are worded, by letters and by stems: a weak signal, as each side uses its own words."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer

from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.matching.wording import fold, tokens
from volunteer_match.vocabulary.taxonomy import taxonomy

SHOWN_WORDS = 4


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """The telling words of a text by their Danish stems."""
    return tuple(word.danish for word in tokens(text) if not word.small)


def offer_wording(offer: OfferProfile) -> str:
    return f"{offer.title}. {offer.text}"


class Lexical:
    """Char and word TF-IDF, weighed by the taxonomy's wording and the offers it was fitted on."""

    def __init__(self) -> None:
        self._chars = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._words = TfidfVectorizer(analyzer=stems, sublinear_tf=True)

    def fit_vectors(self, wordings: Sequence[str]) -> "Vectors":
        """Fits, and gives the vectors of these wordings."""
        corpus = [*wordings, *_taxonomy_corpus()]
        fitted = Vectors(self._chars.fit_transform(corpus), self._words.fit_transform(corpus))
        return fitted.rows(range(len(wordings)))

    def vectors(self, wordings: Sequence[str]) -> "Vectors":
        return Vectors(self._chars.transform(wordings), self._words.transform(wordings))

    def shared_words(self, need_text: str, wording: str) -> tuple[str, ...]:
        """The words of the need that the offer uses too, most telling first."""
        theirs, known = set(stems(wording)), self._words.vocabulary_
        shared = {
            word.surface: self._words.idf_[known[word.danish]]
            for word in tokens(need_text)
            if word.danish in theirs and word.danish in known
        }
        return tuple(sorted(shared, key=lambda surface: (-shared[surface], surface)))[:SHOWN_WORDS]


class Vectors:
    """Rows of both spaces, one per text."""

    def __init__(self, chars: csr_matrix, words: csr_matrix) -> None:
        self.chars = chars
        self.words = words

    def likeness(self, others: "Vectors") -> NDArray[np.float64]:
        """Mean cosine of this single row with each of the given rows."""
        by_chars = (others.chars @ self.chars.T).toarray().ravel()
        by_words = (others.words @ self.words.T).toarray().ravel()
        return np.asarray((by_chars + by_words) / 2, dtype=np.float64)

    def rows(self, keep: Sequence[int]) -> "Vectors":
        return Vectors(self.chars[keep], self.words[keep])

    def followed_by(self, more: "Vectors") -> "Vectors":
        return Vectors(vstack([self.chars, more.chars]).tocsr(), vstack([self.words, more.words]).tocsr())


def _taxonomy_corpus() -> Iterable[str]:
    for kind in taxonomy().offers.values():
        yield f"{kind.label.da}. {kind.example.da} {' '.join(kind.synonyms_da)}"
    for need in taxonomy().needs.values():
        yield f"{need.label.da}. {need.external_wording.da} {' '.join(need.synonyms_da)}"
