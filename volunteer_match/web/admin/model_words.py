"""The engine's weights, figures and decisions in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.proposals.decisions import DecisionKind
from volunteer_match.proposals.states import ModelState

Words = Mapping[Any, Any]

WEIGHTS: Words = MappingProxyType(
    {
        ReasonKey.NEED_LINK: _l("At tilbuddet er af en slags, der hjælper med behovet"),
        ReasonKey.USUAL_HELP: _l("At tilbuddet er af en slags, der tit hjælper, når et behov er beskrevet sådan"),
        ReasonKey.SHARED_TOPIC: _l("At tilbuddet handler om det, barnet kan lide"),
        ReasonKey.SAME_FAMILY: _l("At tilbuddet er i samme familie som det, der ønskes"),
        ReasonKey.WORDING: _l("At de to tekster ligner hinanden"),
        ReasonKey.AGAINST_WISH: _l("At tilbuddet er noget, barnet ikke vil"),
        ReasonKey.COMPANY: _l("At barnet møder nogen"),
        ReasonKey.DISTANCE: _l("At der er kort vej"),
        ReasonKey.TIMES: _l("At tiderne passer"),
        ReasonKey.AGE: _l("At alderen ligger midt i tilbuddets"),
        ReasonKey.CONTACT_FORM: _l("At det er én til én eller i gruppe, som ønsket"),
        ReasonKey.LANGUAGE: _l("At de har sprog til fælles"),
        ReasonKey.FREE_PLACES: _l("At der er flere ledige pladser"),
        ReasonKey.FRESHNESS: _l("At tilbuddet er nyt eller lige er rettet"),
        ReasonKey.LIKE_CHOSEN: _l("At det ligner forslag, rådgiveren ville have flere af"),
    }
)

# What it is called, and how to read it.
FIGURES: Words = MappingProxyType(
    {
        "auc": (_l("Rækkefølge"), _l("Hvor tit det valgte står over det, der blev valgt fra. 1 er bedst.")),
        "ndcg": (_l("Det valgtes plads"), _l("Hvor højt på listen det valgte tilbud står. 1 er bedst.")),
        "log_loss": (_l("Fejl i sandsynligheder"), _l("Hvor meget udfaldet overrasker modellen. 0 er bedst.")),
        "calibration_error": (
            _l("Skævhed"),
            _l("Hvor langt de sagte sandsynligheder er fra det, der skete. 0 er bedst."),
        ),
    }
)

STATES: Words = MappingProxyType(
    {
        ModelState.CANDIDATE: (_l("Ikke taget i brug"), "info"),
        ModelState.SERVING: (_l("I brug"), "success"),
        ModelState.RETIRED: (_l("Taget ud af brug"), "neutral"),
    }
)

DECISIONS: Words = MappingProxyType(
    {
        DecisionKind.CHOSEN: _l("valgt og spurgt"),
        DecisionKind.ACCEPTED: _l("sagt ja til"),
        DecisionKind.STARTED: _l("kommet i gang"),
        DecisionKind.LASTED: _l("har holdt i tre måneder eller nået målet"),
        DecisionKind.ENDED_EARLY: _l("stoppet før tid"),
        DecisionKind.REJECTED: _l("valgt fra"),
        DecisionKind.DECLINED: _l("sagt nej til"),
        DecisionKind.SAID: _l("“mere som dette” eller “ikke det her”"),
    }
)
