"""What we call the kinds of those who offer something, on every audience's pages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.organisations.states import OrganisationKind

ORGANISATION_KINDS: Mapping[OrganisationKind, Any] = MappingProxyType(
    {
        OrganisationKind.SPORTS_CLUB: _l("Idrætsforening eller klub"),
        OrganisationKind.CHURCH: _l("Kirke eller trossamfund"),
        OrganisationKind.BUSINESS: _l("Virksomhed"),
        OrganisationKind.ASSOCIATION: _l("Anden forening eller organisation"),
        OrganisationKind.CITIZEN: _l("Borger"),
        OrganisationKind.PROFESSIONAL: _l("Fagperson eller fagligt tilbud"),
    }
)
