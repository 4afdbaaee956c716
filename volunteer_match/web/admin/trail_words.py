"""Every line of the trail in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.audit.actions import ActorKind, AuditAction

Words = Mapping[Any, Any]

# Read after who did it: "Mette Holm · læste en sag".
ACTIONS: Words = MappingProxyType(
    {
        AuditAction.SIGNED_IN: _l("loggede ind"),
        AuditAction.SIGN_IN_REFUSED: _l("blev afvist ved login"),
        AuditAction.SIGNED_OUT: _l("loggede af"),
        AuditAction.PASSWORD_CHANGED: _l("skiftede adgangskode"),
        AuditAction.ACCESS_REFUSED: _l("prøvede at åbne en side uden adgang"),
        AuditAction.USER_ADDED: _l("oprettede en medarbejder"),
        AuditAction.USER_CHANGED: _l("ændrede en medarbejders adgang"),
        AuditAction.TRAIL_READ: _l("læste spor om sager"),
        AuditAction.REGISTRATION_SUBMITTED: _l("sendte en tilmelding"),
        AuditAction.REGISTRATION_CONFIRMED: _l("bekræftede en tilmelding"),
        AuditAction.ORGANISATION_READ: _l("læste en organisations kontaktoplysninger"),
        AuditAction.ORGANISATION_APPROVED: _l("godkendte en organisation"),
        AuditAction.ORGANISATION_BLOCKED: _l("blokerede en organisation"),
        AuditAction.OFFER_APPROVED: _l("godkendte et tilbud"),
        AuditAction.OFFER_BLOCKED: _l("blokerede et tilbud"),
        AuditAction.OFFER_CHANGED: _l("ændrede et tilbud"),
        AuditAction.OFFER_PAUSED: _l("satte et tilbud på pause"),
        AuditAction.OFFER_REOPENED: _l("åbnede et tilbud igen"),
        AuditAction.OFFER_WITHDRAWN: _l("trak et tilbud tilbage"),
        AuditAction.VOLUNTEER_CONSENT_GIVEN: _l("gav samtykke som kontaktperson"),
        AuditAction.VOLUNTEER_CONSENT_WITHDRAWN: _l("trak sit samtykke som kontaktperson tilbage"),
        AuditAction.CERTIFICATE_CONFIRMED: _l("bekræftede en børneattest"),
        AuditAction.CERTIFICATE_REVOKED: _l("trak en bekræftelse af børneattest tilbage"),
        AuditAction.OWN_PAGE_OPENED: _l("åbnede sin egen side"),
        AuditAction.CASE_OPENED: _l("oprettede en sag"),
        AuditAction.CASE_READ: _l("læste en sag"),
        AuditAction.CASE_CHANGED: _l("ændrede en sag"),
        AuditAction.CASE_CLOSED: _l("lukkede en sag"),
        AuditAction.NEED_WRITTEN: _l("skrev et behov"),
        AuditAction.NEED_READ: _l("læste et behov"),
        AuditAction.NEED_CHANGED: _l("ændrede et behov"),
        AuditAction.NEED_CLOSED: _l("lukkede et behov"),
        AuditAction.GUARDIAN_CONSENT_ASKED: _l("noterede, at der er bedt om samtykke"),
        AuditAction.GUARDIAN_CONSENT_GIVEN: _l("noterede et samtykke fra familien"),
        AuditAction.GUARDIAN_CONSENT_WITHDRAWN: _l("noterede, at familien trak samtykket tilbage"),
        AuditAction.CHILD_VIEW_RECORDED: _l("skrev barnets egen mening ned"),
        AuditAction.TASK_DONE: _l("afsluttede en opgave"),
        AuditAction.SUGGESTIONS_SHOWN: _l("så forslag til et behov"),
        AuditAction.LESSON_SAID: _l("sagde mere eller mindre som et tilbud"),
        AuditAction.LESSON_TAKEN_BACK: _l("fortrød mere eller mindre som et tilbud"),
        AuditAction.CASELOAD_PLANNED: _l("så det samlede forslag til alle behov"),
        AuditAction.CASELOAD_LAID_BEFORE: _l("lagde platformens forslag frem for rådgiverne"),
        AuditAction.PROPOSAL_READ: _l("læste et forløb"),
        AuditAction.PROPOSAL_MOVED: _l("flyttede et forløb videre"),
        AuditAction.PAIR_BLOCKED: _l("spærrede en organisation for et barn"),
        AuditAction.CONTACT_DETAILS_SHOWN: _l("så kontaktoplysninger i et forløb"),
        AuditAction.FOLLOW_UP_RECORDED: _l("skrev en opfølgning"),
        AuditAction.REQUEST_READ: _l("læste en forespørgsel"),
        AuditAction.EVENT_PLANNED: _l("lavede en kladde til et arrangement"),
        AuditAction.EVENT_CHANGED: _l("ændrede et arrangement"),
        AuditAction.EVENT_OPENED: _l("åbnede et arrangement"),
        AuditAction.EVENT_CANCELLED: _l("aflyste et arrangement"),
        AuditAction.EVENT_HELD: _l("noterede, at et arrangement er holdt"),
        AuditAction.INVITATIONS_ADDED: _l("satte gæster på listen til et arrangement"),
        AuditAction.INVITATIONS_SENT: _l("sendte eller stoppede indbydelser"),
        AuditAction.INVITATION_REMOVED: _l("tog en gæst af listen til et arrangement"),
        AuditAction.INVITATION_ANSWERED: _l("svarede på en indbydelse"),
        AuditAction.INVITATIONS_UNWANTED: _l("sagde nej tak til flere indbydelser"),
        AuditAction.THANKS_SENT: _l("sagde tak til dem, der kom til et arrangement"),
        AuditAction.CONTACT_LIST_ADDED: _l("tog en liste med adresser ind"),
        AuditAction.CONTACT_LIST_READ: _l("så, hvad der stod i en fil med adresser"),
        AuditAction.CONTACT_LIST_REMOVED: _l("slettede en liste med adresser"),
        AuditAction.GUEST_LIST_READ: _l("læste en gæsteliste"),
        AuditAction.GUEST_CHECKED_IN: _l("krydsede en gæst af ved døren"),
        AuditAction.CHECK_IN_UNDONE: _l("tog et kryds ved døren tilbage"),
        AuditAction.CONSULTATIONS_PLANNED: _l("planlagde en række konsultationsdage"),
        AuditAction.CONSULTATIONS_CHANGED: _l("ændrede en række konsultationsdage"),
        AuditAction.CONSULTATION_ROSTER_CHANGED: _l("ændrede bemandingen af konsultationsdage"),
        AuditAction.CONSULTATION_ABSENCE_CHANGED: _l("ændrede fravær på en konsultationsdag"),
        AuditAction.CONSULTATION_DAY_MOVED: _l("flyttede en konsultationsdag"),
        AuditAction.CONSULTATION_DAY_CANCELLED: _l("aflyste en konsultationsdag"),
        AuditAction.CONSULTATION_DAY_RESUMED: _l("tog aflysningen af en konsultationsdag tilbage"),
        AuditAction.CONSULTATION_BOOKED: _l("bestilte en tid på en konsultationsdag"),
        AuditAction.CONSULTATION_BOOKING_CHANGED: _l("skiftede tid på en konsultationsdag"),
        AuditAction.CONSULTATION_BOOKING_CANCELLED: _l("aflyste en tid på en konsultationsdag"),
        AuditAction.CONSULTATION_LIST_READ: _l("så, hvem der kommer på en konsultationsdag"),
        AuditAction.CONSULTATION_OUTCOME_RECORDED: _l("skrev, hvad der kom ud af en konsultation"),
        AuditAction.CONSULTATION_FOLLOWED_UP: _l("fulgte op på en konsultation"),
        AuditAction.SCHOOL_HOLIDAYS_CHANGED: _l("ændrede skoleferierne"),
        AuditAction.CALENDAR_FEED_MADE: _l("lavede en adresse til sin kalender"),
        AuditAction.CALENDAR_FEED_REVOKED: _l("lukkede adressen til sin kalender"),
        AuditAction.MODEL_TRAINED: _l("lod motoren lære af beslutningerne"),
        AuditAction.MODEL_PROMOTED: _l("tog en ny udgave af motoren i brug"),
        AuditAction.MODEL_TAKEN_BACK: _l("gik tilbage til motorens faste vægte"),
    }
)

ACTORS: Words = MappingProxyType(
    {
        ActorKind.STAFF: _l("Medarbejder"),
        ActorKind.CONTACT_PERSON: _l("Kontaktperson"),
        ActorKind.VISITOR: _l("Besøgende"),
        ActorKind.SYSTEM: _l("Systemet selv"),
    }
)

SUBJECTS: Words = MappingProxyType(
    {
        "case": _l("Sag"),
        "caseload": _l("Samlet forslag"),
        "case_list": _l("Liste med sager"),
        "calendar_feed": _l("Kalenderadresse"),
        "consultation_booking": _l("Tid på konsultationsdag"),
        "consultation_day": _l("Konsultationsdag"),
        "consultation_series": _l("Række af konsultationsdage"),
        "contact_person": _l("Kontaktperson"),
        "matching_model": _l("Udgave af motoren"),
        "event": _l("Arrangement"),
        "contact_list": _l("Adresseliste"),
        "invitation": _l("Indbydelse"),
        "guardian_consent": _l("Samtykke fra familien"),
        "need": _l("Behov"),
        "offer": _l("Tilbud"),
        "organisation": _l("Organisation"),
        "page": _l("Side"),
        "proposal": _l("Forløb"),
        "registration": _l("Tilmelding"),
        "school_holiday": _l("Skoleferier"),
        "task": _l("Opgave"),
        "trail": _l("Sporet"),
        "user": _l("Medarbejder"),
    }
)
