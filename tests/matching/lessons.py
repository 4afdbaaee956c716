"""Made-up lessons of people to whom one thing matters most."""

import numpy as np
from scipy.special import expit

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import Lessons, Verdict, lessons_of_choice


def lessons_about(key: ReasonKey, *, decisions: int = 120, needs: int = 30, seed: int = 1) -> Lessons:
    """Each decision takes one of five pairs; it goes the better the more of `key` there is."""
    random, place = np.random.default_rng(seed), FEATURES.index(key)
    verdicts, preferences = [], []
    for number in range(decisions):
        shown = random.random((5, len(FEATURES)))
        chosen = int(np.argmax(shown[:, place]))
        rows = [tuple(row) for row in shown.tolist()]
        need = f"need-{number % needs}"
        over, faint = lessons_of_choice(
            need, rows[chosen], above=rows[:chosen], below=rows[chosen + 1 :], choice=str(number)
        )
        well = bool(random.random() < expit(4.0 * shown[chosen, place] - 2.0))
        verdicts += [*faint, Verdict(need, rows[chosen], well, 1.0)]
        preferences += over
    return Lessons(tuple(verdicts), tuple(preferences), decisions)
