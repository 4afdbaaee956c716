"""The groups and figures of the fairness report in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.proposals.fairness import NOT_TOLD, OTHERS, TOTAL, About, Dimension, Figure
from volunteer_match.vocabulary.languages import language_name
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.jinja import place_name
from volunteer_match.web.shared.language import current_language
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

Words = Mapping[Any, Any]

ABOUT: Words = MappingProxyType({About.NEEDS: _l("Børnenes behov"), About.OFFERS: _l("Tilbuddene")})
DIMENSIONS: Words = MappingProxyType(
    {
        Dimension.AREA: _l("Område"),
        Dimension.AGE_BAND: _l("Alder"),
        Dimension.LANGUAGE: _l("Sprog"),
        Dimension.KIND: _l("Slags tilbud"),
        Dimension.ORGANISATION: _l("Hvem der tilbyder"),
    }
)
FIGURES: Words = MappingProxyType(
    {
        Figure.COUNTED: _l("Antal"),
        Figure.SHOWN: _l("Vist"),
        Figure.FIRST: _l("Som nr. 1"),
        Figure.TOP_THREE: _l("I top 3"),
        Figure.CHOSEN: _l("Spurgt"),
        Figure.REJECTED: _l("Valgt fra"),
        Figure.DECLINED: _l("Nej eller intet svar"),
        Figure.STARTED: _l("I gang"),
        Figure.WAITING: _l("Venter"),
    }
)
_NAMED: Words = MappingProxyType({TOTAL: _l("I alt"), OTHERS: _l("Øvrige"), NOT_TOLD: _l("Ikke oplyst")})


def group_name(dimension: Dimension, group: str) -> str:
    """One group as it is read in the language of the page."""
    if group in _NAMED:
        return str(_NAMED[group])
    language = current_language()
    if dimension is Dimension.AREA:
        return place_name(group)
    if dimension is Dimension.AGE_BAND:
        return next(band.label.in_language(language) for band in taxonomy().age_bands if band.id == group)
    if dimension is Dimension.LANGUAGE:
        return language_name(group, language)
    if dimension is Dimension.KIND:
        return taxonomy().groups[group].label.in_language(language)
    return str(ORGANISATION_KINDS[OrganisationKind(group)])


def table_name(about: About, dimension: Dimension) -> str:
    """What stands above a table."""
    return str(_("%(about)s efter %(dimension)s", about=ABOUT[about], dimension=str(DIMENSIONS[dimension]).lower()))
