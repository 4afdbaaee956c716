"""The family's yes: one line for each party, one purpose (the need), and the kinds of organisations it covers.

The newest yes of a party decides; a renewed one is a new line, so the ledger keeps what was agreed and when. A yes
covers the external wording the family read, so it no longer counts once those words are changed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date, years_after
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

from .intake import Closed
from .models import GuardianConsent, Need
from .responsibility import must_be_able_to_stop, must_be_responsible
from .states import CaseState, ConsentParty, ConsentStatus, NeedState

TEXT_VERSION = "2026-11"
# Databeskyttelsesloven § 6(2) and party rights in Barnets lov: from 15 the young person is asked too.
ASKED_FROM_AGE = 15
LIFETIME_YEARS = 1


class PartyNotAsked(Exception):
    """This family has no such party: no second custody holder, or the child is younger than 15."""


class RecipientsMissing(Exception):
    """A yes must say whom it covers."""


class NothingToWithdraw(Exception):
    """This party has never said yes, or has taken it back already."""


class HasParties(Protocol):
    """A case, or a row of a query with the same two columns."""

    @property
    def birth_year(self) -> int: ...

    @property
    def custody_holders(self) -> int: ...


def required_parties(case: HasParties, *, on: date) -> tuple[ConsentParty, ...]:
    """Who must say yes. Only the year of birth is known, so the young person is asked from the year they turn 15."""
    parties = [ConsentParty.CUSTODY_HOLDER_1]
    if case.custody_holders > 1:
        parties.append(ConsentParty.CUSTODY_HOLDER_2)
    if on.year - case.birth_year >= ASKED_FROM_AGE:
        parties.append(ConsentParty.YOUNG_PERSON)
    return tuple(parties)


def status(consent: GuardianConsent, *, now: datetime, wording_changed_at: datetime | None = None) -> ConsentStatus:
    """What one line means now. Give the moment the need's external wording was last changed, if it was."""
    if consent.withdrawn_at is not None:
        return ConsentStatus.WITHDRAWN
    if consent.given_at is None or consent.expires_at is None:
        return ConsentStatus.ASKED
    if consent.expires_at <= now:
        return ConsentStatus.EXPIRED
    if wording_changed_at is not None and consent.given_at < wording_changed_at:
        return ConsentStatus.WORDING_CHANGED
    return ConsentStatus.IN_FORCE


def deciding_line(consents: Iterable[GuardianConsent], party: ConsentParty) -> GuardianConsent | None:
    """The party's newest yes, whether it still holds or not; without one, the newest question."""
    lines = [line for line in consents if line.party is party]
    return max(
        lines, key=lambda line: (line.given_at is not None, line.given_at or line.asked_at, line.id), default=None
    )


def party_status(
    consents: Iterable[GuardianConsent],
    party: ConsentParty,
    *,
    now: datetime,
    wording_changed_at: datetime | None,
) -> ConsentStatus:
    """Where one party stands. A new question about a yes that no longer holds shows as asked."""
    lines = [line for line in consents if line.party is party]
    decides = deciding_line(lines, party)
    if decides is None:
        return ConsentStatus.NOT_ASKED
    stands = status(decides, now=now, wording_changed_at=wording_changed_at)
    question = _open_question(lines)
    asked_since = question is not None and (decides.withdrawn_at is None or question.asked_at > decides.withdrawn_at)
    return ConsentStatus.ASKED if asked_since and stands is not ConsentStatus.IN_FORCE else stands


def missing_parties(need: Need, *, now: datetime) -> tuple[ConsentParty, ...]:
    """Whose yes is still to be had, in the order they are asked."""
    return missing_among(
        required_parties(need.case, on=danish_date(now)),
        need.consents,
        now=now,
        wording_changed_at=need.wording_changed_at,
    )


def missing_among(
    parties: Sequence[ConsentParty],
    consents: Sequence[GuardianConsent],
    *,
    now: datetime,
    wording_changed_at: datetime | None,
) -> tuple[ConsentParty, ...]:
    """The same for lists, which bring along the rows they have read."""
    return tuple(
        party
        for party in parties
        if party_status(consents, party, now=now, wording_changed_at=wording_changed_at) is not ConsentStatus.IN_FORCE
    )


def covered_kinds(need: Need, *, now: datetime) -> frozenset[str]:
    """The kinds of organisations that everybody who is asked has said yes to; empty until all have."""
    if missing_parties(need, now=now):
        return frozenset()
    lines = [deciding_line(need.consents, party) for party in required_parties(need.case, on=danish_date(now))]
    return frozenset.intersection(*(frozenset(line.recipients) for line in lines if line is not None))


def covered(need: Need, *, organisation_kind: str | None, now: datetime) -> bool:
    """Whether everybody asked has said yes; to this kind of organisation, where one is named."""
    kinds = covered_kinds(need, now=now)
    return bool(kinds) if organisation_kind is None else organisation_kind in kinds


def ask(*, need: Need, party: ConsentParty, by: User, now: datetime) -> GuardianConsent:
    """Notes that the party has been given the text to think about. Asked twice is asked once."""
    _check(need, party, by=by, now=now)
    waiting = _open_question([line for line in need.consents if line.party is party])
    if waiting is not None:
        return waiting
    consent = GuardianConsent(
        need=need, party=party, recipients=(), text_version=TEXT_VERSION, asked_at=now, recorded_by_id=by.id
    )
    db.session.add(consent)
    db.session.flush()
    _trace(AuditAction.GUARDIAN_CONSENT_ASKED, consent, by=by, now=now)
    return consent


def record_given(
    *, need: Need, party: ConsentParty, recipients: Iterable[str], by: User, now: datetime
) -> GuardianConsent:
    """The party's yes for twelve months, to the words as they are now and the kinds of organisations named."""
    kinds = tuple(sorted(set(recipients)))
    _check(need, party, by=by, now=now)
    if not kinds:
        raise RecipientsMissing
    lines = [line for line in need.consents if line.party is party]
    already = _same_yes_today(lines, kinds, now=now, wording_changed_at=need.wording_changed_at)
    if already is not None:
        return already
    consent = _open_question(lines) or ask(need=need, party=party, by=by, now=now)
    consent.recipients, consent.text_version = kinds, TEXT_VERSION
    consent.given_at, consent.expires_at = now, years_after(now, LIFETIME_YEARS)
    consent.recorded_by_id = by.id
    db.session.flush()
    _trace(AuditAction.GUARDIAN_CONSENT_GIVEN, consent, by=by, now=now)
    return consent


def record_given_by_all(
    *, need: Need, parties: Iterable[ConsentParty], recipients: Iterable[str], by: User, now: datetime
) -> list[GuardianConsent]:
    """The same yes from several at one table: each gets a line of their own."""
    kinds = tuple(recipients)
    return [record_given(need=need, party=party, recipients=kinds, by=by, now=now) for party in parties]


def withdraw(*, consent: GuardianConsent, by: User, now: datetime) -> None:
    """The party's no, at once: whichever line the page showed, nothing the party has said yes to stays in force.

    Pages call `proposals.withdrawal.withdraw_guardian_consent`, which also stops what rests on the yes.
    """
    must_be_able_to_stop(consent.need.case, by)
    standing = [
        line
        for line in consent.need.consents
        if line.party is consent.party and line.given_at is not None and line.withdrawn_at is None
    ]
    if not standing:
        raise NothingToWithdraw
    for line in standing:
        line.withdrawn_at = now
        _trace(AuditAction.GUARDIAN_CONSENT_WITHDRAWN, line, by=by, now=now)


def _check(need: Need, party: ConsentParty, *, by: User, now: datetime) -> None:
    must_be_responsible(need.case, by)
    if need.state is NeedState.CLOSED or need.case.state is CaseState.CLOSED:
        raise Closed
    if party not in required_parties(need.case, on=danish_date(now)):
        raise PartyNotAsked


def _open_question(lines: Sequence[GuardianConsent]) -> GuardianConsent | None:
    return next((line for line in reversed(lines) if line.given_at is None), None)


def _same_yes_today(
    lines: Sequence[GuardianConsent], kinds: tuple[str, ...], *, now: datetime, wording_changed_at: datetime | None
) -> GuardianConsent | None:
    # A second click, or the same paper entered twice, adds nothing.
    for line in lines:
        in_force = status(line, now=now, wording_changed_at=wording_changed_at) is ConsentStatus.IN_FORCE
        if in_force and line.recipients == kinds and line.given_at and danish_date(line.given_at) == danish_date(now):
            return line
    return None


def _trace(action: AuditAction, consent: GuardianConsent, *, by: User, now: datetime) -> None:
    details: dict[str, object] = {"need": consent.need_id, "party": consent.party.value}
    if action is AuditAction.GUARDIAN_CONSENT_GIVEN:
        details |= {"recipients": list(consent.recipients), "text_version": consent.text_version}
    record(action, by=by.actor, now=now, subject=("guardian_consent", consent.id), details=details)
