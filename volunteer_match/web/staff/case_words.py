"""What we call things of a case on the staff's pages: states, parties of a consent, and what waits."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.cases.states import (
    CaseState,
    ChildViewSource,
    ConsentParty,
    ConsentStatus,
    NeedState,
    OverLimitReason,
    TaskKind,
)
from volunteer_match.proposals.queries import TodayKind

Words = Mapping[Any, Any]

CASE_STATES: Words = MappingProxyType({CaseState.OPEN: _l("Åben"), CaseState.CLOSED: _l("Lukket")})

# Each with the tone of its badge.
NEED_STATES: Words = MappingProxyType(
    {
        NeedState.OPEN: (_l("Søger"), "info"),
        NeedState.MATCHED: (_l("I gang med en frivillig"), "success"),
        NeedState.CLOSED: (_l("Lukket"), "neutral"),
    }
)

PARTIES: Words = MappingProxyType(
    {
        ConsentParty.CUSTODY_HOLDER_1: _l("Den ene forældremyndighedsindehaver"),
        ConsentParty.CUSTODY_HOLDER_2: _l("Den anden forældremyndighedsindehaver"),
        ConsentParty.YOUNG_PERSON: _l("Den unge selv"),
    }
)
ONLY_PARENT = _l("Forældremyndighedsindehaveren")

CONSENT_STATES: Words = MappingProxyType(
    {
        ConsentStatus.NOT_ASKED: (_l("Ikke spurgt endnu"), "warning"),
        ConsentStatus.ASKED: (_l("Spurgt, venter på svar"), "info"),
        ConsentStatus.IN_FORCE: (_l("Har sagt ja"), "success"),
        ConsentStatus.EXPIRED: (_l("Udløbet – spørg igen"), "warning"),
        ConsentStatus.WITHDRAWN: (_l("Trukket tilbage"), "error"),
        ConsentStatus.WORDING_CHANGED: (_l("Teksten er ændret – spørg igen"), "warning"),
    }
)

CHILD_VIEW_SOURCES: Words = MappingProxyType(
    {
        ChildViewSource.CONVERSATION: _l("En samtale med barnet"),
        ChildViewSource.PLAY_OR_DRAWING: _l("Leg, tegning eller andet samvær"),
        ChildViewSource.THROUGH_TRUSTED_ADULT: _l("Gennem en voksen, som barnet er tryg ved"),
    }
)

OVER_LIMIT_REASONS: Words = MappingProxyType(
    {
        OverLimitReason.SIBLING: _l("Søskende til et barn, rådgiveren allerede kender"),
        OverLimitReason.STAND_IN: _l("Rådgiveren afløser en kollega"),
        OverLimitReason.URGENT: _l("Det haster, og ingen andre har plads"),
        OverLimitReason.CASE_ABOUT_TO_CLOSE: _l("En af rådgiverens sager lukker snart"),
    }
)

TASKS: Words = MappingProxyType(
    {
        TaskKind.VOLUNTEER_WITHDREW_CONSENT: _l("Den frivillige har trukket sit samtykke tilbage. Find en anden"),
        TaskKind.OFFER_WITHDRAWN: _l("Tilbuddet er ikke åbent mere. Find et andet"),
        TaskKind.OFFER_BLOCKED: _l("Tilbuddet er spærret. Tal med familien, og find et andet"),
        TaskKind.GUARDIAN_WITHDREW_CONSENT: _l(
            "Familien har trukket samtykket tilbage. Det, der var i gang, er stoppet"
        ),
        TaskKind.REQUEST_ACCEPTED: _l("Den frivillige har sagt ja. Aftal det første møde"),
        TaskKind.REQUEST_DECLINED: _l("Den frivillige har sagt nej. Find en anden"),
        TaskKind.REQUEST_EXPIRED: _l("Der kom ikke svar i tide. Find en anden"),
        TaskKind.MAIL_NOT_DELIVERED: _l("Mailen kunne ikke leveres. Ring til den frivillige"),
    }
)

WAITING: Words = MappingProxyType(
    {
        TodayKind.QUIET: _l("Der har været stille længe. Hør, hvordan det går"),
        TodayKind.FOLLOW_UP_DUE: _l("Det er tid til at følge op"),
        TodayKind.ARRANGE_INTRODUCTION: _l("Begge har sagt ja. Aftal det første møde"),
        TodayKind.READY_TO_START: _l("De har mødt hinanden. Gik det godt, så sæt i gang"),
        TodayKind.DECIDE_PROPOSAL: _l("Platformen foreslår et tilbud. Sig ja eller nej"),
        TodayKind.PAUSED: _l("Sat på pause. Skal det i gang igen?"),
        TodayKind.WAITING_FOR_ANSWER: _l("Den frivillige er spurgt og har ikke svaret endnu"),
        TodayKind.NO_PROPOSAL_YET: _l("Alt er på plads. Find det første tilbud"),
    }
)


def party_name(party: ConsentParty, *, custody_holders: int) -> Any:
    """The party as the page calls it; a single parent has no number."""
    if party is ConsentParty.CUSTODY_HOLDER_1 and custody_holders == 1:
        return ONLY_PARENT
    return PARTIES[party]
