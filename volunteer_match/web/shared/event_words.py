"""Events, guests and their answers in plain words."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.events.audience import AnsweredBefore, LeftOut
from volunteer_match.events.contact_lists import Fault
from volunteer_match.events.funnel import Way
from volunteer_match.events.sheets import Unreadable
from volunteer_match.events.states import EventState, InvitationSource, InvitationState, QuestionKind, Visibility
from volunteer_match.events.thanks import NotThanked

# A word and the tone of its badge.
STATES: Mapping[EventState, tuple[Any, str]] = MappingProxyType(
    {
        EventState.DRAFT: (_l("Kladde"), "neutral"),
        EventState.OPEN: (_l("Åbent for svar"), "success"),
        EventState.FULL: (_l("Fyldt op"), "warning"),
        EventState.HELD: (_l("Holdt"), "neutral"),
        EventState.CANCELLED: (_l("Aflyst"), "error"),
    }
)
ANSWERS: Mapping[InvitationState, tuple[Any, str]] = MappingProxyType(
    {
        InvitationState.YES: (_l("Kommer"), "success"),
        InvitationState.WAITING: (_l("Venteliste"), "warning"),
        InvitationState.MAYBE: (_l("Måske"), "info"),
        InvitationState.NO: (_l("Kommer ikke"), "neutral"),
        InvitationState.EXPIRED: (_l("Tog ikke pladsen i tide"), "neutral"),
        InvitationState.SENT: (_l("Ikke svaret"), "neutral"),
        InvitationState.QUEUED: (_l("Ikke sendt"), "neutral"),
    }
)
SOURCES: Mapping[InvitationSource, Any] = MappingProxyType(
    {
        InvitationSource.ORGANISATION: _l("Forening eller virksomhed"),
        InvitationSource.CITIZEN: _l("Borger med et tilbud"),
        InvitationSource.IMPORTED: _l("Fra en liste"),
        InvitationSource.SINGLE: _l("Skrevet ind"),
        InvitationSource.SIGN_UP: _l("Tilmeldte sig selv"),
    }
)
ANSWERED_BEFORE: Mapping[AnsweredBefore, Any] = MappingProxyType(
    {
        AnsweredBefore.CAME: _l("Kom til et arrangement, der er holdt"),
        AnsweredBefore.NEVER: _l("Er inviteret før og har aldrig svaret"),
    }
)
LEFT_OUT: Mapping[LeftOut, Any] = MappingProxyType(
    {
        LeftOut.BLOCKED: _l("er blokeret"),
        LeftOut.NO_CONSENT: _l("har trukket samtykket tilbage, eller det er udløbet"),
        LeftOut.WANTS_NO_MAIL: _l("vil ikke have indbydelser"),
        LeftOut.ON_THE_LIST: _l("står på listen i forvejen"),
        LeftOut.SAME_ADDRESS: _l("har samme e-mail som en anden, der er med"),
    }
)
NOT_THANKED: Mapping[NotThanked, Any] = MappingProxyType(
    {
        NotThanked.NO_ADDRESS: _l("har ikke givet en e-mail"),
        NotThanked.WANTS_NO_MAIL: _l("vil ikke have mails om arrangementer"),
        NotThanked.NO_CONSENT: _l("har trukket samtykket tilbage, eller det er udløbet"),
        NotThanked.CAME_BACK: _l("har en e-mail, hvor indbydelsen kom retur"),
        NotThanked.SAME_ADDRESS: _l("har samme e-mail som en anden, der er med"),
    }
)
QUESTIONS: Mapping[QuestionKind, Any] = MappingProxyType(
    {
        QuestionKind.FOOD: _l("Mad, de ikke spiser"),
        QuestionKind.CHILDCARE: _l("Børnepasning"),
        QuestionKind.LIFT: _l("Kørelejlighed"),
        QuestionKind.SIGN_LANGUAGE: _l("Tegnsprogstolk"),
    }
)
VISIBILITIES: Mapping[Visibility, Any] = MappingProxyType(
    {
        Visibility.PUBLIC: _l("Alle kan tilmelde sig, og det står på forsiden"),
        Visibility.BY_INVITATION: _l("Kun dem, der får en indbydelse"),
    }
)
STAGES: Mapping[str, Any] = MappingProxyType(
    {
        "on_list": _l("På listen"),
        "invited": _l("Inviteret"),
        "delivered": _l("Mailen kom frem"),
        "failed": _l("Kom ikke frem"),
        "answered": _l("Svarede"),
        "yes": _l("Sagde ja"),
        "maybe": _l("Måske"),
        "no": _l("Kommer ikke"),
        "waiting": _l("Venteliste"),
        "lapsed": _l("Tog ikke pladsen i tide"),
        "came": _l("Kom"),
        "people": _l("Mennesker"),
        "offering": _l("Gav tilbud"),
        "offers": _l("Tilbud"),
        "approved": _l("Godkendt"),
    }
)
UNREADABLE: Mapping[Unreadable, Any] = MappingProxyType(
    {
        Unreadable.EMPTY: _l("Filen er tom. Vælg en med mindst én adresse"),
        Unreadable.OLD_OR_LOCKED: _l("Filen er i et gammelt format eller har adgangskode. Gem den som .xlsx uden kode"),
        Unreadable.NO_SHEET: _l("Filen kan ikke læses som en liste. Gem den som .xlsx eller CSV"),
        Unreadable.TOO_LARGE: _l("Filen er for stor. Gem kun arket med adresserne"),
        Unreadable.TOO_MANY_ROWS: _l("Der er mere end 5.000 rækker. Del listen i to filer"),
    }
)
FAULTS: Mapping[Fault, Any] = MappingProxyType(
    {
        Fault.NO_ADDRESS: _l("Ingen e-mailadresse"),
        Fault.BAD_ADDRESS: _l("Ikke en e-mailadresse"),
        Fault.TWICE: _l("Står i filen to gange"),
    }
)
# The answer of a mail server (RFC 5321), or better its status code (RFC 3463): the middle number says what it is about.
_CODE = re.compile(r"\b[45]\.(?P<about>\d{1,3})\.\d{1,3}\b|\b[45]\d\d\b(?! \d\.)", re.ASCII)
_UNKNOWN = _l("Mailen kunne ikke afleveres")
_DID_NOT_ARRIVE: Mapping[str, Any] = MappingProxyType(
    {
        "1": _l("Adressen findes ikke"),
        "2": _l("Postkassen er fuld eller lukket"),
        "3": _l("Modtagerens mailserver kunne ikke nås"),
        "4": _l("Modtagerens mailserver kunne ikke nås"),
        "7": _l("Modtagerens mailserver vil ikke have mailen"),
    }
)


def why_it_did_not_arrive(told: str) -> str:
    """In plain words, as far as a code in what we were told goes, and the code for whoever knows them."""
    code = _CODE.search(told)
    if code is None:
        return str(_UNKNOWN)
    return f"{_DID_NOT_ARRIVE.get(code['about'] or '', _UNKNOWN)} ({code[0]})"


def way_name(way: Way) -> str:
    """How somebody came on the list; a brought list by its name."""
    if way.source is None:
        return str(_l("Kom uden at stå på listen"))
    return way.list_name or str(SOURCES[way.source])
