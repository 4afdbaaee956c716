"""Everything that leaves a trace, in one list."""

from enum import StrEnum


class AuditAction(StrEnum):
    """What was done or read. Values are stored: rename the member if you like, never the value."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    ACCESS_REFUSED = "access_refused"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    TRAIL_READ = "trail_read"

    REGISTRATION_SUBMITTED = "registration_submitted"
    REGISTRATION_CONFIRMED = "registration_confirmed"
    ORGANISATION_READ = "organisation_read"
    ORGANISATION_APPROVED = "organisation_approved"
    ORGANISATION_BLOCKED = "organisation_blocked"
    OFFER_APPROVED = "offer_approved"
    OFFER_BLOCKED = "offer_blocked"
    OFFER_CHANGED = "offer_changed"
    OFFER_PAUSED = "offer_paused"
    OFFER_REOPENED = "offer_reopened"
    OFFER_WITHDRAWN = "offer_withdrawn"
    VOLUNTEER_CONSENT_GIVEN = "volunteer_consent_given"
    VOLUNTEER_CONSENT_WITHDRAWN = "volunteer_consent_withdrawn"
    CERTIFICATE_CONFIRMED = "certificate_confirmed"
    CERTIFICATE_REVOKED = "certificate_revoked"
    OWN_PAGE_OPENED = "own_page_opened"

    CASE_OPENED = "case_opened"
    CASE_READ = "case_read"
    CASE_CHANGED = "case_changed"
    CASE_CLOSED = "case_closed"
    NEED_WRITTEN = "need_written"
    NEED_READ = "need_read"
    NEED_CHANGED = "need_changed"
    NEED_CLOSED = "need_closed"
    GUARDIAN_CONSENT_ASKED = "guardian_consent_asked"
    GUARDIAN_CONSENT_GIVEN = "guardian_consent_given"
    GUARDIAN_CONSENT_WITHDRAWN = "guardian_consent_withdrawn"
    CHILD_VIEW_RECORDED = "child_view_recorded"
    TASK_DONE = "task_done"

    SUGGESTIONS_SHOWN = "suggestions_shown"
    LESSON_SAID = "lesson_said"
    LESSON_TAKEN_BACK = "lesson_taken_back"
    CASELOAD_PLANNED = "caseload_planned"
    CASELOAD_LAID_BEFORE = "caseload_laid_before"
    PROPOSAL_READ = "proposal_read"
    PROPOSAL_MOVED = "proposal_moved"
    PAIR_BLOCKED = "pair_blocked"
    CONTACT_DETAILS_SHOWN = "contact_details_shown"
    FOLLOW_UP_RECORDED = "follow_up_recorded"
    REQUEST_READ = "request_read"

    EVENT_PLANNED = "event_planned"
    EVENT_CHANGED = "event_changed"
    EVENT_OPENED = "event_opened"
    EVENT_CANCELLED = "event_cancelled"
    INVITATIONS_ADDED = "invitations_added"
    INVITATIONS_SENT = "invitations_sent"
    INVITATION_REMOVED = "invitation_removed"
    INVITATION_ANSWERED = "invitation_answered"
    INVITATIONS_UNWANTED = "invitations_unwanted"
    GUEST_LIST_READ = "guest_list_read"

    MODEL_TRAINED = "model_trained"
    MODEL_PROMOTED = "model_promoted"
    MODEL_TAKEN_BACK = "model_taken_back"


class ActorKind(StrEnum):
    """Who did it."""

    STAFF = "staff"
    CONTACT_PERSON = "contact_person"
    VISITOR = "visitor"
    SYSTEM = "system"
