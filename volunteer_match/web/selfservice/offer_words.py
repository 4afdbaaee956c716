"""How an offer stands, in plain words and with what happens now."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from volunteer_match.organisations.standing import Standing


class StandingWords(NamedTuple):
    """A badge, its tone, and one sentence."""

    label: Any
    tone: str
    what_now: Any


STANDINGS: Mapping[Standing, StandingWords] = MappingProxyType(
    {
        Standing.WITHDRAWN: StandingWords(
            _l("Trukket tilbage"),
            "neutral",
            _l("Vi bruger ikke tilbuddet mere. Du kan altid tilmelde et nyt."),
        ),
        Standing.BLOCKED: StandingWords(
            _l("Ikke godkendt"), "error", _l("Vi bruger ikke tilbuddet. Ring eller skriv, hvis du vil tale om det.")
        ),
        Standing.NO_CONSENT: StandingWords(
            _l("Mangler dit samtykke"), "warning", _l("Vi bruger ikke tilbuddet, før du giver samtykke igen.")
        ),
        Standing.PAUSED: StandingWords(
            _l("På pause"), "neutral", _l("Vi spørger dig ikke om nye børn, før du åbner tilbuddet igen.")
        ),
        Standing.WAITING_FOR_APPROVAL: StandingWords(
            _l("Venter på godkendelse"), "info", _l("Kommunen læser tilbuddet. Du får en mail, når det er godkendt.")
        ),
        Standing.WAITING_FOR_CERTIFICATE: StandingWords(
            _l("Venter på børneattest"),
            "warning",
            _l("Vi mangler at få bekræftet, at børneattesten er i orden. Vi ringer og finder ud af det sammen."),
        ),
        Standing.CERTIFICATE_EXPIRED: StandingWords(
            _l("Børneattesten skal ses igen"),
            "warning",
            _l("Det er to år siden, børneattesten blev bekræftet. Vi ringer og finder ud af det sammen."),
        ),
        Standing.FULL: StandingWords(
            _l("Alle pladser er optaget"), "success", _l("Har du plads til flere, kan du skrive et større antal.")
        ),
        Standing.OPEN: StandingWords(
            _l("Åbent"), "success", _l("En rådgiver spørger dig, når et barn kan få glæde af tilbuddet.")
        ),
    }
)
