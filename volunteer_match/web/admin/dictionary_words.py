"""The vocabulary's own terms in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.matching.concepts import HINT, SYNONYM
from volunteer_match.matching.dictionary import Link, Sort
from volunteer_match.matching.kind_reading import Side
from volunteer_match.matching.vocabulary_check import Slip

Words = Mapping[Any, Any]

SORTS: Words = MappingProxyType(
    {
        Sort.KIND: _l("Slags tilbud"),
        Sort.NEED: _l("Behov"),
        Sort.TOPIC: _l("Emne"),
        Sort.MANNER: _l("Måde at være på"),
        Sort.SITUATION: _l("Situation"),
    }
)

SORTS_TOLD: Words = MappingProxyType(
    {
        Sort.KIND: _l("Noget, en frivillig kan tilbyde."),
        Sort.NEED: _l("En kode, en rådgiver kan vælge, eller som teksten peger på."),
        Sort.TOPIC: _l("Noget, et barn kan lide, og et tilbud kan handle om."),
        Sort.MANNER: _l("Hvordan et tilbud er, ikke hvad det handler om."),
        Sort.SITUATION: _l("Livet, som det er. Det kan man ikke have noget imod, så “ikke” vender det ikke."),
    }
)

# What a concept leads to, and the same seen from the other end.
LEADS_TO: Words = MappingProxyType(
    {
        Link.CALLS: _l("Kalder på"),
        Link.IS_A: _l("Er en slags"),
        Link.HINTS_AT: _l("Peger på behov"),
        Link.RULES_OUT: _l("Taler imod"),
    }
)
LED_FROM: Words = MappingProxyType(
    {
        Link.CALLS: _l("Kaldes frem af"),
        Link.IS_A: _l("Herunder hører"),
        Link.HINTS_AT: _l("Anes bag"),
        Link.RULES_OUT: _l("Tales imod af"),
    }
)

HEARD_IN: Words = MappingProxyType(
    {
        "both": _l("i behov og i tilbud"),
        "need": _l("kun i behov"),
        "offer": _l("kun i tilbud"),
    }
)

SURE: Words = MappingProxyType(
    {
        1.0: _l("Siger det"),
        SYNONYM: _l("Søgeord"),
        HINT: _l("Antyder det"),
    }
)

LANGUAGES: Words = MappingProxyType({"da": _l("På dansk"), "en": _l("På engelsk")})

EXAMPLES: Words = MappingProxyType(
    {
        (Side.NEED, 2): _l("Behov, hvor det er lige det rigtige"),
        (Side.NEED, 1): _l("Behov, hvor det også kan hjælpe"),
        (Side.OFFER, 2): _l("Tilbud af netop den slags"),
        (Side.OFFER, 1): _l("Tilbud, der også er lidt af den slags"),
    }
)

SLIPS: Words = MappingProxyType(
    {
        Slip.SHAPE: _l("Filen er skrevet forkert"),
        Slip.TWICE_THERE: _l("Står der flere gange"),
        Slip.NO_LABEL: _l("Mangler et navn på dansk eller engelsk"),
        Slip.NO_DANISH: _l("Har ingen ord på dansk"),
        Slip.NO_ENGLISH: _l("Har ingen ord på engelsk"),
        Slip.DANGLING: _l("Peger på noget, der ikke findes"),
        Slip.CYCLE: _l("Er en slags af sig selv"),
        Slip.NEVER_MET: _l("Intet fører hertil"),
        Slip.NEVER_CALLED_FOR: _l("Intet behov kalder på det"),
        Slip.NO_WORD: _l("Ordlyden kan aldrig blive fundet i en tekst"),
        Slip.SMALL_WORD: _l("Et småord alene: Det står i næsten alle tekster"),
        Slip.MEANS_APART: _l("De samme ord fører til begreber, der ikke har med hinanden at gøre"),
        Slip.LEAK: _l("Det, organisationer læser, siger for meget om barnet"),
    }
)
