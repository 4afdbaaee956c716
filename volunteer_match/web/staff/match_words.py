"""The engine's keys and the states of a match in the words a caseworker uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.eligibility import Bar
from volunteer_match.matching.explanations import Reason, ReasonKey, Unknown
from volunteer_match.organisations.models import Offer
from volunteer_match.proposals.candidates import FAINT_SCORE, Candidate
from volunteer_match.proposals.gates import CaseGate, Gate
from volunteer_match.proposals.joint_plan import WhyWithout
from volunteer_match.proposals.states import (
    CancelReason,
    DeclineReason,
    EndedBy,
    EndReason,
    HowItGoes,
    PauseReason,
    ProposalAction,
    ProposalState,
    RejectReason,
)
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.jinja import km, language_names, slot_names
from volunteer_match.web.shared.language import current_language

Words = Mapping[Any, Any]

GATES: Words = MappingProxyType(
    {
        CaseGate.NOT_RESPONSIBLE: _l("Kun sagens egen rådgiver kan gøre det."),
        CaseGate.NEED_NOT_OPEN: _l("Behovet eller sagen er lukket."),
        CaseGate.CHILD_VIEW_MISSING: _l("Barnets egen mening mangler."),
        CaseGate.HAS_OPEN_PROPOSAL: _l("Behovet har allerede et forslag, der er i gang."),
        Bar.GUARDIAN_CONSENT: _l("Familiens samtykke mangler, er udløbet eller er trukket tilbage."),
        Bar.RECIPIENT_NOT_COVERED: _l("Familiens samtykke gælder ikke denne slags organisation."),
        Bar.OFFER_NOT_APPROVED: _l("Tilbuddet er ikke godkendt."),
        Bar.OFFER_PAUSED: _l("Tilbuddet holder pause."),
        Bar.VOLUNTEER_CONSENT: _l("Kontaktpersonens samtykke gælder ikke længere."),
        Bar.CERTIFICATE_MISSING: _l("Børneattesten er ikke bekræftet endnu."),
        Bar.CERTIFICATE_EXPIRED: _l("Børneattesten skal bekræftes igen."),
        Bar.NO_FREE_PLACE: _l("Der er ingen ledig plads."),
        Bar.AGE: _l("Barnets alder ligger uden for tilbuddets."),
        Bar.LANGUAGE: _l("I har intet sprog til fælles."),
        Bar.SLOTS: _l("Tiderne passer ikke sammen."),
        Bar.CONTACT_FORM: _l("Den ene ønsker en gruppe, den anden én til én."),
        Bar.DISTANCE: _l("Der er for langt, og transport er ikke aftalt."),
        Bar.BLOCKED: _l("De to skal ikke bringes sammen (spærret, eller der er sagt nej før)."),
    }
)

UNKNOWN: Words = MappingProxyType(
    {
        Unknown.NEED_TIMES: _l("Hvornår barnet kan"),
        Unknown.OFFER_TIMES: _l("Hvornår de kan – spørg om tider"),
        Unknown.OFFER_LANGUAGES_BY_DEFAULT: _l("Om de taler andet end dansk"),
        Unknown.OFFER_KIND: _l("Hvilken slags tilbud det er – læs teksten"),
        Unknown.NEED_CODES: _l("Hvilke koder behovet har – ranglisten bygger kun på teksten"),
        Unknown.NEED_NOT_UNDERSTOOD: _l("Hvad teksten handler om – skriv lidt mere, eller vælg koder"),
    }
)

# What a caseworker can do about it.
MENDED_BY: Words = MappingProxyType(
    {
        Bar.GUARDIAN_CONSENT: _l("Bed familien om samtykke."),
        Bar.RECIPIENT_NOT_COVERED: _l("Spørg familien, om samtykket må gælde denne slags organisation også."),
        Bar.CERTIFICATE_MISSING: _l("Spørg administratoren, hvornår børneattesten er på plads."),
        Bar.CERTIFICATE_EXPIRED: _l("Spørg administratoren, om børneattesten kan bekræftes igen."),
        Bar.NO_FREE_PLACE: _l("Spørg, om de kan tage én mere, eller hvornår der bliver plads."),
        Bar.LANGUAGE: _l("Måske kan en, der taler begge sprog, være med de første gange."),
        Bar.SLOTS: _l("Spørg familien, om andre tider kan gå, og ret dem i behovet."),
        Bar.CONTACT_FORM: _l("Tal med familien om, hvorvidt den anden form også kan gå."),
        Bar.DISTANCE: _l("Aftal transport, og notér det i behovet."),
    }
)

CONTACT_FORMS: Words = MappingProxyType(
    {
        ContactForm.ONE_TO_ONE: _l("Én til én"),
        ContactForm.GROUP: _l("I en gruppe"),
        ContactForm.EITHER: _l("Én til én eller gruppe"),
    }
)

STATES: Words = MappingProxyType(
    {
        ProposalState.PROPOSED: (_l("Foreslået"), "neutral"),
        ProposalState.REJECTED: (_l("Valgt fra"), "neutral"),
        ProposalState.APPROVED: (_l("Godkendt"), "info"),
        ProposalState.ASKED: (_l("Spurgt – venter på svar"), "info"),
        ProposalState.DECLINED: (_l("Sagde nej"), "neutral"),
        ProposalState.EXPIRED: (_l("Intet svar i tide"), "warning"),
        ProposalState.ACCEPTED: (_l("Sagde ja – aftal møde"), "success"),
        ProposalState.INTRODUCED: (_l("Har mødt familien"), "success"),
        ProposalState.ACTIVE: (_l("I gang"), "success"),
        ProposalState.PAUSED: (_l("Holder pause"), "warning"),
        ProposalState.ENDED: (_l("Afsluttet"), "neutral"),
        ProposalState.CANCELLED: (_l("Stoppet"), "warning"),
    }
)

MOVES: Words = MappingProxyType(
    {
        ProposalAction.PROPOSE: _l("Foreslået af rådgiver"),
        ProposalAction.APPROVE: _l("Godkendt af rådgiver"),
        ProposalAction.REJECT: _l("Valgt fra af rådgiver"),
        ProposalAction.ASK: _l("Kontaktpersonen er spurgt"),
        ProposalAction.ACCEPT: _l("Kontaktpersonen sagde ja"),
        ProposalAction.DECLINE: _l("Kontaktpersonen sagde nej"),
        ProposalAction.EXPIRE: _l("Svarfristen løb ud"),
        ProposalAction.INTRODUCE: _l("Familien og kontaktpersonen har mødt hinanden"),
        ProposalAction.START: _l("Barnet og kontaktpersonen er i gang"),
        ProposalAction.PAUSE: _l("Sat på pause"),
        ProposalAction.RESUME: _l("I gang igen"),
        ProposalAction.END: _l("Afsluttet"),
        ProposalAction.CANCEL: _l("Stoppet"),
        ProposalAction.PROPOSE_AGAIN: _l("Taget op igen"),
        ProposalAction.LAY_BEFORE: _l("Foreslået af platformen og lagt frem for rådgiveren"),
    }
)

REJECT_REASONS: Words = MappingProxyType(
    {
        RejectReason.NOT_RIGHT_KIND: _l("Ikke den rigtige slags hjælp"),
        RejectReason.NOT_RIGHT_PERSON: _l("Ikke det rigtige sted eller menneske for barnet"),
        RejectReason.TOO_FAR: _l("For langt væk"),
        RejectReason.TIMES_DO_NOT_FIT: _l("Tiderne passer ikke"),
        RejectReason.FAMILY_SAYS_NO: _l("Familien siger nej"),
        RejectReason.CHILD_SAYS_NO: _l("Barnet siger nej"),
        RejectReason.KNOW_EACH_OTHER: _l("De kender hinanden på en måde, der ikke går"),
        RejectReason.OTHER: _l("Noget andet"),
    }
)

REASONS: Words = MappingProxyType(
    {
        **{reason.value: words for reason, words in REJECT_REASONS.items()},
        DeclineReason.NO_TIME.value: _l("Har ikke tid lige nu"),
        DeclineReason.NO_ROOM.value: _l("Har ikke plads lige nu"),
        DeclineReason.NOT_RIGHT_FOR_US.value: _l("Er ikke de rette til opgaven"),
        CancelReason.VOLUNTEER_CONSENT_WITHDRAWN.value: _l("Kontaktpersonen har trukket sit samtykke tilbage"),
        CancelReason.GUARDIAN_CONSENT_WITHDRAWN.value: _l("Familien har trukket sit samtykke tilbage"),
        CancelReason.OFFER_PAUSED.value: _l("Tilbuddet er sat på pause"),
        CancelReason.OFFER_WITHDRAWN.value: _l("Tilbuddet er trukket tilbage"),
        CancelReason.OFFER_BLOCKED.value: _l("Tilbuddet er spærret af kommunen"),
        CancelReason.CERTIFICATE_REVOKED.value: _l("Bekræftelsen af børneattesten er trukket tilbage"),
        CancelReason.NEED_CLOSED.value: _l("Behovet er lukket"),
        CancelReason.BY_CASEWORKER.value: _l("Trukket tilbage af rådgiveren"),
        EndReason.GOAL_REACHED.value: _l("Målet er nået"),
        EndReason.AGREED_END.value: _l("Aftalt afslutning"),
        EndReason.CHILD_STOPPED.value: _l("Barnet ville ikke mere"),
        EndReason.FAMILY_STOPPED.value: _l("Familien ville ikke mere"),
        EndReason.VOLUNTEER_STOPPED.value: _l("Den frivillige stoppede"),
        EndReason.MOVED_AWAY.value: _l("Nogen er flyttet"),
        EndReason.NO_CHEMISTRY.value: _l("Kemien var der ikke"),
        PauseReason.AGREED_BREAK.value: _l("Aftalt pause, fx ferie"),
        PauseReason.ILLNESS.value: _l("Sygdom"),
        "other": _l("Noget andet"),
    }
)

ENDED_BY: Words = MappingProxyType(
    {
        EndedBy.CHILD: _l("Barnet"),
        EndedBy.FAMILY: _l("Familien"),
        EndedBy.VOLUNTEER: _l("Den frivillige"),
        EndedBy.CASEWORKER: _l("Rådgiveren"),
    }
)

HOW_IT_GOES: Words = MappingProxyType(
    {
        HowItGoes.WELL: _l("Det går godt"),
        HowItGoes.MIXED: _l("Både og"),
        HowItGoes.BADLY: _l("Det går ikke godt"),
        HowItGoes.NOT_MET: _l("De har ikke mødtes"),
    }
)

WHY_WITHOUT: Words = MappingProxyType(
    {
        WhyWithout.NO_OFFER_MAY: _l(
            "Intet tilbud må vælges: alder, afstand, tider, samtykke eller et nej står i vejen."
        ),
        WhyWithout.ONLY_FAINT: _l("De tilbud, der må vælges, passer kun lidt."),
        WhyWithout.PLACES_TAKEN: _l("Alle pladser gik til andre, der har ventet længere, eller som det passer bedre:"),
    }
)

# Told in a line of their own with this pair's figures, or not telling for a reader.
NOT_TOLD = frozenset(
    {
        ReasonKey.BASELINE,
        ReasonKey.COMPANY,
        ReasonKey.DISTANCE,
        ReasonKey.TIMES,
        ReasonKey.FREE_PLACES,
        ReasonKey.FRESHNESS,
    }
)
MOST_REASONS = 4
MOST_CONCEPTS = 2
MOST_WORDS = 3
# The share of the logit below which a reason says too little to be read; ages are never worth much.
TELLING = {ReasonKey.AGE: 0.2}
USUALLY_TELLING = 0.4


class HasPlaces(Protocol):
    """An offer, or what a plan knows of one."""

    @property
    def free_places(self) -> int: ...


class Told(Protocol):
    """What the reasons of a pair are told from: a line of a list, or of a plan for many needs."""

    @property
    def reasons(self) -> tuple[Reason, ...]: ...
    @property
    def distance_km(self) -> float: ...
    @property
    def shared_slots(self) -> tuple[str, ...]: ...
    @property
    def offer(self) -> HasPlaces: ...


def gate_sentences(gates: Iterable[Gate]) -> list[str]:
    """Every rule that stands in the way, in plain words."""
    return [str(GATES[gate]) for gate in gates]


@dataclass(frozen=True, slots=True)
class Line:
    """One reason as it is read, and the words of the need that led there."""

    text: str
    words: tuple[str, ...] = ()


def ways_to_mend(bars: Iterable[Bar]) -> list[str]:
    """What a caseworker can do about these rules; nothing about those nobody can mend."""
    return [str(MENDED_BY[bar]) for bar in bars if bar in MENDED_BY]


def fits(candidate: Told, *, like: Offer | None = None) -> list[Line]:
    """Why this offer: what it is about first, the strongest reason on top, then distance, times and places.

    `like`: the offer the caseworker spoke of that made it move.
    """
    telling = sorted(
        (reason for reason in candidate.reasons if _tells(reason)),
        key=lambda reason: -reason.contribution,
    )
    lines = [line for reason in telling if (line := _line(reason, like, itself=like is candidate.offer))]
    if not lines:
        lines = [Line(str(FAINT_REASONS[reason.key])) for reason in telling if reason.key in FAINT_REASONS]
    return lines[:MOST_REASONS] + [Line(fact) for fact in facts(candidate)]


def _tells(reason: Reason) -> bool:
    return reason.key not in NOT_TOLD and reason.contribution >= TELLING.get(reason.key, USUALLY_TELLING)


def is_faint(candidate: Candidate) -> bool:
    """Little speaks for it: it stands in the list because nothing bars it and nothing better is left."""
    return candidate.score is not None and candidate.score < FAINT_SCORE


def against(candidate: Candidate) -> list[Line]:
    """What speaks against it although nothing bars it."""
    lines = [
        Line(_("Går imod et ønske i teksten"), reason.words[:MOST_WORDS])
        for reason in candidate.reasons
        if reason.key is ReasonKey.AGAINST_WISH and reason.contribution < 0 and reason.words
    ]
    like = candidate.like
    if like is not None and _liked(candidate) <= -USUALLY_TELLING:
        lines.append(Line(_("Minder om »%(title)s«, som du ikke ville have", title=like.title)))
    return lines


def _liked(candidate: Candidate) -> float:
    return sum(reason.contribution for reason in candidate.reasons if reason.key is ReasonKey.LIKE_CHOSEN)


def unknown(candidate: Candidate) -> list[str]:
    """What nobody has told us and the caseworker may want to ask."""
    return [str(UNKNOWN[item]) for item in candidate.unknown]


def facts(candidate: Told) -> list[str]:
    """How far, when and how many, which count for little but are asked first."""
    distance = km(candidate.distance_km)
    told = [_("%(km)s fra barnets område", km=distance[:1].upper() + distance[1:])]
    if candidate.shared_slots:
        told.append(_("%(times)s passer", times=", ".join(slot_names(candidate.shared_slots)).capitalize()))
    places = candidate.offer.free_places
    return [*told, ngettext("Plads til %(num)s", "Plads til %(num)s", places)]


def _line(reason: Reason, like: Offer | None, *, itself: bool) -> Line | None:
    words = reason.words[:MOST_WORDS]
    if reason.key is ReasonKey.SHARED_TOPIC:
        text = _labels(reason.concepts)
    elif reason.key is ReasonKey.NEED_LINK:
        text = _helps(reason)
    elif reason.key is ReasonKey.USUAL_HELP:
        text = _usually_helps(reason)
    else:
        text, words = _plain_reason(reason, like, itself=itself), ()
    return Line(text, words) if text else None


def _plain_reason(reason: Reason, like: Offer | None, *, itself: bool) -> str:
    if reason.key is ReasonKey.LANGUAGE and reason.value not in {None, "da"}:
        return str(_("Fælles sprog: %(languages)s", languages=language_names(str(reason.value).split(","))))
    if reason.key is ReasonKey.LIKE_CHOSEN and like is not None:
        if itself:
            return str(_("Du har bedt om mere som dette"))
        return str(_("Minder om »%(title)s«, som du ville have mere af", title=like.title))
    return str(_("Barnet er midt i aldersgruppen")) if reason.key is ReasonKey.AGE else ""


def _helps(reason: Reason) -> str:
    needs = taxonomy().needs
    known = [needs[code].label.in_language(current_language()) for code in reason.concepts if code in needs]
    if not known:
        return ""
    return str(_("Svarer til: %(needs)s", needs="; ".join(map(_lower_first, known[:MOST_CONCEPTS]))))


def _usually_helps(reason: Reason) -> str:
    kinds = taxonomy().offers
    known = [kinds[kind].label.in_language(current_language()) for kind in reason.concepts if kind in kinds]
    if not known:
        return ""
    return str(
        _(
            "Det, der tit hjælper, når man skriver sådan: %(kinds)s",
            kinds=", ".join(map(_lower_first, known[:MOST_CONCEPTS])),
        )
    )


def _labels(concepts: Iterable[str]) -> str:
    book = concept_book().concepts
    labels = [book[concept].label.in_language(current_language()) for concept in concepts if concept in book]
    joined = ", ".join(map(_lower_first, labels[:MOST_CONCEPTS]))
    return joined[:1].upper() + joined[1:]


def _lower_first(text: str) -> str:
    # PPR and the like keep their capitals.
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


# Said only where nothing clearer can be.
FAINT_REASONS: Words = MappingProxyType(
    {
        ReasonKey.SAME_FAMILY: _l("Den slags hjælp, du søger"),
        ReasonKey.WORDING: _l("Teksterne ligner hinanden"),
    }
)
