"""Imports every module with tables, so that the metadata is whole for migrations and the app."""

from volunteer_match.audit import models as audit
from volunteer_match.cases import models as cases
from volunteer_match.consultations import models as consultations
from volunteer_match.events import models as events
from volunteer_match.foundation import signed_links
from volunteer_match.notifications import models as notifications
from volunteer_match.organisations import models as organisations
from volunteer_match.people import models as people
from volunteer_match.proposals import models as proposals
from volunteer_match.vocabulary import models as vocabulary

__all__ = [
    "audit",
    "cases",
    "consultations",
    "events",
    "notifications",
    "organisations",
    "people",
    "proposals",
    "signed_links",
    "vocabulary",
]
