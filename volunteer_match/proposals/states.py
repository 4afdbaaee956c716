"""The life of a match, as a table of moves."""

from enum import StrEnum

from volunteer_match.foundation.state_machine import Moves


class ProposalState(StrEnum):
    """From the caseworker's choice to the end of the match."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    APPROVED = "approved"
    ASKED = "asked"
    DECLINED = "declined"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    INTRODUCED = "introduced"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELLED = "cancelled"


class ProposalAction(StrEnum):
    """What somebody does to a proposal."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    ASK = "ask"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    INTRODUCE = "introduce"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    CANCEL = "cancel"
    PROPOSE_AGAIN = "propose_again"
    LAY_BEFORE = "lay_before"


S, A = ProposalState, ProposalAction
BEFORE_ANSWER = frozenset({S.PROPOSED, S.APPROVED, S.ASKED})
RUNNING = frozenset({S.ACTIVE, S.PAUSED})
OPEN = BEFORE_ANSWER | {S.ACCEPTED, S.INTRODUCED} | RUNNING
CLOSED = frozenset(ProposalState) - OPEN
# States in which the proposal holds one of the offer's places.
HOLDS_PLACE = OPEN - {S.PROPOSED}
# Both sides have said yes: only now may contact details pass.
BOTH_SAID_YES = frozenset({S.ACCEPTED, S.INTRODUCED}) | RUNNING

PROPOSAL_MOVES = Moves(
    {
        A.APPROVE: (frozenset({S.PROPOSED}), S.APPROVED),
        A.REJECT: (frozenset({S.PROPOSED}), S.REJECTED),
        A.ASK: (frozenset({S.APPROVED}), S.ASKED),
        A.ACCEPT: (frozenset({S.ASKED}), S.ACCEPTED),
        A.DECLINE: (frozenset({S.ASKED}), S.DECLINED),
        A.EXPIRE: (frozenset({S.ASKED}), S.EXPIRED),
        A.INTRODUCE: (frozenset({S.ACCEPTED}), S.INTRODUCED),
        A.START: (frozenset({S.INTRODUCED}), S.ACTIVE),
        A.PAUSE: (frozenset({S.ACTIVE}), S.PAUSED),
        A.RESUME: (frozenset({S.PAUSED}), S.ACTIVE),
        A.END: (frozenset({S.ACCEPTED, S.INTRODUCED}) | RUNNING, S.ENDED),
        A.CANCEL: (OPEN, S.CANCELLED),
        # A pair that was declined stays declined; any other closed pair may be tried again.
        A.PROPOSE_AGAIN: (CLOSED - {S.DECLINED}, S.PROPOSED),
        # What a person has closed is for a person to take up again; the platform only what a rule stopped.
        A.LAY_BEFORE: (frozenset({S.CANCELLED}), S.PROPOSED),
    }
)


class LessonDirection(StrEnum):
    """What a caseworker wants of offers like one on the list."""

    MORE = "more"
    LESS = "less"


class RejectReason(StrEnum):
    """Why the caseworker does not want this offer for this need."""

    NOT_RIGHT_KIND = "not_right_kind"
    NOT_RIGHT_PERSON = "not_right_person"
    TOO_FAR = "too_far"
    TIMES_DO_NOT_FIT = "times_do_not_fit"
    FAMILY_SAYS_NO = "family_says_no"
    CHILD_SAYS_NO = "child_says_no"
    KNOW_EACH_OTHER = "know_each_other"
    OTHER = "other"


class DeclineReason(StrEnum):
    """Why the contact person says no. No reason is wrong."""

    NO_TIME = "no_time"
    NO_ROOM = "no_room"
    NOT_RIGHT_FOR_US = "not_right_for_us"
    TOO_FAR = "too_far"
    OTHER = "other"


class CancelReason(StrEnum):
    """Which gate failed under an open proposal."""

    VOLUNTEER_CONSENT_WITHDRAWN = "volunteer_consent_withdrawn"
    GUARDIAN_CONSENT_WITHDRAWN = "guardian_consent_withdrawn"
    OFFER_PAUSED = "offer_paused"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_BLOCKED = "offer_blocked"
    CERTIFICATE_REVOKED = "certificate_revoked"
    NEED_CLOSED = "need_closed"
    BY_CASEWORKER = "by_caseworker"


class EndReason(StrEnum):
    """Why a match ended."""

    GOAL_REACHED = "goal_reached"
    AGREED_END = "agreed_end"
    CHILD_STOPPED = "child_stopped"
    FAMILY_STOPPED = "family_stopped"
    VOLUNTEER_STOPPED = "volunteer_stopped"
    MOVED_AWAY = "moved_away"
    NO_CHEMISTRY = "no_chemistry"
    OTHER = "other"


class EndedBy(StrEnum):
    """Who wanted it to end."""

    CHILD = "child"
    FAMILY = "family"
    VOLUNTEER = "volunteer"
    CASEWORKER = "caseworker"


class PauseReason(StrEnum):
    """Why a running match rests."""

    AGREED_BREAK = "agreed_break"
    ILLNESS = "illness"
    VOLUNTEER_CONSENT_WITHDRAWN = "volunteer_consent_withdrawn"
    GUARDIAN_CONSENT_WITHDRAWN = "guardian_consent_withdrawn"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_BLOCKED = "offer_blocked"
    OTHER = "other"


class HowItGoes(StrEnum):
    """The follow-up's overall answer."""

    WELL = "well"
    MIXED = "mixed"
    BADLY = "badly"
    NOT_MET = "not_met"


class ModelState(StrEnum):
    """The life of a version of the learned model."""

    CANDIDATE = "candidate"
    SERVING = "serving"
    RETIRED = "retired"
